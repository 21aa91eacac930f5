package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// gone ends a tail: the user is taken out of the room.
func gone(c *wireConn) {
	c.emit("room:left", chat.RoomMoved{
		Told: chat.Told{Position: chat.Position{Epoch: "e", Offset: 999}, By: chat.User{ID: "a", Name: "ada"}},
		Room: chat.Room{ID: "r"}, Users: []chat.User{{ID: "me"}}, Reason: "enough",
	})
}

func about(seq uint64, revision int) chat.MessageChanged {
	return chat.MessageChanged{
		Told: chat.Told{Position: chat.Position{Epoch: "e", Offset: 200 + seq}, At: 1, By: chat.User{ID: "a", Name: "ada"}},
		Room: "r", Seq: seq, Revision: revision,
	}
}

// texts are the fourth columns of what is printed.
func texts(stdout string) (out []string) {
	for line := range strings.Lines(stdout) {
		fields := strings.SplitN(strings.TrimSuffix(line, "\n"), "\t", 4)
		out = append(out, fields[len(fields)-1])
	}
	return out
}

func TestTailWithoutAGap(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	w.messages = []chat.Message{said(1, "one"), said(2, "two"), said(3, "three")}
	w.resumes = true
	w.scripts = []func(c *wireConn){
		func(c *wireConn) {
			c.tell(said(3, "three")) // which was in the page already
			c.say(said(4, "four"))
			c.emit("message:edited", chat.TextBody("4").JSON, about(4, 1))
			c.ws.Close()
		},
		func(c *wireConn) { // replayed once more
			c.tell(said(4, "four"))
			c.emit("message:edited", chat.TextBody("4").JSON, about(4, 1))
			c.emit("message:deleted", about(2, 0))
			c.emit("message:deleted", about(2, 0))
			c.emit("presence", chat.PresenceTold{User: "a"})
			c.emit("no:such", 1)
			w.mu.Lock()
			w.messages = append(w.messages, said(5, "five"), said(6, "six"))
			w.mu.Unlock()
			c.say(said(7, "seven")) // two were not told, and are asked for
		},
		func(c *wireConn) {
			c.tell(chat.Message{Envelope: chat.Envelope{ID: "x", Room: "other", Seq: 1, Position: chat.Position{Epoch: "e", Offset: 500}}, Body: chat.TextBody("elsewhere")})
			gone(c)
		},
	}
	stdout, stderr, code := hobnob(t, "", "tail", "ops", "-n", "2")
	want := []string{"two", "three", "four", "ada edited message 4: 4", "ada deleted message 2", "five", "six", "seven"}
	if got := texts(stdout); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
	if code != exit.Failed || !strings.Contains(stderr, "ada took you out of #ops: enough") || strings.Count(stderr, "connected again") != 1 {
		t.Errorf("%d, %s", code, stderr)
	}
	if len(w.hellos) != 2 || w.hellos[1].Position.String() != "e.204" || !w.hellos[0].Quiet {
		t.Errorf("hellos %+v", w.hellos)
	}
}

// TestTailThatMissedTooMuch: what cannot be told is read from history, also what
// became of messages that were printed.
func TestTailThatMissedTooMuch(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	for seq := uint64(1); seq <= 5; seq++ {
		w.messages = append(w.messages, said(seq, fmt.Sprint("m", seq)))
	}
	w.scripts = []func(c *wireConn){
		func(c *wireConn) {
			c.emit("message:edited", chat.TextBody("known").JSON, about(3, 1))
			w.mu.Lock()
			w.messages[2].Revise(chat.MessageRevised{MessageChanged: about(3, 1), Body: chat.TextBody("known")})
			w.messages[3].Revise(chat.MessageRevised{MessageChanged: about(4, 1), Body: chat.TextBody("missed")})
			w.messages[4].Erase(chat.MessageErased{MessageChanged: about(5, 0)})
			w.messages[0].Erase(chat.MessageErased{MessageChanged: about(1, 0)}) // which was not printed
			for seq := uint64(6); seq <= 450; seq++ {
				w.messages = append(w.messages, said(seq, fmt.Sprint("m", seq)))
			}
			w.mu.Unlock()
			c.ws.Close()
		},
		gone,
	}
	stdout, _, _ := hobnob(t, "", "tail", "ops", "-n", "3")
	want := []string{"m3", "m4", "m5", "ada edited message 3: known", "ada edited message 4: missed", "message 5 was deleted"}
	for seq := 6; seq <= 450; seq++ {
		want = append(want, fmt.Sprint("m", seq))
	}
	if got := texts(stdout); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestTailOfARestoredTeam: numbers are given again, which is said.
func TestTailOfARestoredTeam(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	w.messages, w.resumes = []chat.Message{said(1, "one"), said(2, "two"), said(3, "three")}, true
	w.scripts = []func(c *wireConn){
		func(c *wireConn) {
			w.mu.Lock()
			w.epoch, w.messages = "f", []chat.Message{said(1, "one")}
			w.mu.Unlock()
			c.ws.Close()
		},
		func(c *wireConn) {
			m := said(2, "another two")
			m.Position.Epoch = "f"
			c.say(m)
			gone(c)
		},
	}
	stdout, stderr, _ := hobnob(t, "", "tail", "ops")
	if got := texts(stdout); fmt.Sprint(got) != "[one two three another two]" || !strings.Contains(stderr, "was restored from a backup") {
		t.Errorf("%q, %s", got, stderr)
	}
}

func TestTailRefusals(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	w.messages = []chat.Message{said(1, "one")}
	if _, stderr, code := hobnob(t, "", "tail", "nowhere"); code != exit.Failed || !strings.Contains(stderr, "there is no such room") {
		t.Errorf("%d, %s", code, stderr)
	}
	w.member = false
	if _, stderr, code := hobnob(t, "", "tail", "ops"); code != exit.Failed || !strings.Contains(stderr, "hint: come into the room first, with --join") {
		t.Errorf("%d, %s", code, stderr)
	}
	if stdout, _, code := hobnob(t, "", "tail", "ops", "--no-follow"); code != exit.OK || fmt.Sprint(texts(stdout)) != "[one]" {
		t.Errorf("%d, %q", code, stdout)
	}
	w.member, w.refuses = true, "banned"
	if _, stderr, code := hobnob(t, "", "tail", "ops"); code != exit.Auth || !strings.Contains(stderr, ": you are banned from this team\n") || strings.Contains(stderr, "hint:") {
		t.Errorf("%d, %s", code, stderr)
	}
	w.refuses = "token_expired"
	if _, stderr, code := hobnob(t, "", "tail", "ops"); code != exit.Auth || !strings.Contains(stderr, "hint: whoever hosts the team makes you a new token with: hobnob token mint --for me") {
		t.Errorf("%d, %s", code, stderr)
	}
}

// TestTextOfSeveralLines: each line has its columns, and no escape gets through.
func TestTextOfSeveralLines(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	m := said(1, "two\nlines\x1b[2J")
	m.From.Name = "ada\x1b]0;x\a\tb"
	w.messages = []chat.Message{m}
	stdout, _, _ := hobnob(t, "", "tail", "ops", "--no-follow")
	lines := strings.Split(stdout, "\n")
	if len(lines) != 3 || strings.Count(lines[0], "\t") != 3 || lines[1] != "\t\t\tlines␛[2J" || strings.ContainsAny(stdout, "\x1b\a") {
		t.Errorf("%q", lines)
	}
}

// TestTailOfLongTexts: their middle is left out, unless all of it is asked for.
func TestTailOfLongTexts(t *testing.T) {
	fresh(t)
	w := hostWire(t)
	w.messages = []chat.Message{said(1, strings.Repeat("line\n", 129_999)+"last"), said(2, strings.Repeat("é", 2000))}
	stdout, _, _ := hobnob(t, "", "tail", "ops", "--no-follow")
	lines := texts(stdout)
	if len(lines) != 2*foldTo+2 || lines[foldTo] != "… 129,970 lines left out: --full prints them …" || lines[2*foldTo] != "last" ||
		lines[2*foldTo+1] != strings.Repeat("é", 1000)+"… 1,000 characters left out: --full prints them …" {
		t.Errorf("%d lines: %q", len(lines), lines)
	}
	stdout, _, _ = hobnob(t, "", "tail", "ops", "--no-follow", "--full")
	if lines = texts(stdout); len(lines) != 130_001 || lines[130_000] != strings.Repeat("é", 2000) {
		t.Errorf("%d lines with --full", len(lines))
	}
	if stdout, _, _ = hobnob(t, "", "tail", "ops", "--no-follow", "--json"); strings.Count(stdout, "line") != 2*129_999 { // ID and body
		t.Error("--json is cut")
	}
}
