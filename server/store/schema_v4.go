package store

import (
	"context"
	"database/sql"
)

// schemaV4 is version 4 of the schema: the search index. All of it is made from
// messages, behind the commit that made those: see index.go.
//
// The index has no text of its own (content=”), only which terms a message has,
// and where in it. A message's row is indexed where its offset is at most upto and
// is not in search_again; every other one is looked through as it stands.
//
// secure-delete takes the terms of a message off their pages, where SQLite would
// else note that they are gone and keep them until it happens to merge those. Nothing
// is ranked, so that the length of a message need not be known (columnsize).
//
// search_times has the earliest and the latest time of the messages of each
// timesBlock offsets that are indexed, or once were: the log's order is not that of
// their times, since what is imported comes late.
const schemaV4 = `
CREATE VIRTUAL TABLE search USING fts5 (terms, content='', columnsize=0, tokenize='ascii');
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
CREATE TABLE search_state (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	terms TEXT    NOT NULL, -- termsVersion
	upto  INTEGER NOT NULL  -- offset
);
INSERT INTO search_state VALUES (1, '', 0);
CREATE TABLE search_again (
	offset INTEGER PRIMARY KEY
);
CREATE TABLE search_times (
	block    INTEGER PRIMARY KEY, -- offset / timesBlock
	earliest INTEGER NOT NULL,    -- milliseconds since 1970
	latest   INTEGER NOT NULL
);
`

func upgradeV4(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, schemaV4)
	return err
}
