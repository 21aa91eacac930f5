package tui

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestJoiningWhatIsNotThere says what may have been meant and how to make it, of one's own
// rooms and of others; the reason stays while the line is changed, and the line too.
func TestJoiningWhatIsNotThere(t *testing.T) {
	for line, wants := range map[string][]string{
		"/join nosuch":   {"there is no such room · /list shows those there are · /create nosuch makes one"},
		"/join #deplosy": {"there is no such room · did you mean #deploys? · /create deplosy makes one"},
		"/join lunhc":    {"did you mean #lunch?", "/create lunhc makes one"},
		"/join (%)":      {"there is no such room · /list shows those there are"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 30)
			team(s)
			rooms := s.client.answer
			s.client.answer = func(request string, out any) error {
				if request == "room:join" {
					return &chat.Error{Code: chat.CodeUnknownRoom, Message: "there is none"}
				}
				return rooms(request, out)
			}
			s.do(t, line+"{enter}")
			says := func(when string) {
				t.Helper()
				text := s.composer.Sentence()
				for _, want := range wants {
					if !strings.Contains(text, want) {
						t.Errorf("%s, %s: %q is not said:\n%s", line, when, want, s.text())
					}
				}
			}
			says("at once")
			if s.composer.Text() != line {
				t.Errorf("%q is written", s.composer.Text())
			}
			if s.do(t, "{backspace}{backspace}x"); s.composer.Text() != line[:len(line)-2]+"x" {
				t.Errorf("%q is written", s.composer.Text())
			}
			says("typing on")
			if s.do(t, "{ctrl+u}"); s.composer.Sentence() != "" {
				t.Errorf("still said: %s", s.composer.Sentence())
			}
		})
	}
}
