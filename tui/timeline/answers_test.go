package timeline

import (
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who answers is named before what they answer, and once, whatever their answer is.
func TestAnAnswerBeginsWithItsAuthor(t *testing.T) {
	bob := chat.User{ID: "u2", Name: "bob"}
	answer := func(change func(m *chat.Message)) chat.Message {
		m := message(2, bob, "2", "yes")
		m.ReplyTo = "1"
		change(&m)
		return m
	}
	for name, c := range map[string]struct {
		answer       chat.Message
		wide, narrow []string
	}{
		"a text":  {answer(func(*chat.Message) {}), []string{"bob  ↱ ada: well? 12:00", "yes"}, []string{"bob: ↱ ada: well? 12:00", "yes"}},
		"a block": {answer(func(m *chat.Message) { m.Style = chat.StyleCode }), []string{"bob  ↱ ada: well? 12:00", "code", "│ yes"}, []string{"bob: ↱ ada: well? 12:00", "code", "│ yes"}},
		"a quote": {answer(func(m *chat.Message) { m.Body = chat.TextBody("> x") }), []string{"bob  ↱ ada: well? 12:00", "▎ x"}, []string{"bob: ↱ ada: well? 12:00", "▎ x"}},
		"a file": {
			answer(func(m *chat.Message) {
				m.Body, m.Files = chat.TextBody(""), []chat.File{{ID: "f", Name: "a.txt", Type: "text/plain", Size: 9}}
			}),
			[]string{"bob  ↱ ada: well? 12:00", "▤ a.txt  text/plain · 9 bytes"},
			[]string{"bob: ↱ ada: well? 12:00", "▤ a.txt  text/plain · 9 bytes"},
		},
		"what they do": {answer(func(m *chat.Message) { m.Style = chat.StyleMe }), []string{"↱ ada: well?", "∗  bob yes 12:00"}, []string{"↱ ada: well?", "∗\u00a0bob yes 12:00"}},
		"deleted":      {answer(func(m *chat.Message) { m.Deleted = 1 }), []string{"bob  (deleted) 12:00"}, []string{"bob: (deleted) 12:00"}},
	} {
		for width, want := range map[int][]string{80: c.wide, 40: c.narrow} {
			tl := fresh(width, 12)
			tl.Arrived([]chat.Message{message(1, ada, "1", "well?"), c.answer})
			rows := rowsOf(tl)
			rows = rows[len(rows)-len(want):]
			for i, r := range rows { // the time is where times are
				if before, found := strings.CutSuffix(r, "12:00"); found {
					rows[i] = strings.TrimRight(before, " ") + " 12:00"
				}
			}
			if !slices.Equal(rows, want) {
				t.Errorf("%s, %d cells: %q, want %q", name, width, rows, want)
			}
		}
	}
}

// An answer looks the same as a draft that was sent and as the message, and its mark stands where its time will.
func TestAnAnsweringDraft(t *testing.T) {
	for _, width := range []int{80, 30, 16} {
		d := written("d", "yes")
		d.ReplyTo = "1"
		tl := fresh(width, 12)
		tl.Arrived([]chat.Message{message(1, ada, "1", "well?")})
		tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSending})
		if s := screen(tl); strings.Count(s, "↑") != 1 || width == 80 && !strings.Contains(s, "↱ ada: well?                                                   ↑ sending") {
			t.Errorf("%d cells:\n%s", width, s)
		}
		tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSent})
		before := screen(tl)
		m := message(2, you, "d", "yes")
		m.ReplyTo, m.At = "1", chat.ToMillis(d.At)
		if tl.Arrived([]chat.Message{m}); screen(tl) != before {
			t.Errorf("%d cells: it was\n%s\nand is\n%s", width, before, screen(tl))
		}
	}
}

// What is copied of an answer is what it says, and a click on its author's name is one.
func TestAnAnswerIsCopiedWithoutWhatItAnswers(t *testing.T) {
	tl := fresh(80, 12)
	m := message(2, you, "2", "yes")
	m.ReplyTo = "1"
	tl.Arrived([]chat.Message{message(1, ada, "1", "well?"), m})
	rows := strings.Split(screen(tl), "\n")
	at := slices.IndexFunc(rows, func(r string) bool { return strings.Contains(r, "↱") })
	if spot, of, _ := tl.SpotAt(3, at); spot != Author || of.From.ID != you.ID {
		t.Errorf("the name is %d of %q", spot, of.From.Name)
	}
	tl.MarkFrom(tl.columns.text, at+1, Everything)
	if s, ok := tl.Marked(); !ok || s != "yes" {
		t.Errorf("copied is %q", s)
	}
}
