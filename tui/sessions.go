package tui

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/signin"
)

// sessionCommand is about where the user is signed in.
func sessionCommands() runs { return runs{"sessions": (*Model).sessions} }

// sessions shows where the user is signed in, or ends that. The number is that of the
// list as it was shown: by what came since, it must not be another one.
func (m *Model) sessions(rest string) tea.Cmd {
	words := strings.Fields(rest)
	client := m.client
	switch {
	case len(words) == 0:
		from := m.origin()
		m.waits(from)
		return func() tea.Msg {
			list, err := signIns(client)
			return signedIn{from, list, err}
		}
	case len(words) == 2 && words[0] == "end" && words[1] == "others":
		return ask(m, "session:end", chat.SessionEndRequest{Others: true}, says[chat.Done]("all your other sign-ins are ended"))
	case len(words) == 2 && words[0] == "end":
		n, err := strconv.Atoi(words[1])
		if err != nil || n < 1 || n > len(m.signIns) {
			m.composer.Say("/sessions shows them with numbers; end one by its number, or others")
			return nil
		}
		one := m.signIns[n-1]
		if one.Current {
			m.composer.Say("that is this one: /logout ends it")
			return nil
		}
		return ask(m, "session:end", chat.SessionEndRequest{ID: one.ID}, says[chat.Done]("it is ended: "+signin.Line(one, m.now())))
	}
	m.composer.Say("/sessions shows where you are signed in; /sessions end 2 ends the second, /sessions end others all but this one")
	return nil
}

// signedIn is where the user is signed in.
type signedIn struct {
	from origin
	list []chat.Session
	err  error
}

func signIns(client Client) ([]chat.Session, error) {
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	var out struct {
		Sessions []chat.Session `json:"sessions"`
	}
	err := client.Ask(ctx, "sessions", struct{}{}, &out)
	return out.Sessions, err
}

// signedInNow shows where the user is signed in: a list in which one is ended, for who has
// done nothing since; lines for everybody else, whose keys must do nothing there.
func (m *Model) signedInNow(s signedIn) tea.Cmd {
	if s.err != nil {
		return m.answered(asked{from: s.from, err: unanswerable(s.err)})
	}
	signin.Order(s.list)
	m.signIns = s.list
	if m.still(s.from) && m.whole == nil && len(s.list) > 0 {
		m.settled(s.from)
		m.pickSignIn(s.list)
		return nil
	}
	var lines []string
	for i, one := range s.list {
		about, _ := signin.Among(one, s.list, m.now())
		lines = append(lines, fmt.Sprintf("%d  %s · %s", i+1, signin.Name(one), about))
	}
	return m.answered(asked{from: s.from, text: "you are signed in:\n" + some(lines) + "\n/sessions end 2 ends the second, /sessions end others all but this one"})
}

// pickSignIn lists sign-ins, of which Enter ends one, or all but this one.
func (m *Model) pickSignIn(list []chat.Session) {
	places := make([]overlay.Place, 0, len(list)+1)
	others := 0
	for i, one := range list {
		place := overlay.Place{ID: strconv.Itoa(i), Name: signin.Name(one), Also: strings.ToLower(one.Client + " " + one.Address)}
		place.About, place.Less = signin.Among(one, list, m.now())
		if one.Current {
			place.Idle = true
			place.About = waysOut(place.About)
			for j := range len(place.Less) - 1 {
				place.Less[j] = waysOut(place.Less[j])
			}
		} else {
			others++
		}
		places = append(places, place)
	}
	if others > 1 {
		places = append(places, overlay.Place{ID: allOthers, Name: "all but this one", About: plural(others, "sign-in")})
	}
	m.pick(overlay.Words{Title: "sign-ins", None: "nothing you are signed in with is called that", Does: "ends it"}, places, func(p overlay.Place) tea.Cmd {
		if p.ID == allOthers {
			return m.askEnd(chat.SessionEndRequest{Others: true}, "all your other sign-ins are ended", "all your sign-ins but this one", "all but this one")
		}
		i, err := strconv.Atoi(p.ID)
		if err != nil || i < 0 || i >= len(list) {
			return nil
		}
		one := list[i]
		if one.Current {
			m.composer.Say("that is this one: /logout ends it")
			return nil
		}
		about, less := signin.Among(one, list, m.now())
		called := signin.Name(one)
		which := []string{called + " · " + less[1], called + " · " + less[2], called + " · " + less[3]}
		if !slices.ContainsFunc(list, func(o chat.Session) bool { return o.ID != one.ID && signin.Name(o) == called }) {
			which = append(which, called)
		}
		return m.askEnd(chat.SessionEndRequest{ID: one.ID}, "it is ended: "+called+" · "+about, which...)
	}).careful = true
}

// waysOut says what ends the sign-in that looks at the list, which Enter does not.
func waysOut(about string) string { return strings.Replace(about, "this one", "this one (/logout)", 1) }

// allOthers is the ID of the row for all sign-ins but this one.
const allOthers = "others"

// askEnd asks whether sign-ins are to be ended: who is there is out at once. which says
// which, from the longest down.
func (m *Model) askEnd(request chat.SessionEndRequest, ended string, which ...string) tea.Cmd {
	asks := make([]string, 0, len(which)+1)
	for _, one := range which {
		asks = append(asks, "end "+one+"?")
	}
	m.askFor(&question{
		says: m.sure("y ends it", append(asks, "end it?")...),
		yes:  func() tea.Cmd { return ask(m, "session:end", request, says[chat.Done](ended)) },
	})
	return nil
}

// maxListed is how many lines a line of ours has.
const maxListed = 60

// some are as many lines as are read, and how many more there are.
func some(lines []string) string {
	if more := len(lines) - maxListed; more > 0 {
		lines = append(lines[:maxListed:maxListed], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
