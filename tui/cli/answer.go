package cli

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// maxID is the longest ID of a user or a team, in bytes: an issuer's URL and
	// a subject of it fit.
	maxID = 1 << 10

	// maxTeamName is how much of a team's name is shown, in characters: a line
	// still has room for what is said of the team.
	maxTeamName = 64

	// maxSentence is how much of what a server says is wrong is shown, in
	// characters.
	maxSentence = 300
)

// plausible tells whether an answer is one that a hobnob server gives, and cuts
// its names to what is shown. A server is a stranger until it is joined, and may
// turn into one later: nothing that ask returns has not been here.
func plausible(answer any) bool {
	switch a := answer.(type) {
	case *chat.About:
		a.Team.Name = shown(a.Team.Name, maxTeamName)
		return a.Software == "hobnob"
	case *chat.SignIn:
		_, role := chat.ParseRole(string(a.User.Role))
		a.User.Name = shown(a.User.Name, chat.MaxName)
		a.Team.Name = shown(a.Team.Name, maxTeamName)
		return role && plausibleID(a.User.ID) && plausibleID(a.Team.ID) &&
			len(a.Token) <= keystore.MaxToken && printable(a.Token)
	case *chat.InviteCheck:
		return a.OK
	case *chat.Invite:
		_, role := chat.ParseRole(string(a.Role))
		server, code, err := parseLink(a.URL)
		a.URL = server + "/join/" + code
		return role && err == nil
	}
	return false
}

func plausibleID(id string) bool { return id != "" && len(id) <= maxID && printable(id) }

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

// shown makes a text of others fit for a line, of at most limit characters.
func shown(s string, limit int) string {
	s = chat.SanitizeLine(s)
	n := 0
	for i := range s {
		if n++; n == limit && utf8.RuneCountInString(s[i:]) > 1 {
			return chat.SanitizeLine(s[:i] + "…")
		}
	}
	return s
}
