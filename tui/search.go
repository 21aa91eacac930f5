package tui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

const (
	// searchPause is how long nothing is typed before the server is asked: who types
	// has a key every 100 to 200 ms.
	searchPause = 150 * time.Millisecond

	// foundPage is how many messages a page of a list has.
	foundPage = 50

	// maxFound is how many messages a list has at most. Who looks further needs
	// better words.
	maxFound = 1000
)

// finding is a list of messages that the server makes: what is found by a search, what
// mentions the user, or what is pinned.
type finding struct {
	hits    *overlay.Hits
	request func(before chat.Position) (request string, arg any)
	lines   []foundLine
	read    func(ctx context.Context, client Client, before chat.Position) ([]foundLine, bool, error) // in place of request
	what    string                                                                                    // the list has, "" for messages
	words   []string                                                                                  // of the query, so that what is shown of a message has one
	one     bool                                                                                      // all are of one room
	none    string                                                                                    // what is said where there are none
	more    bool                                                                                      // the server has further ones
	asking  bool
	local   bool     // it is of what is loaded, for there was no connection
	left    []string // rooms in which that is still to be looked at
	below   uint64   // where to go on in the first of them, 0 for its end
	round   int      // counts what is asked for; answers of former rounds are late
}

// foundLine is a message that was found, and the beginning of what it says.
type foundLine struct {
	chat.Envelope
	text string
	to   *spot // where it leads, nil to the message
}

// found is a page of a finding, or why there is none.
type found struct {
	of     *finding
	round  int
	before chat.Position
	lines  []foundLine
	more   bool
	err    error
}

// searchDue tells that nothing was typed for a while, or that what is loaded is to be
// looked through further.
type searchDue struct {
	of    *finding
	round int
	on    bool
}

// search opens the list that finds messages everywhere, with a query if there is one.
func (m *Model) search(query string) tea.Cmd {
	f := &finding{none: "nothing found", hits: overlay.NewSearch(m.theme, overlay.Words{Title: "search", Does: "goes there", Keys: m.layerKeys()}).Among(m.colours.Seats())}
	f.request = func(before chat.Position) (string, any) {
		return "search", chat.SearchRequest{Query: chat.Unfinished(f.hits.Query()), Before: before, Limit: foundPage}
	}
	f.hits.SetState(searchHelp)
	l := m.openFinding(f)
	l.changed = func() tea.Cmd { return m.searchChanged(f) }
	if query == "" {
		return nil
	}
	f.hits.Paste(query)
	return m.searchChanged(f)
}

// newHits is a list of messages.
func (m *Model) newHits(title, does string) *overlay.Hits {
	return overlay.NewHits(m.theme, overlay.Words{Title: title, Does: does, Keys: m.layerKeys()}).Among(m.colours.Seats())
}

// searchHelp is said while nothing is typed.
const searchHelp = `words · "just so" · in:#room · from:name · before:2026-11-01 · has:file`

// openFinding puts a list of messages on top.
func (m *Model) openFinding(f *finding) *layer {
	l := &layer{list: f.hits, enter: func() tea.Cmd {
		i := f.hits.Chosen()
		if i < 0 || i >= len(f.lines) {
			return nil
		}
		if to := f.lines[i].to; to != nil {
			return m.showAt(*to)
		}
		return m.showAt(spotOf(&f.lines[i].Envelope))
	}}
	l.more = func() tea.Cmd {
		if f.local && m.connection.State == chat.Online {
			f.local = false
			return m.searchNow(searchDue{of: f, round: f.round})
		}
		if !f.more || f.asking || len(f.lines) >= maxFound || !f.hits.NearEnd() {
			return nil
		}
		return m.askFound(f, f.lines[len(f.lines)-1].Position)
	}
	m.openLayer(l)
	return l
}

// searchChanged waits until no more is typed.
func (m *Model) searchChanged(f *finding) tea.Cmd {
	f.round++
	f.more, f.local = false, false
	if strings.TrimSpace(f.hits.Query()) == "" {
		f.lines = nil
		f.hits.SetHits(nil)
		f.hits.SetState(searchHelp)
		return nil
	}
	due := searchDue{of: f, round: f.round}
	return tea.Tick(searchPause, func(time.Time) tea.Msg { return due })
}

// searchNow asks for what was typed, or without a connection looks through what is loaded.
func (m *Model) searchNow(d searchDue) tea.Cmd {
	f := d.of
	switch {
	case d.round != f.round || !m.isOpen(f.hits):
		return nil
	case d.on && f.local:
		return m.searchOn(f)
	case d.on:
		return nil // there is a connection, and the server was asked
	}
	f.words = wordsOf(f.hits.Query())
	f.hits.SetMarks(f.words)
	f.local = m.connection.State != chat.Online
	if f.local {
		return m.searchLoaded(f)
	}
	f.hits.SetState("searching …")
	return m.askFound(f, chat.Position{})
}

// askFound asks for a page of a list below a position, the first where that is zero.
func (m *Model) askFound(f *finding, before chat.Position) tea.Cmd {
	f.asking = true
	client, round := m.client, f.round
	if f.read != nil {
		return func() tea.Msg {
			ctx, cancel := askContext()
			defer cancel()
			lines, more, err := f.read(ctx, client, before)
			return found{f, round, before, lines, more, err}
		}
	}
	request, arg := f.request(before)
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var page chat.Found
		err := client.Ask(ctx, request, arg, &page)
		lines := make([]foundLine, len(page.Messages))
		for i := range page.Messages { // here, for they may be long
			msg := &page.Messages[i]
			lines[i] = foundLine{Envelope: msg.Envelope, text: textOf(msg)}
		}
		return found{f, round, before, lines, page.More, err}
	}
}

// foundNow takes a page of a list.
func (m *Model) foundNow(g found) {
	f := g.of
	if g.round != f.round {
		return
	}
	f.asking = false
	if g.err != nil {
		if f.more = false; g.before.IsZero() {
			f.lines = nil
			f.hits.SetHits(nil)
		}
		f.hits.SetState(g.err.Error())
		return
	}
	if g.before.IsZero() {
		f.lines = nil
		f.hits.SetHits(nil)
	}
	f.more = g.more && len(g.lines) > 0
	f.lines = append(f.lines, g.lines...)
	f.hits.Add(m.hitsOf(f, g.lines))
	what := f.what
	if what == "" {
		what = "message"
	}
	switch n := len(f.lines); {
	case n == 0:
		f.hits.SetState(f.none)
	case f.more:
		f.hits.SetState(plural(n, what) + " and more, newest first")
	default:
		f.hits.SetState(plural(n, what) + ", newest first")
	}
}

// textOf is the beginning of what a message says.
func textOf(msg *chat.Message) string {
	if msg.Deleted > 0 {
		return "(deleted)"
	}
	text := withoutFences(timeline.Beginning(msg.Body))
	if len(msg.Files) > 0 && strings.TrimSpace(text) == "" {
		return msg.Files[0].Name
	}
	return text
}

// withoutFences is a text without the lines that begin and end code in it, which are drawn
// nowhere; all of it where nothing else is in it.
func withoutFences(text string) string {
	if !strings.Contains(text, "```") && !strings.Contains(text, "~~~") {
		return text
	}
	var lines []string
	for line := range strings.SplitSeq(text, "\n") {
		if bare := strings.TrimSpace(line); !strings.HasPrefix(bare, "```") && !strings.HasPrefix(bare, "~~~") || strings.HasSuffix(bare[3:], "```") {
			lines = append(lines, line)
		}
	}
	if left := strings.Join(lines, "\n"); strings.TrimSpace(left) != "" {
		return left
	}
	return text
}

// hitsOf is how messages are listed.
func (m *Model) hitsOf(f *finding, lines []foundLine) []overlay.Hit {
	list := make([]overlay.Hit, len(lines))
	for i := range lines {
		one := &lines[i]
		list[i] = overlay.Hit{Who: one.From.Name, ID: one.From.ID, Text: excerpt(one.text, f.words), At: m.when(one.At.Time())}
		if !f.one {
			list[i].Room = m.calledOf(roomOf(one.Room))
		}
	}
	return list
}

// plural is a number of things.
func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// when says when something was, as shortly as is clear.
func (m *Model) when(at time.Time) string {
	now := m.now()
	at = at.In(now.Location())
	switch {
	case at.Year() == now.Year() && at.YearDay() == now.YearDay():
		return at.Format("15:04")
	case at.Year() == now.Year():
		return at.Format("2 Jan")
	}
	return at.Format("2 Jan 2006")
}

// excerptBefore is how much of a text is shown before the word it was found by.
const excerptBefore = 24

// excerpt is what is shown of a text: from its beginning, or where none of the words is
// near that, from a little before the first of them.
func excerpt(text string, words []string) string {
	low := strings.ToLower(text)
	if len(low) != len(text) {
		return text
	}
	first := -1
	for _, w := range words {
		if i := strings.Index(low, w); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	if first <= 2*excerptBefore {
		return text
	}
	from := first - excerptBefore
	for from < first && text[from] != ' ' {
		from++
	}
	if from == first { // no space: at a letter's beginning
		for from = first - excerptBefore; text[from]&0xc0 == 0x80; from++ {
		}
	}
	return "…" + strings.TrimLeft(text[from:], " ")
}

// loaded is a query as it is understood without the server.
type loaded struct {
	words    []string
	in, from string // folded names, "" for any
}

func loadedQuery(q string) (l loaded) {
	for w := range strings.FieldsSeq(strings.ReplaceAll(q, `"`, " ")) {
		if to, is := strings.CutPrefix(w, "in:"); is {
			l.in = chat.FoldName(strings.TrimLeft(to, "#@*"))
			continue
		}
		if to, is := strings.CutPrefix(w, "from:"); is {
			l.from = chat.FoldName(strings.TrimLeft(to, "@"))
			continue
		}
		l.words = append(l.words, strings.TrimRight(w, "*"))
	}
	return l
}

// wordsOf are the words of a query, small, without what only says where to look.
func wordsOf(q string) (list []string) {
	for _, w := range loadedQuery(q).words {
		if !strings.Contains(w, ":") && w != "" {
			list = append(list, strings.ToLower(w))
		}
	}
	return list
}
