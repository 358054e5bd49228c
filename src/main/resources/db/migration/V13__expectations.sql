-- By when inboxes expect a drop, and the times when none had come.

CREATE TABLE INBOX_DEADLINE (
  INBOX VARCHAR(100) NOT NULL PRIMARY KEY,
  DEADLINES VARCHAR(1000) NOT NULL,                   -- time, zone and days; what another one would have wanted was not missed
  JUDGED_UNTIL TIMESTAMP(3) WITH TIME ZONE NOT NULL   -- whether drops had come by then is known, or nobody asked
);

CREATE TABLE MISSING_DROP (
  INBOX VARCHAR(100) NOT NULL,
  DUE_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  NOTED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  DROP_KEY BIGINT,                                    -- the drop that came after all; null while none has
  CAME_AT TIMESTAMP(3) WITH TIME ZONE,
  CONSTRAINT MISSING_DROP_PK PRIMARY KEY (INBOX, DUE_AT)
);

CREATE INDEX NIGHT_DROP_RECEIVED_IX ON NIGHT_DROP (INBOX, RECEIVED_AT);
