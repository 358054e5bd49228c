-- What became of every file of an inbox, every drop and every item.

CREATE SEQUENCE NIGHT_DROP_SEQ;

-- One row for each time a manifest was taken in.
CREATE TABLE NIGHT_DROP (
  DROP_KEY BIGINT NOT NULL PRIMARY KEY,
  INBOX VARCHAR(100) NOT NULL,
  DROP_ID VARCHAR(330),                    -- known once the fingerprint is
  MANIFEST VARCHAR(1000) NOT NULL,         -- its path in the inbox, with '/'
  FINGERPRINT CHAR(64),                    -- SHA-256 over the manifest and its companions, hex
  OPERATION VARCHAR(100),
  STATE VARCHAR(20) NOT NULL,              -- TAKING_IN, TAKEN_IN, RUNNING, FAILED, STOPPED, DONE
  OUTCOME VARCHAR(30),                     -- COMPLETED, COMPLETED_WITH_FAILURES, REJECTED, DUPLICATE
  CLAIM VARCHAR(1000),                     -- the manifest's path while nobody else may take it in, else null
  DUPLICATE_OF BIGINT,
  HTTP_STATUS INTEGER,
  ITEM_COUNT BIGINT,
  SUCCEEDED_COUNT BIGINT,
  FAILED_COUNT BIGINT,
  MANIFEST_FORMAT VARCHAR(10),             -- JSON, JSONL, CSV, TSV
  MANIFEST_HEADER VARCHAR(100000),         -- the sender's header row, a JSON array
  REFUSAL VARCHAR(100000),                 -- why the whole drop was refused, JSON
  TROUBLE VARCHAR(2000),                   -- why the last run failed, for the operator
  JOB_EXECUTION_ID BIGINT,
  RESTARTS INTEGER,
  RECEIVED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  STARTED_AT TIMESTAMP(3) WITH TIME ZONE,
  FINISHED_AT TIMESTAMP(3) WITH TIME ZONE,
  CONSTRAINT NIGHT_DROP_CLAIM_UN UNIQUE (INBOX, CLAIM),
  CONSTRAINT NIGHT_DROP_ID_UN UNIQUE (INBOX, DROP_ID),
  CONSTRAINT NIGHT_DROP_DUPLICATE_FK FOREIGN KEY (DUPLICATE_OF) REFERENCES NIGHT_DROP (DROP_KEY)
);

CREATE INDEX NIGHT_DROP_FINGERPRINT_IX ON NIGHT_DROP (INBOX, FINGERPRINT);
CREATE INDEX NIGHT_DROP_STATE_IX ON NIGHT_DROP (STATE);

-- The companions that a drop's manifest names, in the order in which it names them first.
CREATE TABLE NIGHT_DROP_FILE (
  DROP_KEY BIGINT NOT NULL,
  POSITION INTEGER NOT NULL,
  NAME VARCHAR(1000) NOT NULL,             -- as the manifest writes it
  FINGERPRINT CHAR(64),                    -- null: it was not there
  SIZE_BYTES BIGINT,
  CONTENT_KIND VARCHAR(10),                -- what the first bytes say: PDF, PNG, JPEG, TIFF, OTHER
  CONSTRAINT NIGHT_DROP_FILE_PK PRIMARY KEY (DROP_KEY, POSITION),
  CONSTRAINT NIGHT_DROP_FILE_NAME_UN UNIQUE (DROP_KEY, NAME),
  CONSTRAINT NIGHT_DROP_FILE_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY)
);

CREATE INDEX NIGHT_DROP_FILE_NAME_IX ON NIGHT_DROP_FILE (NAME);

-- The manifests that lie in the inboxes: what was seen of them at the last look, and why they wait.
CREATE TABLE INBOX_MANIFEST (
  INBOX VARCHAR(100) NOT NULL,
  PATH VARCHAR(1000) NOT NULL,
  SNAPSHOT CHAR(64) NOT NULL,              -- a digest of names, sizes and times of it and its companions
  FILE_STAMP VARCHAR(60) NOT NULL,         -- size and time of the manifest itself
  FIRST_SEEN_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  UNCHANGED_SINCE TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  LAST_SEEN_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  REASON VARCHAR(2000),                    -- why it waits, for people; null once taken in
  DROP_KEY BIGINT,                         -- the drop it became; with after: keep the file stays and this says so
  CONSTRAINT INBOX_MANIFEST_PK PRIMARY KEY (INBOX, PATH),
  CONSTRAINT INBOX_MANIFEST_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY)
);

-- Exactly one row for each item of a drop, written in the transaction of its batch. The primary key is the guard: a
-- second writer of the same batch fails and rolls back.
CREATE TABLE BATCH_ITEM_RESULT (
  DROP_KEY BIGINT NOT NULL,
  ITEM_INDEX BIGINT NOT NULL,              -- from 0, in manifest order
  ITEM_ID VARCHAR(600) NOT NULL,
  STATUS VARCHAR(20) NOT NULL,             -- the operation's own word: created, failed, …
  SUCCEEDED BOOLEAN NOT NULL,
  CODE VARCHAR(60),
  MESSAGE VARCHAR(4000),
  DETAIL VARCHAR(1000000),                 -- the rest of the item's part of the response, JSON
  SOURCE VARCHAR(1000000),                 -- a failed item as its sender wrote it, without its content, JSON
  STEP_EXECUTION_ID BIGINT NOT NULL,
  CREATED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  CONSTRAINT BATCH_ITEM_RESULT_PK PRIMARY KEY (DROP_KEY, ITEM_INDEX),
  CONSTRAINT BATCH_ITEM_RESULT_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY),
  CONSTRAINT BATCH_ITEM_RESULT_STEP_FK FOREIGN KEY (STEP_EXECUTION_ID)
    REFERENCES BATCH_STEP_EXECUTION (STEP_EXECUTION_ID)
);
