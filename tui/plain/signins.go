package plain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/signin"
)

// sessions prints where the user is signed in, or ends that. A number is that of the list
// as it was printed: by what came since, it must not be another one.
func (t *talk) sessions(rest string) {
	words := strings.Fields(rest)
	switch {
	case len(words) == 0:
		ask(t, "sessions", struct{}{}, (*talk).signedIn)
	case len(words) == 2 && words[0] == "end" && words[1] == "others":
		ask(t, "session:end", chat.SessionEndRequest{Others: true}, done("all your other sign-ins are ended"))
	case len(words) == 2 && words[0] == "end":
		n, err := strconv.Atoi(words[1])
		switch {
		case err != nil || n < 1 || n > len(t.signIns):
			t.wrong("nothing was done: /sessions prints them with numbers; end one by its number, or others")
		case t.signIns[n-1].Current:
			t.wrong(t.shell("nothing was done: that is this one; hobnob logout ends it"))
		default:
			one := t.signIns[n-1]
			ask(t, "session:end", chat.SessionEndRequest{ID: one.ID}, done("it is ended: "+signin.Line(one, t.Now())))
		}
	default:
		t.wrong("nothing was done: /sessions prints where you are signed in; /sessions end 2 ends the second, /sessions end others all but this one")
	}
}

// signedIn prints them.
func (t *talk) signedIn(answer struct {
	Sessions []chat.Session `json:"sessions"`
},
) {
	signin.Order(answer.Sessions)
	t.signIns = answer.Sessions
	lines := make([]string, len(t.signIns))
	for i, one := range t.signIns {
		about, _ := signin.Among(one, t.signIns, t.Now())
		lines[i] = fmt.Sprintf("%d  %s · %s", i+1, signin.Name(one), about)
	}
	t.sayList(lines, "the server knows of no sign-in of yours")
}
