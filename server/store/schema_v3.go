package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// schemaV3 is version 3 of the schema: what a team does beside talking in one
// room. All of it but blobs, hooks and the like is made from the log alone, see
// derived.
//
// The column of a direct room's name has its ID with a colon before it: it is unique
// and wants one, and no room can be given such a name. Names are looked up in
// room_names, where those that a room once had stay, and lead to it until another
// room takes them. The marker of who never read anything is where the room stood
// when they came in.
//
// What hangs on a message refers to it by its offset, and not as a foreign key: SQLite
// would look for what hangs on each message that is inserted with others.
//
// The index of threads has all that counting their messages needs. Reactions are
// kept in the order in which they came, so that the first of a thousand are read
// without the others.
const schemaV3 = `
ALTER TABLE rooms ADD COLUMN kind     TEXT    NOT NULL DEFAULT 'public';
ALTER TABLE rooms ADD COLUMN purpose  TEXT    NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;
ALTER TABLE rooms ADD COLUMN slow     INTEGER NOT NULL DEFAULT 0; -- seconds
ALTER TABLE rooms ADD COLUMN keep     INTEGER NOT NULL DEFAULT 0; -- days
ALTER TABLE rooms ADD COLUMN last_at  INTEGER NOT NULL DEFAULT 0; -- milliseconds since 1970
ALTER TABLE rooms ADD COLUMN members  INTEGER NOT NULL DEFAULT 0; -- how many
ALTER TABLE rooms ADD COLUMN creator  TEXT    NOT NULL DEFAULT '';
ALTER TABLE rooms ADD COLUMN created  INTEGER NOT NULL DEFAULT 0; -- milliseconds since 1970
CREATE TABLE room_names (
	folded   TEXT    PRIMARY KEY,
	skeleton TEXT    NOT NULL,
	room     INTEGER NOT NULL REFERENCES rooms (key),
	current  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX room_names_skeleton ON room_names (skeleton) WHERE current = 1;
CREATE INDEX room_names_room ON room_names (room);

ALTER TABLE messages ADD COLUMN extra    BLOB;    -- JSON of chat.Extra
ALTER TABLE messages ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN edited   INTEGER; -- milliseconds since 1970
ALTER TABLE messages ADD COLUMN deleted  INTEGER; -- milliseconds since 1970
ALTER TABLE messages ADD COLUMN written  INTEGER; -- offset of the event that edited it last
CREATE INDEX messages_thread ON messages (room, thread, seq, deleted) WHERE thread IS NOT NULL;
CREATE TABLE edits (
	message     INTEGER NOT NULL,
	revision    INTEGER NOT NULL,
	offset      INTEGER NOT NULL, -- of the event that wrote this text
	at          INTEGER NOT NULL,
	body        BLOB    NOT NULL,
	attachments BLOB,
	PRIMARY KEY (message, revision)
) WITHOUT ROWID;
CREATE TABLE reactions (
	message INTEGER NOT NULL,
	emoji   TEXT    NOT NULL,
	user    TEXT    NOT NULL,
	offset  INTEGER NOT NULL, -- of the event
	PRIMARY KEY (message, emoji, offset)
) WITHOUT ROWID;
CREATE UNIQUE INDEX reactions_user ON reactions (message, emoji, user);
CREATE TABLE pins (
	room    INTEGER NOT NULL REFERENCES rooms (key),
	seq     INTEGER NOT NULL,
	message INTEGER NOT NULL,
	offset  INTEGER NOT NULL, -- of the event
	PRIMARY KEY (room, seq)
) WITHOUT ROWID;
CREATE INDEX pins_message ON pins (message);
CREATE TABLE mentions (
	user    TEXT    NOT NULL, -- an ID, @room or @here, which is nobody's
	room    INTEGER NOT NULL REFERENCES rooms (key),
	seq     INTEGER NOT NULL,
	message INTEGER NOT NULL,
	PRIMARY KEY (user, room, seq)
) WITHOUT ROWID;
CREATE INDEX mentions_message ON mentions (message);
CREATE INDEX mentions_user ON mentions (user, message);

CREATE TABLE users (
	id       TEXT    PRIMARY KEY,
	name     TEXT    NOT NULL,
	folded   TEXT    NOT NULL,
	role     TEXT    NOT NULL,
	set_role INTEGER NOT NULL DEFAULT 0, -- 1: given by an admin, whatever a token says
	entered  INTEGER NOT NULL,           -- milliseconds since 1970
	banned   TEXT                        -- why; NULL is not
) WITHOUT ROWID;
CREATE INDEX users_folded ON users (folded);
CREATE TABLE mutes (
	user  TEXT    NOT NULL,
	room  TEXT    NOT NULL, -- ID, '' is everywhere
	until INTEGER NOT NULL, -- milliseconds since 1970
	PRIMARY KEY (user, room)
) WITHOUT ROWID;
CREATE TABLE members (
	room  INTEGER NOT NULL REFERENCES rooms (key),
	user  TEXT    NOT NULL,
	since INTEGER NOT NULL, -- milliseconds since 1970
	PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE INDEX members_user ON members (user);
CREATE TABLE moves (
	user   TEXT    NOT NULL,
	offset INTEGER NOT NULL, -- of the event
	room   INTEGER NOT NULL REFERENCES rooms (key),
	came   INTEGER NOT NULL, -- 1 into the room, 0 out of it
	PRIMARY KEY (user, offset, room)
) WITHOUT ROWID;
CREATE TABLE markers (
	room INTEGER NOT NULL REFERENCES rooms (key),
	user TEXT    NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE TABLE notify (
	user  TEXT    NOT NULL,
	room  INTEGER NOT NULL REFERENCES rooms (key),
	level TEXT    NOT NULL,
	PRIMARY KEY (user, room)
) WITHOUT ROWID;
CREATE TABLE follows (
	user   TEXT    NOT NULL,
	room   INTEGER NOT NULL REFERENCES rooms (key),
	thread TEXT    NOT NULL,
	"on"   INTEGER NOT NULL, -- 0: no, though they spoke in it
	PRIMARY KEY (user, room, thread)
) WITHOUT ROWID;
CREATE INDEX follows_thread ON follows (room, thread);
CREATE TABLE audit (
	offset  INTEGER PRIMARY KEY, -- of the event
	kind    TEXT    NOT NULL,
	at      INTEGER NOT NULL,
	by_id   TEXT    NOT NULL,
	by_name TEXT    NOT NULL,
	by_role TEXT    NOT NULL,
	room    TEXT    NOT NULL,
	change  BLOB    NOT NULL -- JSON of chat.Change
);
`

// derived are the tables that are made from the log alone, those that refer to
// others first.
var derived = []string{
	"ended", "file_uses", "audit", "threads", "follows", "notify", "markers", "moves", "members", "mutes", "users",
	"mentions", "pins", "reactions", "edits", "messages", "room_names",
}

// upgradeV3 makes of the messages that are there what applying them anew would:
// who spoke is in the team, and in the room that all spoke in.
func upgradeV3(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, schemaV3); err != nil {
		return err
	}
	if err := nameGeneral(ctx, tx); err != nil {
		return err
	}
	for _, q := range []string{
		`CREATE TEMP TABLE spoke AS SELECT author_id AS id, min(offset) AS first, max(offset) AS last FROM messages GROUP BY author_id`,
		`INSERT INTO users (id, name, folded, role, entered)
			SELECT s.id, l.author_name, '', l.author_role, f.at
			FROM spoke s JOIN messages f ON f.offset = s.first JOIN messages l ON l.offset = s.last`,
		`INSERT INTO members SELECT (SELECT key FROM rooms WHERE id = 'general'), id, entered FROM users`,
		`INSERT INTO moves SELECT id, first, (SELECT key FROM rooms WHERE id = 'general'), 1 FROM spoke`,
		`INSERT INTO markers SELECT room, author_id, max(seq) FROM messages GROUP BY room, author_id`,
		`DROP TABLE spoke`,
		`UPDATE rooms SET last_at = coalesce((SELECT at FROM messages WHERE room = key AND seq = last_seq), 0),
			members = (SELECT count(*) FROM members WHERE room = key)`,
	} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	names, err := queryAll(ctx, tx, func(rows *sql.Rows) (u chat.User, err error) {
		err = rows.Scan(&u.ID, &u.Name)
		return u, err
	},
		"SELECT id, name FROM users")
	if err != nil {
		return err
	}
	for _, u := range names {
		if _, err := tx.ExecContext(ctx, "UPDATE users SET folded = ? WHERE id = ?", chat.FoldName(u.Name), u.ID); err != nil {
			return fmt.Errorf("fold a name: %w", err)
		}
	}
	return nil
}

// nameGeneral gives the room that every team has its name.
func nameGeneral(ctx context.Context, tx *sql.Tx) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO room_names (folded, skeleton, room, current) SELECT ?, ?, key, 1 FROM rooms WHERE id = ?",
		chat.FoldName(chat.GeneralRoom), chat.Skeleton(chat.GeneralRoom), chat.GeneralRoom)
	return err
}
