package timeline

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

var (
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	you  = chat.User{ID: "u0", Name: "you"}
	ada  = chat.User{ID: "u1", Name: "ada"}
)

func fresh(width, height int) *Timeline {
	t := New(theme.New(theme.Unknown), func() time.Time { return noon })
	t.SetYou(you)
	t.SetRoom("#general")
	t.SetKeys(Keys{Retry: "alt+r", Drop: "alt+x", Bottom: "alt+end", Open: "ctrl+o"})
	t.SetSize(width, height, height)
	return t
}

func message(seq uint64, u chat.User, id, text string) chat.Message {
	return chat.Message{
		Envelope: chat.Envelope{ID: id, Seq: seq, From: u, At: chat.ToMillis(noon.Add(time.Duration(seq) * time.Second))},
		Body:     chat.TextBody(text),
	}
}

func numbered(from, to uint64) (list []chat.Message) {
	for s := from; s <= to; s++ {
		list = append(list, message(s, ada, fmt.Sprint("id", s), fmt.Sprintf("<%d>", s)))
	}
	return list
}

func written(id, text string) chat.Draft {
	return chat.Draft{ID: id, Body: chat.TextBody(text), At: noon.Add(time.Hour)}
}

func screen(t *Timeline) string { return ansi.Strip(t.View()) }

func TestDraftBecomesMessageOnce(t *testing.T) {
	d := written("d1", "hello there")
	sending := func(tl *Timeline) { tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSending}) }
	sent := func(tl *Timeline) { tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSent}) }
	arrived := func(tl *Timeline) { tl.Arrived([]chat.Message{message(5, you, "d1", "hello there")}) }
	strange := func(tl *Timeline) { tl.Arrived([]chat.Message{message(6, ada, "d1", "not yours")}) }
	for name, steps := range map[string][]func(*Timeline){
		"ack first":     {sending, sent, arrived},
		"message first": {sending, arrived, sent},
		"only message":  {arrived, sent},
		"message twice": {sending, sent, arrived, arrived, sent},
		"stranger's ID": {sending, strange, sent, arrived},
		"while offline": {func(tl *Timeline) { tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftWaiting}) }, sending, arrived},
	} {
		tl := fresh(80, 20)
		for i, step := range steps {
			step(tl)
			if n := strings.Count(screen(tl), "hello there"); n != 1 {
				t.Errorf("%s: shown %d times after step %d:\n%s", name, n, i+1, screen(tl))
			}
		}
		if s := screen(tl); strings.Contains(s, "sending") || strings.Contains(s, "waiting") {
			t.Errorf("%s: still under way:\n%s", name, s)
		}
	}
}

// Between its acknowledgement and its message a draft looks as the message will.
func TestSentDraftDoesNotFlicker(t *testing.T) {
	for _, width := range []int{100, 40, 20} {
		long := "a text that is long enough to be wrapped once or twice on every screen there is, and that must not move"
		d := written("d1", long)
		d.At = noon.Add(5 * time.Second)
		tl := fresh(width, 20)
		tl.Reloaded(numbered(1, 4), false)
		tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSending})
		sending := len(tl.lay(len(tl.items) - 1).rows)
		tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSent})
		before := tl.View()
		tl.Arrived([]chat.Message{message(5, you, "d1", long)})
		if after := tl.View(); after != before {
			t.Errorf("%d cells: it changed from\n%s\nto\n%s", width, ansi.Strip(before), ansi.Strip(after))
		}
		if now := len(tl.lay(len(tl.items) - 1).rows); now != sending {
			t.Errorf("%d cells: %d rows while sending, %d then", width, sending, now)
		}
	}
}

// The first thing that is said has its day above it, whatever notices stand
// before it, and so has the draft it was.
func TestFirstMessageHasItsDay(t *testing.T) {
	for _, width := range []int{80, 40, 20} {
		tl := fresh(width, 8)
		tl.Reloaded(nil, false)
		tl.Notice("acme is up")
		tl.Notice("let one in")
		d := written("d1", "hello")
		tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSending})
		date := "23 Nov"
		inOrder(t, tl, "this is the", "acme is up", "let one in", date, "hello")
		before := strings.Split(screen(tl), "\n")
		tl.Arrived([]chat.Message{message(1, you, "d1", "hello")})
		inOrder(t, tl, "this is the", "acme is up", "let one in", date, "hello")
		if after := strings.Split(screen(tl), "\n"); len(after) != len(before) || after[6] != before[6] {
			t.Errorf("%d cells: it moved from\n%s\nto\n%s", width, strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
	}
	tl := fresh(80, 20)
	tl.Reloaded(numbered(1, 1), false)
	tl.Notice("midnight")
	tomorrow := message(2, ada, "id2", "<2>")
	tomorrow.At = chat.ToMillis(noon.Add(24 * time.Hour))
	tl.Arrived([]chat.Message{tomorrow})
	inOrder(t, tl, "Monday 23 November", "<1>", "midnight", "Tuesday 24 November", "<2>")
	if n := strings.Count(screen(tl), "November"); n != 2 {
		t.Errorf("%d day lines:\n%s", n, screen(tl))
	}
	yesterday := written("d2", "waits since yesterday")
	tl.DraftChanged(chat.DraftChanged{Draft: yesterday, State: chat.DraftWaiting})
	if s := screen(tl); strings.Count(s, "23 November") != 1 {
		t.Errorf("a day is taken back:\n%s", s)
	}
}

func TestDraftsStayBelowInTheirOrder(t *testing.T) {
	tl := fresh(80, 20)
	tl.DraftChanged(chat.DraftChanged{Draft: written("d1", "first"), State: chat.DraftWaiting})
	tl.DraftChanged(chat.DraftChanged{Draft: written("d2", "second"), State: chat.DraftWaiting})
	tl.Arrived(numbered(1, 3))
	tl.DraftChanged(chat.DraftChanged{Draft: written("d1", "first"), State: chat.DraftFailed, Err: errors.New("too \x1b[2Jlarge")})
	inOrder(t, tl, "<1>", "<2>", "<3>", "first", "✗ not sent: too ␛[2Jlarge · alt+r retries · alt+x drops", "second", "◷ waiting")
	if tl.Failed() != "d1" || tl.Waiting() != 1 {
		t.Errorf("failed %q, waiting %d", tl.Failed(), tl.Waiting())
	}
	tl.Dropped("d1")
	tl.DraftChanged(chat.DraftChanged{Draft: written("d1", "first"), State: chat.DraftFailed}) // told before it was dropped
	if s := screen(tl); strings.Contains(s, "first") || tl.Failed() != "" {
		t.Errorf("dropped, and still there:\n%s", s)
	}
}

func inOrder(t *testing.T, tl *Timeline, want ...string) {
	t.Helper()
	rest := screen(tl)
	for _, w := range want {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Fatalf("%q is missing, or not in this place:\n%s", w, screen(tl))
		}
		rest = after
	}
}

func TestOrderIsByNumber(t *testing.T) {
	tl := fresh(80, 20)
	for _, s := range []uint64{3, 1, 2, 3, 1} {
		tl.Arrived(numbered(s, s))
	}
	inOrder(t, tl, "<1>", "<2>", "<3>")
	if n := strings.Count(screen(tl), "<3>"); n != 1 {
		t.Errorf("<3> is shown %d times", n)
	}
}

func TestNoticesStayUntilTheyScrollAway(t *testing.T) {
	tl := fresh(80, 12)
	tl.Notice("how to \x1b[31minvite")
	tl.Reloaded(nil, false)
	tl.Reloaded(numbered(1, 30), true)
	inOrder(t, tl, "<30>", "· ", "how to ␛[31minvite")
	tl.Arrived(numbered(31, 33))
	inOrder(t, tl, "<30>", "invite", "<31>", "<33>")
	tl.Arrived(numbered(34, 60))
	if strings.Contains(screen(tl), "invite") {
		t.Error("it did not scroll away")
	}
	for range 2 * maxNotices {
		tl.Notice("again")
	}
	if n := len(tl.items); n > 60+maxNotices {
		t.Errorf("%d items: notices grow without bound", n)
	}
}

func TestReadingIsNotMoved(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(101, 200), true)
	tl.Page(-1)
	tl.Scroll(-3)
	rows := func() []string { r := strings.Split(screen(tl), "\n"); return r[:len(r)-1] }
	before := rows()
	still := func(what string) {
		t.Helper()
		if now := rows(); strings.Join(now, "\n") != strings.Join(before, "\n") {
			t.Fatalf("%s moved the view from\n%s\nto\n%s", what, strings.Join(before, "\n"), strings.Join(now, "\n"))
		}
	}
	tl.Arrived(numbered(201, 212))
	still("a message")
	if s := screen(tl); !strings.Contains(s, "↓ 12 new · alt+end") {
		t.Fatalf("12 new messages are not announced:\n%s", s)
	}
	tl.DraftChanged(chat.DraftChanged{Draft: written("d", "mine"), State: chat.DraftSending})
	still("a draft")
	tl.history, tl.asked = historyLoading, 101
	tl.Older(101, chat.History{Messages: numbered(1, 100), More: true}, nil)
	still("a page of history")
	tl.SetSize(100, 12, 12)
	tl.SetSize(80, 12, 12)
	still("a change of width and back")
	tl.Bottom()
	if s := screen(tl); !strings.Contains(s, "<212>") || strings.Contains(s, "new") {
		t.Errorf("not at the bottom:\n%s", s)
	}
	tl.Scroll(-5)
	tl.Scroll(5)
	if !tl.follow {
		t.Error("scrolled back to the end, and not following")
	}
}

func TestHistoryIsAskedForAtTheTop(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(51, 100), true)
	if _, ok := tl.AskOlder(); ok {
		t.Fatal("asked while nobody looks there")
	}
	for !func() bool { _, ok := tl.AskOlder(); return ok }() {
		before := screen(tl)
		if tl.Page(-1); screen(tl) == before {
			t.Fatal("at the top, and not asked")
		}
	}
	if _, ok := tl.AskOlder(); ok {
		t.Fatal("asked twice at once")
	}
	tl.Top()
	tl.Older(51, chat.History{}, errors.New("no connection"))
	inOrder(t, tl, "could not be loaded: no connection", "<51>")
	if _, ok := tl.AskOlder(); ok {
		t.Fatal("asked again by itself")
	}
	tl.Scroll(-1)
	if before, ok := tl.AskOlder(); !ok || before != 51 {
		t.Fatalf("pushed against the top: %d, %v", before, ok)
	}
	tl.Older(51, chat.History{Messages: numbered(1, 50)}, nil)
	tl.Top()
	inOrder(t, tl, "this is the beginning of #general", "Monday 23 November", "<1>", "<2>")
	if len(tl.items) != 100 {
		t.Errorf("%d messages", len(tl.items))
	}
}

func TestEndlessHistoryWithoutMessagesIsNotAskedForEver(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(5, 6), true)
	for asked := 0; ; asked++ {
		if _, ok := tl.AskOlder(); !ok {
			return
		}
		if asked > 3 {
			t.Fatal("asked again and again")
		}
		tl.Older(5, chat.History{Messages: numbered(5, 6), More: true}, nil)
	}
}

func TestBodiesThatAreNotText(t *testing.T) {
	tl := fresh(80, 12)
	at := func(seq uint64, b chat.Body) chat.Message {
		m := message(seq, ada, "", "")
		m.Body = b
		return m
	}
	tl.Arrived([]chat.Message{
		at(1, chat.Body{JSON: []byte(`{ "a": [1, 2] }`)}),
		at(2, chat.Body{JSON: []byte(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{make([]byte, 12345)}}),
		at(3, chat.Body{JSON: []byte(`{"f":{"_placeholder":true,"num":0}}`), Attachments: [][]byte{{1}}}),
		at(4, chat.Body{JSON: []byte(`42`)}),
		at(5, chat.Body{}),
		at(6, chat.Body{JSON: []byte(`"broken`)}),
	})
	inOrder(t, tl, `{"a":[1,2]}`, "binary, 12 kB", `{"f":{"_placeholder":true,"num":0}} binary, 1 byte`, "42", "(nothing)", `"broken`)
}

func TestTimelineProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tl := fresh(rapid.IntRange(1, 130).Draw(t, "width"), rapid.IntRange(1, 50).Draw(t, "height"))
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			text := anyText().Draw(t, "text")
			seq := rapid.Uint64Range(0, 60).Draw(t, "seq")
			u := rapid.SampledFrom([]chat.User{you, ada, {ID: "u9", Name: text}}).Draw(t, "user")
			id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "id")
			switch rapid.IntRange(0, 10).Draw(t, "what") {
			case 0, 1:
				tl.Arrived([]chat.Message{message(seq, u, id, text)})
			case 2:
				tl.Reloaded(numbered(seq, seq+20), true)
			case 3:
				tl.DraftChanged(chat.DraftChanged{Draft: written(id, text), State: chat.DraftState(seq % 4), Err: errors.New(text), Seq: seq / 2})
			case 4:
				tl.Scroll(rapid.IntRange(-60, 60).Draw(t, "rows"))
			case 5:
				height := rapid.IntRange(1, 50).Draw(t, "h")
				tl.SetSize(rapid.IntRange(1, 130).Draw(t, "w"), height, height+rapid.IntRange(0, 9).Draw(t, "more"))
			case 6:
				if before, ok := tl.AskOlder(); ok {
					tl.Older(before, chat.History{Messages: []chat.Message{message(seq, u, id, text)}, More: seq%2 == 0}, nil)
				}
			case 7:
				tl.Notice(text)
				tl.Replace(text, rapid.SampledFrom([]string{text, "", "another"}).Draw(t, "instead"))
			case 8:
				tl.SetTheme(theme.New(theme.Terminal{Measure: ansi.GraphemeWidth}))
			case 9:
				tl.Dropped(id)
				delete(tl.dropped, id) // or nothing would be left of three drafts
			case 10:
				tl.Top()
			}
			rows := strings.Split(tl.View(), "\n")
			if len(rows) != tl.height {
				t.Fatalf("%d rows of %d", len(rows), tl.height)
			}
			for _, r := range rows {
				if w := tl.theme.Measure.StringWidth(r); w > tl.width {
					t.Fatalf("%q has %d cells of %d", r, w, tl.width)
				}
			}
			for i := 1; i < len(tl.items); i++ {
				a, b := tl.items[i-1], tl.items[i]
				if a.seq > b.seq || a.seq == b.seq && a.sub >= b.sub {
					t.Fatalf("items %d and %d are out of order", i-1, i)
				}
			}
			checkDrafts(t, tl)
		}
	})
}

// checkDrafts compares what is counted of the drafts with what they are.
func checkDrafts(t *rapid.T, tl *Timeline) {
	n, waiting, bytes, failed := 0, 0, 0, ""
	for _, it := range tl.items {
		bytes += len(it.body)
		if it.kind != kindDraft {
			continue
		}
		n++
		if tl.drafts.byID[it.id] != it {
			t.Fatalf("draft %s is not found by its ID", it.id)
		}
		switch it.draft.state {
		case chat.DraftWaiting:
			waiting++
		case chat.DraftFailed:
			failed = it.id
		case chat.DraftSending, chat.DraftSent:
		}
	}
	if n != len(tl.drafts.byID) || waiting != tl.Waiting() || failed != tl.Failed() || bytes != tl.bytes {
		t.Fatalf("%d drafts counted as %d, %d waiting as %d, failed %q as %q, %d bytes as %d",
			n, len(tl.drafts.byID), waiting, tl.Waiting(), failed, tl.Failed(), bytes, tl.bytes)
	}
}
