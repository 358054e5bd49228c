-- Whether the report page of its drop tells how a notification has ended. A process that is killed before it has made the page
-- again leaves that to the next one.
ALTER TABLE NOTIFICATION ADD COLUMN SHOWN BOOLEAN DEFAULT FALSE NOT NULL;

CREATE INDEX NOTIFICATION_SHOWN_IX ON NOTIFICATION (SHOWN, DROP_KEY);
