-- The last look at each inbox with a cron schedule, so that one that was missed while nothing ran is had, once, at the next start.
CREATE TABLE INBOX_LOOK (
  INBOX VARCHAR(100) NOT NULL PRIMARY KEY,
  SCHEDULE VARCHAR(1000) NOT NULL,                    -- and its zone; what another one would have wanted was not missed
  WATCHED_SINCE TIMESTAMP(3) WITH TIME ZONE NOT NULL, -- what should have been had before that was not missed
  LOOKED_AT TIMESTAMP(3) WITH TIME ZONE,              -- when the last look began
  LATE_FOR TIMESTAMP(3) WITH TIME ZONE                -- when it should have been; null when it was in time
);
