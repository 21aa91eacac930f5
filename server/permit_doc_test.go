package server

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

var update = flag.Bool("update", false, "write docs/permissions.md anew")

const permissionsFile = "../docs/permissions.md"

// TestPermissionsAreDocumented: docs/permissions.md says what the table of rules says. To
// write it anew: go test ./server -run PermissionsAreDocumented -update.
func TestPermissionsAreDocumented(t *testing.T) {
	want := permissions()
	if *update {
		if err := os.WriteFile(permissionsFile, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(permissionsFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(have)); diff != "" {
		t.Errorf("run go test ./server -run PermissionsAreDocumented -update (-rules +file):\n%s", diff)
	}
}

// permissions is the table of rules for people.
func permissions() string {
	var b strings.Builder
	b.WriteString(`# Permissions

Who may do what. This page is made from the table that the server enforces (server/permit.go); a test
holds them together, and another asks each request of each role.

What somebody may see comes first: public rooms all but guests, private and direct rooms their members alone,
whatever their role. Of everything else there is no such room. Who is banned may do nothing.

- **in it**: only who is in the room.
- **archived**: also in a room that is archived.
- **muted**: also while one is muted, there or everywhere.
- **scope**: the word that a token with a scope needs for it. A token whose scope names rooms (` + "`room:ID`" + `)
  is for these alone, and for nothing that concerns no room.
- ○ who made the room, unless they are a guest.

`)
	roles := chat.Roles()
	b.WriteString("| |")
	for _, r := range roles {
		b.WriteString(" " + string(r) + " |")
	}
	b.WriteString(" in it | archived | muted | scope |\n|---|" + strings.Repeat("---|", len(roles)+4) + "\n")
	for _, r := range rules {
		b.WriteString("| " + string(r.action) + " |")
		for _, role := range roles {
			b.WriteString(" " + mark(r, role) + " |")
		}
		in, archived, muted := "", "", "✓"
		if r.member {
			in = "✓"
		}
		if r.open {
			archived = "✓"
		}
		if r.quiet {
			muted = ""
		}
		scope := "`" + r.scope + "`"
		if r.named != "" {
			scope += ", or `" + r.named + "` and the room"
		}
		b.WriteString(" " + in + " | " + archived + " | " + muted + " | " + scope + " |\n")
	}
	b.WriteString(`
Beside the table:

- Owners act on everybody but themselves, all others (ban, mute, take out of a room) on those who are neither
  owner nor admin. A team keeps one owner at least, who is not banned: while there is another, an owner may
  also give themselves another role.
- Everybody is in the room ` + "`general`" + `: nobody leaves it or is taken out, and it cannot be archived.
- A direct room stays between its people: nobody joins, leaves, renames or archives it.
- A text in which a guest writes ` + "`@room` or `@here`" + ` names nobody by it. Slow mode holds up neither owners nor admins.
- What makes webhooks tell private networks is an owner's to allow.
`)
	return b.String()
}

func mark(r rule, role chat.Role) string {
	switch {
	case r.allows(chat.Standing{User: chat.User{Role: role}}, nil):
		return "✓"
	case r.creator && role != chat.RoleGuest:
		return "○"
	}
	return ""
}
