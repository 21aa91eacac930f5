package tui

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
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
		return ask(m, "session:end", chat.SessionEndRequest{ID: one.ID}, says[chat.Done]("it is ended: "+signIn(one)))
	}
	m.composer.Say("/sessions shows where you are signed in; /sessions end 2 ends the second, /sessions end others all but this one")
	return nil
}

// logoutCommand signs the user out here.
func logoutCommands() runs { return runs{"logout": (*Model).logout} }

// logout asks whether the user is to be signed out, and leaves.
func (m *Model) logout(string) tea.Cmd {
	if m.signOut == nil {
		m.composer.Say("there is nothing to sign out of here: the team is this machine's own, or its token came with the command")
		return nil
	}
	back := name(m.keys.Back)
	m.askFor(&question{
		says: []string{"sign out of " + cmp.Or(m.team, m.server) + " on this machine, and leave? y does · " + back + " stays", "sign out and leave? y · " + back, "sign out? y · " + back},
		yes: func() tea.Cmd {
			m.signOut()
			return tea.Quit
		},
	})
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

// signedInNow shows where the user is signed in.
func (m *Model) signedInNow(s signedIn) tea.Cmd {
	if s.err != nil {
		return m.answered(asked{from: s.from, err: unanswerable(s.err)})
	}
	m.signIns = s.list
	var lines []string
	for i, one := range s.list {
		line := fmt.Sprintf("%d  %s", i+1, signIn(one))
		if one.Current {
			line += " · this one"
		}
		lines = append(lines, line)
	}
	return m.answered(asked{from: s.from, text: "you are signed in, and connected now:\n" + some(lines) + "\n/sessions end 2 ends the second, /sessions end others all but this one"})
}

// signIn says what a sign-in is.
func signIn(s chat.Session) string {
	client := strings.TrimSuffix(s.Client, "/") // of one that knew no version of itself
	if client == "" {
		client = "a program that says nothing of itself"
	}
	return chat.SanitizeLine(cut(client)) + " · " + chat.SanitizeLine(cut(s.Address)) + " · since " + s.Since.Time().Format("2 January 15:04")
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
