-- What is handed back to senders: a row for each file of a drop.
CREATE TABLE RECEIPT (
  DROP_KEY BIGINT NOT NULL,
  FILE_NAME VARCHAR(100) NOT NULL,         -- without the drop's id
  STATE VARCHAR(20) NOT NULL,              -- DUE, PREPARED, HANDED_BACK
  PLACE VARCHAR(1000),                     -- PREPARED: the folder in which it lies complete under a temporary name
  TROUBLE VARCHAR(2000),                   -- why the last try failed
  HANDED_BACK_AT TIMESTAMP(3) WITH TIME ZONE,
  CONSTRAINT RECEIPT_PK PRIMARY KEY (DROP_KEY, FILE_NAME),
  CONSTRAINT RECEIPT_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY)
);

CREATE INDEX RECEIPT_STATE_IX ON RECEIPT (STATE);

-- Other things than inboxes are claimed, too, and their names are longer than an inbox's.
ALTER TABLE INBOX_CLAIM ALTER COLUMN INBOX SET DATA TYPE VARCHAR(200);

-- The drops that bring failed items of an earlier drop again, corrected.
CREATE TABLE CORRECTION (
  DROP_KEY BIGINT NOT NULL PRIMARY KEY,
  CORRECTS BIGINT NOT NULL,                -- the drop in which they failed
  CONSTRAINT CORRECTION_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY),
  CONSTRAINT CORRECTION_CORRECTS_FK FOREIGN KEY (CORRECTS) REFERENCES NIGHT_DROP (DROP_KEY)
);

CREATE INDEX CORRECTION_CORRECTS_IX ON CORRECTION (CORRECTS);
