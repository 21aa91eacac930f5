package chat

// User is a person or a bot as others see them. ID is the identity: opaque,
// stable, and unique in the team (two issuers' equal subjects are two people).
// Name is chosen by the person and proves nothing.
type User struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`

	// Scope is what the token that somebody shows is for, as server.ParseScope reads
	// it; "" is all that Role may. It is of a request, and never told to anybody.
	Scope string `json:"-"`
}

// Role says what a user may do. The zero Role is no role.
type Role string

// The roles, from the one who may do everything down.
const (
	RoleOwner  Role = "owner"
	RoleAdmin  Role = "admin"
	RoleMember Role = "member"
	RoleGuest  Role = "guest"
	RoleBot    Role = "bot"
)

// Roles are all of them, in that order.
func Roles() []Role { return []Role{RoleOwner, RoleAdmin, RoleMember, RoleGuest, RoleBot} }

// ParseRole reads a role by its name.
func ParseRole(s string) (Role, bool) {
	switch r := Role(s); r {
	case RoleOwner, RoleAdmin, RoleMember, RoleGuest, RoleBot:
		return r, true
	}
	return "", false
}

// Standing is what a team knows of somebody.
type Standing struct {
	User
	Entered Millis
	Scope   string // of the token that is shown, see User
	SetRole bool   // Role was given by an admin, whatever their token says
	Banned  bool
	Mutes   map[string]Millis // room's ID, "" for all → until when
	Ended   EndedSignIns
}

// EndedSignIns are the sign-ins of somebody whose tokens are no good any more: some by
// their ID, and all that began up to a time but one.
type EndedSignIns struct {
	IDs    map[string]bool
	Before Millis
	But    string
}

// Has tells whether a sign-in is ended. began is zero where nobody knows.
func (e *EndedSignIns) Has(id string, began Millis) bool {
	return e.IDs[id] || (began <= e.Before && e.Before > 0 && id != e.But)
}

// SessionSeen is a sign-in as it is remembered.
type SessionSeen struct {
	Session
	User  string // ID
	Said  bool   // what it calls itself counts, also where that is nothing: it said hello
	Began Millis // the sign-in, as its token says; 0 where that does not
	Until Millis // when the last of its tokens that is known ends
}

// MutedIn tells until when somebody may not speak in a room, 0 where they may.
func (s *Standing) MutedIn(room string) Millis { return max(s.Mutes[""], s.Mutes[room]) }
