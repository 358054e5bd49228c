-- What leaves for partners, and what is known of it.

-- Where the batches of a drop go: vault, or the name of a partner.
ALTER TABLE NIGHT_DROP ADD COLUMN WRITER VARCHAR(100) DEFAULT 'vault' NOT NULL;

-- How the items in doubt of a drop are to be settled, RESEND, AS_CREATED or AS_FAILED; null when nobody wants that.
ALTER TABLE NIGHT_DROP ADD COLUMN RESOLVE_AS VARCHAR(20);

-- One row for each request to a partner, committed before the request is sent. Its answer is noted in the transaction that
-- stores the results of its items.
CREATE TABLE PARTNER_REQUEST (
  REQUEST_ID UUID NOT NULL PRIMARY KEY,    -- what it is called towards the partner, the same for each try
  DROP_KEY BIGINT NOT NULL,
  PARTNER VARCHAR(100) NOT NULL,
  FIRST_ITEM BIGINT NOT NULL,              -- its items are those from this ITEM_INDEX on
  ITEM_COUNT BIGINT NOT NULL,              -- so many, of which those that failed before were not sent
  STATE VARCHAR(20) NOT NULL,              -- INTENDED, ANSWERED, NOT_TAKEN, IN_DOUBT, TO_SETTLE, SETTLED
  TRIES INTEGER NOT NULL,
  TRACE VARCHAR(1000),                     -- what the partner calls the exchange
  NOTE VARCHAR(4000),                      -- what was odd, or why it was not taken, or why it is in doubt
  INTENDED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL, -- when it was tried first
  TRIED_AT TIMESTAMP(3) WITH TIME ZONE NOT NULL,    -- when it was tried last
  SETTLED_AT TIMESTAMP(3) WITH TIME ZONE,  -- when its state was known
  CONSTRAINT PARTNER_REQUEST_DROP_FK FOREIGN KEY (DROP_KEY) REFERENCES NIGHT_DROP (DROP_KEY)
);

CREATE INDEX PARTNER_REQUEST_DROP_IX ON PARTNER_REQUEST (DROP_KEY, FIRST_ITEM);

-- What was handed on of whom: a row for each item that stood in a request. What became of it is its result.
CREATE TABLE DISCLOSURE (
  REQUEST_ID UUID NOT NULL,
  DROP_KEY BIGINT NOT NULL,
  ITEM_INDEX BIGINT NOT NULL,
  ITEM_ID VARCHAR(600) NOT NULL,
  SUBJECT VARCHAR(600) NOT NULL,           -- whom it is about: a user's namespace/externalId, a workflow's id
  DOCUMENT_TYPE VARCHAR(600),
  FINGERPRINT CHAR(64),                    -- SHA-256 of the content, hex
  CONSTRAINT DISCLOSURE_PK PRIMARY KEY (REQUEST_ID, ITEM_INDEX),
  CONSTRAINT DISCLOSURE_REQUEST_FK FOREIGN KEY (REQUEST_ID) REFERENCES PARTNER_REQUEST (REQUEST_ID)
);

CREATE INDEX DISCLOSURE_SUBJECT_IX ON DISCLOSURE (SUBJECT);
CREATE INDEX DISCLOSURE_ITEM_IX ON DISCLOSURE (DROP_KEY, ITEM_INDEX);
CREATE INDEX NIGHT_DROP_REQUEST_ITEM_IX ON NIGHT_DROP_REQUEST (DROP_KEY, FIRST_ITEM);
