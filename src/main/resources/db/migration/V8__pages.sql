-- The report pages that are being made again. What they tell is marked as shown before; a row that is still here when nobody
-- makes the page belongs to a process that was killed, and the page is made once more.
CREATE TABLE PAGE_IN_HAND (
  DROP_KEY BIGINT NOT NULL PRIMARY KEY REFERENCES NIGHT_DROP (DROP_KEY)
);
