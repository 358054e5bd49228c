-- Rosters that list everybody unlink whom they leave out: the reference stays with its user, but is not found any more, until a roster names it again.

ALTER TABLE VAULT_USER_REFERENCE ADD COLUMN NAMED_BY BIGINT;                          -- the drop that named it last; null: before this was noted
ALTER TABLE VAULT_USER_REFERENCE ADD COLUMN UNLINKED_BY BIGINT;                       -- the drop that unlinked it; null while it is linked
ALTER TABLE VAULT_USER_REFERENCE ADD COLUMN UNLINKED_AT TIMESTAMP(3) WITH TIME ZONE;  -- likewise

ALTER TABLE NIGHT_DROP ADD COLUMN REMOVED_COUNT BIGINT;                               -- whom a bulk roster has unlinked; null for any other drop
ALTER TABLE NIGHT_DROP ADD COLUMN ACCEPTS_REMOVALS BOOLEAN DEFAULT FALSE NOT NULL;    -- taken again on purpose, however many it removes

CREATE TABLE ROSTER_REMOVAL (
  DROP_KEY BIGINT NOT NULL,
  NAMESPACE VARCHAR(256) NOT NULL,
  EXTERNAL_ID VARCHAR(256) NOT NULL,
  CONSTRAINT ROSTER_REMOVAL_PK PRIMARY KEY (DROP_KEY, NAMESPACE, EXTERNAL_ID)
);
