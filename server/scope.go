package server

import (
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// The words of a token's scope (RFC 8693, section 4.2): what its bearer may do of
// what their role may. A token without a scope is for all of it.
const (
	ScopeRead     = "read"     // read, search, listen
	ScopePost     = "post"     // say something, and change what one said
	ScopeRooms    = "rooms"    // make rooms, join and change them
	ScopeModerate = "moderate" // what moderators do
	scopeRoom     = "room:"    // followed by a room's ID: there alone
)

// ParseScope reads a scope: what it allows, and in which rooms alone, by ID; none is
// all. A word that is not known allows nothing.
func ParseScope(scope string) (allows, rooms []string, err error) {
	for word := range strings.FieldsSeq(scope) {
		id, room := strings.CutPrefix(word, scopeRoom)
		switch {
		case room && id != "":
			rooms = append(rooms, id)
		case word == ScopeRead || word == ScopePost || word == ScopeRooms || word == ScopeModerate:
			allows = append(allows, word)
		default:
			err = badRequest("a scope is read, post, rooms, moderate and room:ID, with spaces between them; %q is none of these", chat.SanitizeLine(word))
		}
	}
	return allows, rooms, err
}

// hearing tells which rooms the bearer of a token may hear, and whether that is all
// of them: a nil function is any.
func hearing(scope string) (only func(room string) bool, all bool) {
	if strings.TrimSpace(scope) == "" {
		return nil, true
	}
	allows, rooms, _ := ParseScope(scope)
	reads := slices.Contains(allows, ScopeRead)
	return func(room string) bool { return reads && (len(rooms) == 0 || slices.Contains(rooms, room)) }, reads && len(rooms) == 0
}

// within tells whether a token of a scope is for an action in a room, nil where it
// is in none.
func within(scope string, r *rule, in *room) error {
	if strings.TrimSpace(scope) == "" {
		return nil
	}
	allows, rooms, _ := ParseScope(scope)
	named := in != nil && slices.Contains(rooms, in.ID) && slices.Contains(allows, r.named)
	if !slices.Contains(allows, r.scope) && !named {
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "this token is not for that: its scope is " + chat.SanitizeLine(scope)}
	}
	if len(rooms) > 0 && (in == nil || !slices.Contains(rooms, in.ID)) {
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "this token is for other rooms: its scope is " + chat.SanitizeLine(scope)}
	}
	return nil
}
