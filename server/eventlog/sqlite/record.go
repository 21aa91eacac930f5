package sqlite

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// A record is the fields of an event that have no column of their own: each a
// tag (uvarint), a length (uvarint) and that many bytes, in the order of the
// tags; empty ones are left out. A tag means the same for ever and in every
// kind of event; new kinds bring new tags. Attachments repeat theirs, empty
// ones, too.
const (
	tagAuthorName = 1
	tagAuthorRole = 2
	tagRoom       = 3
	tagBody       = 4
	tagAttachment = 5
	tagReplyTo    = 6
	tagThread     = 7
	tagExtra      = 8 // JSON of chat.Extra
	tagChange     = 9 // JSON of chat.Change
)

// errRecord is data that no appendRecord wrote, or that of a later version.
var errRecord = errors.New("the stored event cannot be read")

// appendRecord appends the record of e.
func appendRecord(dst []byte, e *chat.Event) ([]byte, error) {
	dst = appendField(dst, tagAuthorName, e.Author.Name)
	dst = appendField(dst, tagAuthorRole, string(e.Author.Role))
	dst = appendField(dst, tagRoom, e.Room)
	if len(e.Body.JSON) > 0 {
		dst = append(appendHead(dst, tagBody, len(e.Body.JSON)), e.Body.JSON...)
	}
	for _, a := range e.Body.Attachments {
		dst = append(appendHead(dst, tagAttachment, len(a)), a...)
	}
	dst = appendField(dst, tagReplyTo, e.ReplyTo)
	dst = appendField(dst, tagThread, e.Thread)
	if !e.Extra.Bare() {
		extra, err := json.Marshal(&e.Extra)
		if err != nil {
			return nil, fmt.Errorf("record what the message has beside its text: %w", err)
		}
		dst = appendField(dst, tagExtra, string(extra))
	}
	if !e.Change.IsZero() {
		change, err := json.Marshal(&e.Change)
		if err != nil {
			return nil, fmt.Errorf("record a change: %w", err)
		}
		dst = appendField(dst, tagChange, string(change))
	}
	return dst, nil
}

func appendField(dst []byte, tag uint64, value string) []byte {
	if value == "" {
		return dst
	}
	return append(appendHead(dst, tag, len(value)), value...)
}

func appendHead(dst []byte, tag uint64, length int) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(dst, tag), uint64(length))
}

// parseRecord reads a record into e. The body shares data.
func parseRecord(e *chat.Event, data []byte) error {
	for len(data) > 0 {
		tag, n := binary.Uvarint(data)
		if n <= 0 {
			return errRecord
		}
		data = data[n:]
		length, n := binary.Uvarint(data)
		if n <= 0 || length > uint64(len(data)-n) {
			return errRecord
		}
		end := n + int(length)
		value := data[n:end:end]
		data = data[end:]
		switch tag {
		case tagAuthorName:
			e.Author.Name = string(value)
		case tagAuthorRole:
			e.Author.Role = chat.Role(value)
		case tagRoom:
			e.Room = string(value)
		case tagBody:
			e.Body.JSON = value
		case tagAttachment:
			e.Body.Attachments = append(e.Body.Attachments, value)
		case tagReplyTo:
			e.ReplyTo = string(value)
		case tagThread:
			e.Thread = string(value)
		case tagExtra:
			if json.Unmarshal(value, &e.Extra) != nil {
				return errRecord
			}
		case tagChange:
			if json.Unmarshal(value, &e.Change) != nil {
				return errRecord
			}
		default:
			return errRecord
		}
	}
	return nil
}
