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
			says := "-- taken back, and not sent to #general: wrong room\n"
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
