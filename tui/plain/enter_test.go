package plain

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestARoomGoesOn where it was left: what was printed of it is not printed again, and it is said
// after what it goes on.
func TestARoomGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.types("/go ops\n")
		r.paper.take()
		r.types("/go general\n")
		r.says(t, "-- you write to #general, 3 people\n-- nothing new since what ada said at 00:00: two\n")
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 3, "grace", "third")}})
		r.types("/last\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n-- it goes on after what grace said at 00:00: second\n#ops grace: third\n")
		r.types("/go ops\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n-- nothing new since what grace said at 00:00: third\n")
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 4, "grace", "fourth")}})
		r.says(t, "#ops grace: fourth\n")
		r.types("/go general\n/go ops\n")
		if text := r.paper.take(); strings.Contains(text, "#ops grace: ") {
			t.Error(text)
		}
	})
}

// TestAScriptPrintsNoRoom: what it goes to is where it writes.
func TestAScriptPrintsNoRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		r.paper.take()
		r.types("/go ops\n/go general\n/go ops\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n-- you write to #general, 3 people\n-- you write to #ops, 2 people: on call\n")
	})
}

// TestOwnWordsFromElsewhereAreNotRepeated: they are printed as they come, and what stands around
// them when one goes there.
func TestOwnWordsFromElsewhereAreNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.types("/go ops\n/go general\n")
		r.paper.take()
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 3, "grace", "lunch?"), said("r2", 4, "ada", "from my telephone"), said("d", 1, "ada", "psst")}})
		r.says(t, "#ops ada: from my telephone\n@grace ada: psst\n")
		r.types("/go ops\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n-- it goes on after what grace said at 00:00: second\n#ops grace: lunch?\n")
		if r.read["r2"] != 4 {
			t.Errorf("it is read up to %d", r.read["r2"])
		}
		r.types("/go general\n")
		r.paper.take()
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 5, "ada", "coming")}})
		r.says(t, "#ops ada: coming\n")
		r.types("/go ops\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n-- nothing new since what ada said at 00:00: coming\n")
		r.types("/go @grace\n") // where only one's own was printed, the beginning is
		r.says(t, "-- you write to @grace\n")
	})
}

// TestWhatIsOtherwiseIsSaidWhenOneComesBack: it is not printed again, and what was edited or
// deleted meanwhile would be taken for what it was.
func TestWhatIsOtherwiseIsSaidWhenOneComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.types("/go ops\n/go general\n")
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", 3, "grace", "at 3")}})
		r.paper.take()
		for i, text := range []string{"a", "b", "c"} {
			r.tell(chat.MessageRevised{MessageChanged: about("r2", 2, i+1), Body: chat.TextBody(text)})
		}
		r.tell(chat.MessageErased{MessageChanged: about("r2", 1, 1)})
		r.tell(chat.MessageRevised{MessageChanged: about("r2", 3, 1), Body: chat.TextBody("at 4")})
		r.says(t, "")
		r.types("/go ops\n")
		r.says(t, `-- you write to #ops, 2 people: on call
-- #ops grace edited what was said at 00:00, which says now:
  c
-- #ops grace deleted what grace said at 00:00
-- it goes on after what grace said at 00:00: c
#ops grace: at 4
`)
		r.types("/go ops\n")
		r.says(t, "-- you write to #ops, 2 people: on call\n-- nothing new since what grace said at 00:00: at 4\n")
	})
}

func about(room string, seq uint64, revision int) chat.MessageChanged {
	return chat.MessageChanged{Told: chat.Told{At: chat.ToMillis(time.Now()), By: chat.User{ID: "grace", Name: "grace"}}, Room: room, Seq: seq, Revision: revision}
}

// TestMoreThanIsKeptCameMeanwhile: what is not printed is counted, and /older prints it; without
// such a gap it prints what was before all that was printed.
func TestMoreThanIsKeptCameMeanwhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.types("/go ops\n/older\n/go general\n")
		for i := range keep + 5 {
			r.tell(chat.Arrived{Messages: []chat.Message{said("r2", uint64(3+i), "grace", fmt.Sprint("noise ", 3+i))}})
		}
		r.paper.take()
		r.types("/go ops\n")
		text := r.paper.take()
		if !strings.Contains(text, "\n-- 5 messages came meanwhile that are not printed; /older prints what was before this\n") || strings.Count(text, "noise") != keep || !strings.Contains(text, "noise 8\n") {
			t.Error(text)
		}
		r.types("/older\n")
		r.types("/go general\n")
		r.tell(chat.Arrived{Messages: []chat.Message{said("r2", keep+8, "grace", "more")}})
		r.types("/go ops\n/older 5\n")
		if got := strings.Join(r.asked, "; "); got != "older r2 1 20; older r2 8 20; older r2 1 5" {
			t.Error(got)
		}
	})
}

// TestOlderGoesOnBeforeWhatIsPrinted: it skips nothing of what came while there was no connection, and
// repeats nothing, whatever else was asked for in between.
func TestOlderGoesOnBeforeWhatIsPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := start(t, true)
		r.whole = true
		r.tell(chat.Identified{You: ada, Team: chat.Team{Name: "acme"}, Rooms: rooms(), Limits: chat.Limits{History: 100}})
		r.tell(chat.Reloaded{Room: "general", Messages: saidFrom("general", 51, 100)})
		r.tell(chat.Connection{State: chat.Online})
		r.paper.take()
		r.types("/older 5\n")
		r.types("/history 10\n/older 5\n")
		want := "older general 91 5; older general 101 10; older general 86 5"
		if got := strings.Join(r.asked, "; "); got != want {
			t.Errorf("asked %s, not %s", got, want)
		}
		r.paper.take()
		r.tell(chat.Connection{State: chat.Offline})
		r.tell(chat.Connection{State: chat.Online})
		r.tell(chat.Reloaded{Room: "general", Messages: saidFrom("general", 251, 300)})
		if text := r.paper.take(); !strings.Contains(text, "-- 150 messages came meanwhile that are not printed; /older prints what was before this\n") || strings.Count(text, "noise") != 50 {
			t.Error(text)
		}
		r.types("/older 5\n")
		r.types("/history 10\n/older 5\n")
		want += "; older general 251 5; older general 301 10; older general 246 5"
		if got := strings.Join(r.asked, "; "); got != want {
			t.Errorf("asked %s, not %s", got, want)
		}
	})
}

// TestHistoryOfWhatWasNotPrinted: a script is in a room of which nothing was printed, or not all;
// /older goes on before what it asked for.
func TestHistoryOfWhatWasNotPrinted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		r.whole = true
		r.tell(chat.Reloaded{Room: "r2", Messages: saidFrom("r2", 51, 100)})
		for _, line := range []string{"/go ops", "/history 10", "/older 5"} {
			r.types(line + "\n")
		}
		r.tell(chat.Arrived{Messages: saidFrom("r2", 101, 102)}) // which are printed
		r.types("/older 5\n")
		r.types("/go general\n")
		r.tell(chat.Arrived{Messages: saidFrom("r2", 103, 150)}) // which are not
		for _, line := range []string{"/go ops", "/history 10", "/older 5"} {
			r.types(line + "\n")
		}
		if got := strings.Join(r.asked, "; "); got != "older r2 101 10; older r2 91 5; older r2 86 5; older r2 151 10; older r2 141 5" {
			t.Error(got)
		}
	})
}
