-- Mails to the people who run an exchange: a row for each address, made in the transaction of what it tells or before that is done,
-- and sent later.
CREATE TABLE NOTICE (
  NOTICE_ID UUID NOT NULL PRIMARY KEY,
  KIND VARCHAR(20) NOT NULL,               -- DROP, FAILED: a drop ended, or keeps failing; MISSED, CAME: none came in time, it came after all
  INBOX VARCHAR(100) NOT NULL,
  ABOUT VARCHAR(40) NOT NULL,              -- what it is about, never null: the drop's key, or for MISSED and CAME the moment by which it was due
  DROP_KEY BIGINT,                         -- null: none came, or it was withdrawn by its sender
  DUE_AT TIMESTAMP(3) WITH TIME ZONE,      -- MISSED and CAME
  RECIPIENT VARCHAR(320) NOT NULL,
  STATE VARCHAR(20) NOT NULL,              -- as in NOTIFICATION, like all that follows
  ATTEMPTS INTEGER DEFAULT 0 NOT NULL,
  NEXT_TRY_AT TIMESTAMP(3) WITH TIME ZONE,
  TROUBLE VARCHAR(2000),
  CREATED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  SETTLED_AT TIMESTAMP(3) WITH TIME ZONE,
  CONSTRAINT NOTICE_ABOUT_UN UNIQUE (KIND, INBOX, ABOUT, RECIPIENT),
  CONSTRAINT NOTICE_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY) ON DELETE SET NULL
);

CREATE INDEX NOTICE_STATE_IX ON NOTICE (STATE, NEXT_TRY_AT);
CREATE INDEX NOTICE_DROP_IX ON NOTICE (DROP_KEY);
