-- A finished drop that was taken in again from the archive, on purpose and on record.

ALTER TABLE NIGHT_DROP ADD COLUMN AGAIN_OF BIGINT;       -- the drop that it repeats
ALTER TABLE NIGHT_DROP ADD COLUMN REASON VARCHAR(500);   -- why, in the operator's words
ALTER TABLE NIGHT_DROP ADD CONSTRAINT NIGHT_DROP_AGAIN_FK FOREIGN KEY (AGAIN_OF) REFERENCES NIGHT_DROP (DROP_KEY);
