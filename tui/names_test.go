package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestNamesAreColoured where there is such a person or such a room, from the moment
// that is known.
func TestNamesAreColoured(t *testing.T) {
	s := openTeam(100, 30)
	s.keys(t, "{alt+1}")
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(s.room, 90, ada, "ask @bob or @eve in #deploys not #nowhere")}})
	plain := s.shown().View()
	if !strings.Contains(plain, "ask @bob or @eve in ") {
		t.Fatalf("before anybody is known:\n%q", plain)
	}
	s.send(present{{User: bob}, {User: chat.User{ID: "x", Name: "eve"}, Banned: true}})
	view := s.shown().View()
	if want := s.theme.Name(bob.ID).Render("@bob") + " or @eve in "; !strings.Contains(view, want) {
		t.Errorf("no %q in\n%q", want, view)
	}
	if want := s.theme.Accent.Render("#deploys") + " not #nowhere"; !strings.Contains(view, want) {
		t.Errorf("no %q in\n%q", want, view)
	}
}

// writtenRoom is a conversation in Markdown.
func writtenRoom() []chat.Message {
	return []chat.Message{
		said(1, ada, 0, "shipping **2.4** in *ten* minutes, ~~twelve~~; `make release` does it\nsee [the runbook](https://wiki.example.org/runbook) and https://graphs.example.org/d/p99?from=now-1h"),
		said(2, grace, time.Minute, "- the *second* replica of `db-3` is behind by some minutes, and nobody knows why\n- the others are fine\n1. wait\n2. ask @bob"),
		said(3, bob, 2*time.Minute, "> nobody knows why\nI do, __init__.py has it:\n```go\nfunc (r *Room) Send(m Message) error {\n\treturn r.log.Append(m) // durable\n}\n```\n# Never again"),
		said(4, yuki, 3*time.Minute, "日本語の**テキスト** [paypal.com](https://evil.example/) a\u202eb\u200bc https://xn--pypal-4ve.com/"),
	}
}

func TestTextGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 44}, {20, 90}} {
		t.Run(fmt.Sprintf("text-%dx%d", size[0], size[1]), func(t *testing.T) {
			golden(t, open(size[0], size[1], chat.Reloaded{Room: chat.GeneralRoom, Messages: writtenRoom()}, chat.Connection{State: chat.Online}).text()+"\n")
		})
	}
}
