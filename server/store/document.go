package store

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Terms that are no words begin with a rune for private use, which is in none that
// appendTerms makes: a search for what somebody wrote in one room walks over what
// has all three terms, and not over all that has the word.
const (
	roomMark   = "\ue000" // and the key of the room
	authorMark = "\ue001" // and a hash of the author's ID
	hasFile    = "\ue002f"
	hasLink    = "\ue002l"
	partMark   = "\ue003" // between two texts, so that no phrase goes over it
)

func roomTerm(key int64) string { return roomMark + strconv.FormatInt(key, 36) }

// authorTerm is as long for every ID. That two may have the same one costs a look at
// the other's messages.
func authorTerm(id string) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	return authorMark + hex.EncodeToString(binary.BigEndian.AppendUint64(nil, h.Sum64()))
}

// document is a message as far as it can be found.
type document struct {
	offset   int64
	room     int64 // key
	author   string
	at       int64
	body     []byte
	attached bool // it has attachments
	extra    []byte
	deleted  bool
}

// selectDocumentFrom yields the columns that readDocuments reads.
const (
	selectDocumentFrom = "SELECT m.offset, m.room, m.author_id, m.at, m.body, m.attachments IS NOT NULL, m.extra, m.deleted IS NOT NULL FROM "
	selectDocument     = selectDocumentFrom + "messages m "
)

// readDocuments reads the rows of a query of selectDocument, until take says no.
func readDocuments(ctx context.Context, stmt txStmt, take func(*document) (more bool), args ...any) (err error) {
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var d document
		err := rows.Scan(&d.offset, &d.room, &d.author, &d.at, &d.body, &d.attached, &d.extra, &d.deleted)
		if err != nil {
			return err
		}
		if !take(&d) {
			return nil
		}
	}
	return rows.Err()
}

// readDocument reads the message at an offset, nil where there is none.
func readDocument(ctx context.Context, stmt txStmt, offset int64) (found *document, err error) {
	err = readDocuments(ctx, stmt, func(d *document) bool {
		found = d
		return false
	}, offset)
	return found, err
}

// terms are what the message is found by, none where it was deleted: first what is
// no word, then those of the chat text, of the title of its block and of the names
// of its files. What other programs say to each other as JSON or binary is nothing
// that people read, and only found by who said it and where.
func (d *document) terms() []string {
	if d.deleted {
		return nil
	}
	terms := append(make([]string, 0, 32), roomTerm(d.room), authorTerm(d.author))
	extra := d.names()
	if len(extra.Files) > 0 {
		terms = append(terms, hasFile)
	}
	if text, ok := d.text(); ok {
		if linked(text) {
			terms = append(terms, hasLink)
		}
		terms = appendTerms(terms, text)
	}
	if extra.Block.Title != "" {
		terms = appendTerms(append(terms, partMark), extra.Block.Title)
	}
	for _, f := range extra.Files {
		terms = appendTerms(append(terms, partMark), f.Name)
	}
	return terms
}

func (d *document) text() (string, bool) {
	if d.attached {
		return "", false
	}
	return chat.Body{JSON: d.body}.Text()
}

// names is what of a chat.Extra can be looked for.
type names struct {
	Block struct {
		Title string `json:"title"`
	} `json:"block"`
	Files []struct {
		Name string `json:"name"`
	} `json:"files"`
}

func (d *document) names() (n names) {
	// What cannot be read is told to who reads the message; the index goes on
	// without it.
	if len(d.extra) == 0 || json.Unmarshal(d.extra, &n) != nil {
		return names{}
	}
	return n
}

// linked tells whether a text has the beginning of a link.
func linked(text string) bool {
	for rest := text; ; {
		at := strings.Index(rest, "://")
		if at < 0 {
			return false
		}
		before := strings.ToLower(rest[max(0, at-len("https")):at])
		if strings.HasSuffix(before, "http") || before == "https" {
			return true
		}
		rest = rest[at+len("://"):]
	}
}
