-- Several processes on one database: who is alive, who works on which inbox, and when a failed drop is tried again.

-- One row for each process that runs drops. On PostgreSQL it is a lease: whoever does not renew it in time is dead for
-- everybody, also for itself. The times are the database's.
CREATE TABLE NIGHT_NODE (
  NODE_ID UUID NOT NULL PRIMARY KEY,
  HOST VARCHAR(255) NOT NULL,
  PID BIGINT NOT NULL,
  SESSION_NAME VARCHAR(200),               -- the application_name of its database sessions; null on H2
  STARTED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,
  EXPIRES_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL
);

-- An inbox is worked on by one node at a time; every write for its drops asks for this row.
CREATE TABLE INBOX_CLAIM (
  INBOX VARCHAR(100) NOT NULL PRIMARY KEY,
  NODE_ID UUID,                            -- null: nobody works on it
  EPOCH BIGINT NOT NULL                    -- how often it was claimed
);

-- The home that belongs to this database; nodes that share the one share the other. At most one row.
CREATE TABLE NIGHT_HOME (
  ONE INTEGER NOT NULL PRIMARY KEY,        -- always 1
  HOME_ID UUID NOT NULL
);

ALTER TABLE NIGHT_DROP ADD COLUMN FAILED_TRIES INTEGER DEFAULT 0 NOT NULL;
ALTER TABLE NIGHT_DROP ADD COLUMN FAILED_SINCE TIMESTAMP(3) WITH TIME ZONE;
ALTER TABLE NIGHT_DROP ADD COLUMN NEXT_TRY_AT TIMESTAMP(3) WITH TIME ZONE;
