package plain

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestTakenBack: what was written without a connection is taken back, and what it said is printed.
func TestTakenBack(t *testing.T) {
	for _, how := range []string{"/drop", "/delete", "/edit righht"} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, true)
			r.tell(chat.Connection{State: chat.Offline})
			r.types("first\n")
			r.types("wrong room\n")
			r.paper.take()
			r.types(how + "\n")
			says := "-- taken back, and not sent to #general:\n  wrong room\n"
			if text, edits := strings.CutPrefix(how, "/edit "); edits {
				says += "-- kept: it is sent when there is a connection\n"
				if got := r.posted[len(r.posted)-1]; !strings.HasSuffix(got, "<"+text) {
					t.Errorf("posted %q", r.posted)
				}
			}
			r.says(t, says)
			if got := fmt.Sprint(r.asked); got != "[take back drop]" {
				t.Errorf("%s: asked %s", how, got)
			}
			r.tell(chat.DraftChanged{Draft: chat.Draft{ID: r.ids[1], Room: chat.GeneralRoom, Body: chat.TextBody("wrong room")}, State: chat.DraftFailed, Err: errors.New("you took it back")})
			r.says(t, "")
			r.types("/quit\n")
		})
	}
}

// TestTakenBackIsToldOnce: that it failed then, which the client tells before it has answered or
// afterwards, is no news; that it was refused when it was sent again later, is.
func TestTakenBackIsToldOnce(t *testing.T) {
	for _, early := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, true)
			r.types("wrong room\n")
			d := chat.Draft{ID: r.ids[0], Room: chat.GeneralRoom, Body: chat.TextBody("wrong room")}
			took := chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("you took it back")}
			if early {
				r.taking = func() { r.updates <- took }
			}
			r.paper.take()
			r.types("/drop\n")
			r.says(t, "-- taken back, and not sent to #general:\n  wrong room\n")
			if !early {
				r.tell(took)
			}
			r.says(t, "")
			r.tell(chat.DraftChanged{Draft: d, State: chat.DraftWaiting}) // by another window
			r.tell(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("you are muted")})
			r.says(t, "-- not sent to #general: you are muted\n-- it was: wrong room\n-- /retry tries again, /drop forgets it\n")
			r.types("/quit\n")
		})
	}
}

// TestAllThatWasTakenBackIsPrinted: it is kept nowhere then, however long it is, and safe to print.
func TestAllThatWasTakenBackIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		long := strings.Repeat("long ", 800)
		r.tell(chat.Connection{State: chat.Offline})
		r.tell(chat.DraftChanged{Draft: chat.Draft{ID: "1", Room: chat.GeneralRoom, Body: chat.TextBody(long + "end\n-- bob \x1b[2J")}, State: chat.DraftWaiting})
		r.paper.take()
		r.types("/drop\n")
		r.says(t, "-- taken back, and not sent to #general:\n  "+long+"end\n  -- bob ␛[2J\n")
		r.types("/quit\n")
	})
}

// TestNotReplaced: what was taken back for another text is dropped when the client has that one, and
// else kept with what was refused.
func TestNotReplaced(t *testing.T) {
	const kept = "-- what was taken back is kept: /retry sends it, /drop forgets it\n"
	for name, c := range map[string]struct {
		instead, says string
		before        func(r *run)
	}{
		"too long": {instead: strings.Repeat("x", 60), says: "-- not sent: it has 62 bytes, and this server takes 50\n", before: func(r *run) {
			r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Limits: chat.Limits{Body: 50}})
		}},
		"archived": {instead: "new", says: "-- not sent: #general is archived, and can only be read; an admin, or who made it, opens it again with /unarchive. Then /retry sends what you wrote, and /drop forgets it\n-- it was: new\n", before: func(r *run) {
			list := rooms()
			list[0].Archived = true
			r.tell(chat.RoomsChanged{Rooms: list})
		}},
		"the client's disk is full": {instead: "new", says: "-- not sent: no space\n", before: func(r *run) {
			r.enqueue = func(chat.Draft) error { return errors.New("no space") }
		}},
	} {
		synctest.Test(t, func(t *testing.T) {
			r := met(t, true)
			r.types("old\n")
			c.before(r)
			r.paper.take()
			r.types("/edit " + c.instead + "\n")
			r.says(t, "-- taken back, and not sent to #general:\n  old\n"+c.says+kept)
			if got := fmt.Sprint(r.asked); got != "[take back]" {
				t.Errorf("%s: asked %s", name, got)
			}
			r.types("/retry\n")
			if got := fmt.Sprint(r.asked); got != "[take back retry]" || !strings.Contains(r.paper.take(), "-- it is tried again: old\n") {
				t.Errorf("%s: asked %s", name, got)
			}
			r.types("/quit\n")
		})
	}
}

// TestNotTakenBack: what may be there is not.
func TestNotTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.left = errors.New("it may be there already; it can be deleted when it is")
		r.types("there\n")
		r.paper.take()
		r.types("/drop\n")
		r.says(t, "-- that was not done: it may be there already; it can be deleted when it is\n")
		refused := chat.DraftChanged{Draft: chat.Draft{ID: r.ids[0], Room: chat.GeneralRoom, Body: chat.TextBody("there")}, State: chat.DraftFailed, Err: errors.New("no")}
		r.tell(refused)
		r.says(t, "-- not sent to #general: no\n-- it was: there\n-- /retry tries again, /drop forgets it\n")
		r.types("/drop\n")
		r.says(t, "-- it is forgotten: there\n")
		if got := fmt.Sprint(r.asked); got != "[take back drop]" {
			t.Errorf("asked %s", got)
		}
		r.types("/drop\n")
		r.says(t, "-- nothing was refused\n")
		r.types("/quit\n")
	})
}
