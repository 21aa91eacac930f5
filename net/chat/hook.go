package chat

import "strings"

// Hook is a webhook: an address of the team where programs post to a room
// (Incoming), or one of a program that is told what is said in rooms.
type Hook struct {
	ID       string `json:"id"`
	Incoming bool   `json:"incoming"`
	Name     string `json:"name"`              // as whom an incoming one posts
	Room     string `json:"room,omitempty"`    // ID; absent is all public rooms
	URL      string `json:"url,omitempty"`     // whom it tells; of an incoming one, where it is posted to, when it is made
	Private  bool   `json:"private,omitempty"` // it may tell addresses of private networks
	By       string `json:"by"`                // ID of who made it
	Created  Millis `json:"created"`
	Failing  Millis `json:"failing,omitempty"` // since when it cannot tell
	Fault    string `json:"fault,omitempty"`   // what went wrong last
	Stopped  Millis `json:"stopped,omitempty"` // when it was given up

	Took        int64  `json:"took,omitempty"`         // how long its address took for one message at most, in its last turn: milliseconds
	Slow        bool   `json:"slow,omitempty"`         // that is too long, or was a few turns ago: it waits for others that are slow
	Behind      int    `json:"behind,omitempty"`       // how many messages it has not told yet, see MaxBehind
	BehindSince Millis `json:"behind_since,omitempty"` // when the first of them was said

	Banned   bool `json:"banned,omitempty"`    // what an incoming one posts is refused
	ByBanned bool `json:"by_banned,omitempty"` // who made it is banned
	Refused  bool `json:"refused,omitempty"`   // who made it lost the right to: it does nothing, and Fault says why
}

// MaxBehind is among how many messages of the team, of those that come next, the ones are
// counted that a webhook has not told yet.
const MaxBehind = 10_000

// HookRequest asks for a webhook.
type HookRequest struct {
	Name string `json:"name"`
	Room string `json:"room,omitempty"` // ID or name
	URL  string `json:"url,omitempty"`  // absent for an incoming one

	Private bool `json:"private,omitempty"` // it may tell addresses of private networks
}

// HookMade is a webhook as it is told once, when it was made.
type HookMade struct {
	Hook
	Secret string `json:"secret,omitempty"` // with which what it tells is signed
}

// HookUser is as whom an incoming webhook speaks.
func HookUser(h Hook) User {
	return User{ID: ReservedID + "hook:" + h.ID, Name: h.Name, Role: RoleBot}
}

// IsHook tells whether somebody is an incoming webhook.
func IsHook(u User) bool { return strings.HasPrefix(u.ID, ReservedID+"hook:") }
