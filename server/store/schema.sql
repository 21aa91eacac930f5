-- The schema as a new file gets it, in one go: the newest version, of which the
-- migrations (schema.go and schema_v2.go to schema_v11.go, which say why it is so) make
-- the same from any older one. TestSchemaIsTheMigrations holds the two together.
CREATE TABLE team (
	one  INTEGER PRIMARY KEY CHECK (one = 1),
	id   TEXT NOT NULL,
	name TEXT NOT NULL
);
CREATE TABLE applied (
	one    INTEGER PRIMARY KEY CHECK (one = 1),
	epoch  TEXT NOT NULL,
	offset INTEGER NOT NULL
);
CREATE TABLE rooms (
	key      INTEGER PRIMARY KEY,
	id       TEXT NOT NULL UNIQUE,
	name     TEXT NOT NULL UNIQUE,
	topic    TEXT NOT NULL,
	last_seq INTEGER NOT NULL,
	kind     TEXT NOT NULL DEFAULT 'public',
	purpose  TEXT NOT NULL DEFAULT '',
	archived INTEGER NOT NULL DEFAULT 0,
	slow     INTEGER NOT NULL DEFAULT 0, -- seconds
	keep     INTEGER NOT NULL DEFAULT 0, -- days
	last_at  INTEGER NOT NULL DEFAULT 0, -- milliseconds since 1970
	members  INTEGER NOT NULL DEFAULT 0, -- how many
	creator  TEXT NOT NULL DEFAULT '',
	created  INTEGER NOT NULL DEFAULT 0  -- milliseconds since 1970
);
CREATE TABLE messages (
	offset      INTEGER PRIMARY KEY,
	room        INTEGER NOT NULL REFERENCES rooms (key),
	seq         INTEGER NOT NULL,
	id          TEXT NOT NULL,
	author_id   TEXT NOT NULL,
	author_name TEXT NOT NULL,
	author_role TEXT NOT NULL,
	at          INTEGER NOT NULL, -- milliseconds since 1970
	body        BLOB NOT NULL,    -- JSON
	attachments BLOB,             -- see attachments.go
	reply_to    TEXT,
	thread      TEXT,
	extra       BLOB,             -- JSON of chat.Extra
	revision    INTEGER NOT NULL DEFAULT 0,
	edited      INTEGER,          -- milliseconds since 1970
	deleted     INTEGER,          -- milliseconds since 1970
	written     INTEGER           -- offset of the event that edited it last
);
CREATE UNIQUE INDEX messages_room ON messages (room, seq);
CREATE INDEX messages_id ON messages (id);
CREATE TABLE accounts (
	id       TEXT PRIMARY KEY,
	name     TEXT NOT NULL,
	folded   TEXT NOT NULL UNIQUE,
	role     TEXT NOT NULL,
	created  INTEGER NOT NULL,
	skeleton TEXT -- NULL where an older account has it
) WITHOUT ROWID;
CREATE TABLE invites (
	code_hash  BLOB PRIMARY KEY,
	created_by TEXT NOT NULL,
	role       TEXT NOT NULL,
	created    INTEGER NOT NULL,
	expires    INTEGER NOT NULL,          -- milliseconds since 1970, 0 is never
	uses       INTEGER NOT NULL,          -- left
	revoked    INTEGER NOT NULL DEFAULT 0 -- milliseconds since 1970, 0 is not
) WITHOUT ROWID;
CREATE TABLE redemptions (
	code_hash BLOB NOT NULL REFERENCES invites (code_hash),
	account   TEXT NOT NULL REFERENCES accounts (id),
	at        INTEGER NOT NULL, -- milliseconds since 1970
	key_hash  BLOB,
	PRIMARY KEY (code_hash, account)
) WITHOUT ROWID;
CREATE UNIQUE INDEX accounts_skeleton ON accounts (skeleton);
CREATE TABLE room_names (
	folded   TEXT PRIMARY KEY,
	skeleton TEXT NOT NULL,
	room     INTEGER NOT NULL REFERENCES rooms (key),
	current  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX room_names_skeleton ON room_names (skeleton) WHERE current = 1;
CREATE INDEX room_names_room ON room_names (room);
CREATE INDEX messages_thread ON messages (room, thread, seq, deleted) WHERE thread IS NOT NULL;
CREATE TABLE edits (
	message     INTEGER NOT NULL,
	revision    INTEGER NOT NULL,
	offset      INTEGER NOT NULL, -- of the event that wrote this text
	at          INTEGER NOT NULL,
	body        BLOB NOT NULL,
	attachments BLOB,
	PRIMARY KEY (message, revision)
) WITHOUT ROWID;
CREATE TABLE reactions (
	message INTEGER NOT NULL,
	emoji   TEXT NOT NULL,
	user    TEXT NOT NULL,
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
	user    TEXT NOT NULL, -- an ID, @room or @here, which is nobody's
	room    INTEGER NOT NULL REFERENCES rooms (key),
	seq     INTEGER NOT NULL,
	message INTEGER NOT NULL,
	PRIMARY KEY (user, room, seq)
) WITHOUT ROWID;
CREATE INDEX mentions_message ON mentions (message);
CREATE INDEX mentions_user ON mentions (user, message);
CREATE TABLE users (
	id           TEXT PRIMARY KEY,
	name         TEXT NOT NULL,
	folded       TEXT NOT NULL,
	role         TEXT NOT NULL,
	set_role     INTEGER NOT NULL DEFAULT 0, -- 1: given by an admin, whatever a token says
	entered      INTEGER NOT NULL,           -- milliseconds since 1970
	banned       TEXT,                       -- why; NULL is not
	ended_before INTEGER NOT NULL DEFAULT 0, -- milliseconds since 1970; up to here all sign-ins were ended
	ended_but    TEXT NOT NULL DEFAULT ''    -- this one was not
) WITHOUT ROWID;
CREATE INDEX users_folded ON users (folded);
CREATE TABLE mutes (
	user  TEXT NOT NULL,
	room  TEXT NOT NULL,    -- ID, '' is everywhere
	until INTEGER NOT NULL, -- milliseconds since 1970
	PRIMARY KEY (user, room)
) WITHOUT ROWID;
CREATE TABLE members (
	room  INTEGER NOT NULL REFERENCES rooms (key),
	user  TEXT NOT NULL,
	since INTEGER NOT NULL, -- milliseconds since 1970
	PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE INDEX members_user ON members (user);
CREATE TABLE moves (
	user   TEXT NOT NULL,
	offset INTEGER NOT NULL, -- of the event
	room   INTEGER NOT NULL REFERENCES rooms (key),
	came   INTEGER NOT NULL, -- 1 into the room, 0 out of it
	PRIMARY KEY (user, offset, room)
) WITHOUT ROWID;
CREATE TABLE markers (
	room INTEGER NOT NULL REFERENCES rooms (key),
	user TEXT NOT NULL,
	seq  INTEGER NOT NULL,
	PRIMARY KEY (room, user)
) WITHOUT ROWID;
CREATE TABLE notify (
	user  TEXT NOT NULL,
	room  INTEGER NOT NULL REFERENCES rooms (key),
	level TEXT NOT NULL,
	PRIMARY KEY (user, room)
) WITHOUT ROWID;
CREATE TABLE follows (
	user   TEXT NOT NULL,
	room   INTEGER NOT NULL REFERENCES rooms (key),
	thread TEXT NOT NULL,
	"on"   INTEGER NOT NULL, -- 0: no, though they spoke in it
	PRIMARY KEY (user, room, thread)
) WITHOUT ROWID;
CREATE INDEX follows_thread ON follows (room, thread);
CREATE TABLE audit (
	offset  INTEGER PRIMARY KEY, -- of the event
	kind    TEXT NOT NULL,
	at      INTEGER NOT NULL,
	by_id   TEXT NOT NULL,
	by_name TEXT NOT NULL,
	by_role TEXT NOT NULL,
	room    TEXT NOT NULL,
	change  BLOB NOT NULL        -- JSON of chat.Change
);
CREATE VIRTUAL TABLE search USING fts5 (terms, content='', columnsize=0, tokenize='ascii');
CREATE TABLE search_state (
	one   INTEGER PRIMARY KEY CHECK (one = 1),
	terms TEXT NOT NULL,   -- termsVersion
	upto  INTEGER NOT NULL -- offset
);
CREATE TABLE search_again (
	offset INTEGER PRIMARY KEY
);
CREATE TABLE search_times (
	block    INTEGER PRIMARY KEY, -- offset / timesBlock
	earliest INTEGER NOT NULL,    -- milliseconds since 1970
	latest   INTEGER NOT NULL
);
CREATE TABLE files (
	id    TEXT PRIMARY KEY,
	hash  BLOB NOT NULL,    -- SHA-256 of the content
	name  TEXT NOT NULL,
	type  TEXT NOT NULL,    -- media type
	size  INTEGER NOT NULL, -- bytes
	room  TEXT NOT NULL,    -- ID
	by_id TEXT NOT NULL,    -- whose it is
	at    INTEGER NOT NULL, -- when it was whole, in milliseconds since 1970
	due   INTEGER           -- milliseconds since 1970
) WITHOUT ROWID;
CREATE INDEX files_hash ON files (hash);
CREATE INDEX files_due ON files (due) WHERE due IS NOT NULL;
CREATE INDEX files_loose ON files (by_id) WHERE due IS NOT NULL;
CREATE TABLE file_uses (
	message INTEGER NOT NULL REFERENCES messages (offset),
	file    TEXT NOT NULL,
	PRIMARY KEY (message, file)
) WITHOUT ROWID;
CREATE INDEX file_uses_file ON file_uses (file);
CREATE TABLE uploads (
	by_id   TEXT NOT NULL,    -- whose it is
	id      TEXT NOT NULL,    -- their client's
	room    TEXT NOT NULL,    -- ID
	name    TEXT NOT NULL,
	size    INTEGER,          -- bytes; NULL while nobody has said
	part    TEXT NOT NULL,    -- where what has come is; '' once it is whole
	offset  INTEGER NOT NULL, -- bytes that have come and are durable
	touched INTEGER NOT NULL, -- when it went on, in milliseconds since 1970
	file    TEXT,             -- what it became
	PRIMARY KEY (by_id, id)
) WITHOUT ROWID;
CREATE INDEX uploads_part ON uploads (part) WHERE part <> '';
CREATE INDEX uploads_touched ON uploads (touched);
CREATE INDEX uploads_file ON uploads (file) WHERE file IS NOT NULL;
CREATE TABLE dropped (
	hash BLOB PRIMARY KEY -- of a file that was dropped: its content goes, unless another file has it
) WITHOUT ROWID;
CREATE TABLE hooks (
	id       TEXT PRIMARY KEY,
	incoming INTEGER NOT NULL, -- 1: posts what it is sent, 0: tells what is said
	name     TEXT NOT NULL,
	room     TEXT NOT NULL,    -- ID; '' is all public rooms, of one that tells
	secret   BLOB NOT NULL,    -- of an incoming one the SHA-256 of its code, else the key that signs
	url      TEXT NOT NULL,    -- of one that tells
	private  INTEGER NOT NULL, -- 1: may tell addresses of private networks
	by       TEXT NOT NULL,    -- whose ID made it
	created  INTEGER NOT NULL, -- milliseconds since 1970
	cursor   INTEGER NOT NULL, -- offset up to which all was told
	failing  INTEGER,          -- since when, milliseconds since 1970
	fault    TEXT,             -- what went wrong last
	stopped  INTEGER           -- when it was given up, milliseconds since 1970
) WITHOUT ROWID;
CREATE UNIQUE INDEX hooks_secret ON hooks (secret);
CREATE TABLE ended (
	user    TEXT NOT NULL, -- ID
	sign_in TEXT NOT NULL,
	PRIMARY KEY (user, sign_in)
) WITHOUT ROWID;
CREATE INDEX audit_room ON audit (room, kind);
CREATE TABLE threads (
	room   INTEGER NOT NULL REFERENCES rooms (key),
	thread TEXT NOT NULL,
	author TEXT NOT NULL, -- ID of who began it
	first  INTEGER NOT NULL,
	last   INTEGER NOT NULL,
	PRIMARY KEY (room, thread)
) WITHOUT ROWID;
CREATE INDEX threads_author ON threads (author);
CREATE INDEX threads_first ON threads (first);
CREATE INDEX messages_answers ON messages (author_id, room, thread) WHERE thread IS NOT NULL;
CREATE TABLE seen (
	user TEXT PRIMARY KEY,   -- ID
	at   INTEGER NOT NULL    -- milliseconds since 1970
) WITHOUT ROWID;
CREATE TABLE sign_ins (
	user    TEXT    NOT NULL, -- ID
	id      TEXT    NOT NULL,
	client  TEXT    NOT NULL, -- what the program and
	device  TEXT    NOT NULL, -- its machine call themselves; '' is not said
	address TEXT    NOT NULL, -- it came from last
	began   INTEGER NOT NULL, -- the sign-in, as its token says, in milliseconds since 1970; 0 is not said
	since   INTEGER NOT NULL, -- when it was first there, in milliseconds since 1970
	seen    INTEGER NOT NULL, -- and when last
	until   INTEGER NOT NULL, -- when the last token of it that is known ends, in milliseconds since 1970
	PRIMARY KEY (user, id)
) WITHOUT ROWID;
CREATE INDEX sign_ins_until ON sign_ins (until);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search_state VALUES (1, '', 0);
