-- What each item would pay for (docs/decisions/0020-foreign-keys.md). The check of a foreign key looks the other row up for each new one, and locks
-- it: the threads that write one drop side by side all lock the same two.

-- The statement that inserts a result looks its drop up itself, and asks whose the drop's inbox is.
ALTER TABLE BATCH_ITEM_RESULT DROP CONSTRAINT BATCH_ITEM_RESULT_DROP_FK;
ALTER TABLE BATCH_ITEM_RESULT DROP CONSTRAINT BATCH_ITEM_RESULT_STEP_FK;

-- The user was found in the same transaction, and nobody deletes users. fsck tells of a document whose user is not there.
ALTER TABLE VAULT_DOCUMENT DROP CONSTRAINT VAULT_DOCUMENT_USER_FK;
