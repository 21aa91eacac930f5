package chat

import (
	"crypto/sha256"
	"encoding/base32"
	"slices"
	"strings"
)

// GeneralRoom is the ID of the room every team has and everybody is in. The
// plain lane speaks there.
const GeneralRoom = "general"

// RoomKind says who may find a room.
type RoomKind string

// The kinds of room.
const (
	RoomPublic  RoomKind = "public"  // every member of the team may see and join it
	RoomPrivate RoomKind = "private" // only its members know of it; they invite others
	RoomDirect  RoomKind = "direct"  // two or more people, for ever the same; it has no name
)

// Room is a place with messages in one order. ID is opaque and stable; Name is
// what people see, without the leading "#". It is "" for RoomDirect, which is
// called by its people.
type Room struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     RoomKind `json:"kind"`
	Topic    string   `json:"topic,omitempty"`    // what it is about now
	Purpose  string   `json:"purpose,omitempty"`  // what it is for
	Archived bool     `json:"archived,omitempty"` // read only
	Slow     int      `json:"slow,omitempty"`     // seconds between two messages of one member
	Keep     int      `json:"keep,omitempty"`     // days that messages are kept, 0 is for ever
	Members  int      `json:"members"`            // how many
	People   []User   `json:"people,omitempty"`   // RoomDirect: who is in it
	LastSeq  uint64   `json:"last_seq"`           // number of its newest message, 0 while it is empty
	LastAt   Millis   `json:"last_at,omitempty"`  // when that came
}

// DirectRoom is the ID of the room between people, whose IDs these are: the same for
// the same people in whatever order.
func DirectRoom(people []string) string {
	list := slices.Clone(people)
	slices.Sort(list)
	sum := sha256.New()
	for _, id := range slices.Compact(list) {
		sum.Write([]byte(id))
		sum.Write([]byte{0}) // no ID has one
	}
	return "dm-" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum.Sum(nil)[:20]))
}

// Notify says what of a room somebody wants to be told.
type Notify string

// The levels.
const (
	NotifyAll      Notify = "all"
	NotifyMentions Notify = "mentions" // mentions of them alone
	NotifyNone     Notify = "none"     // muted
)

// Membership is a room as one person is in it.
type Membership struct {
	Room
	Joined   bool   `json:"joined"`             // false for one they may see and are not in
	Read     uint64 `json:"read"`               // number of the newest message they have read
	Unread   int    `json:"unread,omitempty"`   // messages after it
	Mentions int    `json:"mentions,omitempty"` // of those, the ones that name them
	Notify   Notify `json:"notify"`
}

// Member is a person as others see them in a room, or in the team.
type Member struct {
	User
	Since    Millis   `json:"since,omitempty"` // when they came into the room, or the team
	Banned   bool     `json:"banned,omitempty"`
	Presence Presence `json:"presence,omitzero"`
}

// Presence is how somebody can be reached just now. It is not in the log.
type Presence struct {
	State PresenceState `json:"state"`
	Text  string        `json:"text,omitempty"` // in their own words
	Since Millis        `json:"since,omitempty"`
	Until Millis        `json:"until,omitempty"` // of Away and DoNotDisturb: when that ends by itself, 0 for never
}

// PresenceState is one of the constants below.
type PresenceState string

// The states of presence.
const (
	Active       PresenceState = "active"
	Idle         PresenceState = "idle"
	Away         PresenceState = "away"
	DoNotDisturb PresenceState = "dnd"
	Absent       PresenceState = "offline" // no device is connected
)
