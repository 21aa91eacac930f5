// Package timeline draws the messages of one room: names in a column, text
// beside them, times at the right, and below them the drafts that are not
// messages yet.
//
// Only rows that are seen are laid out. The view hangs either from the newest
// row (following) or from one row of one item (scrolled), so that the cost of a
// new message or of a screenful does not depend on how many messages there are,
// and nobody's reading is moved by what arrives. The layout of an item is kept
// until its width, its neighbour above or the theme changes.
//
// Every foreign text passes chat.Sanitize, or chat.Reveal, before it is measured or drawn. The
// package knows nothing of keys, rooms other than its own, or where messages
// come from. It is used by one goroutine.
package timeline

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

const (
	// maxNotices bounds local lines; nobody scrolls up for the oldest.
	maxNotices = 200
)

// Timeline shows one room.
type Timeline struct {
	// Set once.
	now func() time.Time

	// The look: set by SetSize, SetTheme and the names seen.
	theme   *theme.Theme
	markup  *markup.Drawer
	names   *markup.Names // that mean something in a text
	width   int
	height  int
	highest int // what height may be while nothing is written
	most    int // rows of a message; follows from highest
	columns columns
	longest int    // width of the longest name, up to maxName
	look    uint32 // counts changes that make every layout stale
	laid    []*item
	line    *layout // above everything, as drawn for lineKey
	lineKey aboveKey

	// What there is. items are sorted by (seq, sub): messages, notices after
	// the message they followed, then notices that still float, then drafts.
	id      string    // of the room
	room    string    // what it is called
	of      *Timeline // the room's, where this is of a thread of it
	you     chat.User
	keys    Keys
	items   []*item
	bytes   int // of the items' bodies
	authors map[authorKey]*author
	seats   *theme.Seats        // the colours of their names, which a thread shares with its room
	own     map[string]struct{} // IDs of your messages among items
	drafts  drafts              // the drafts among items
	dropped map[string]struct{} // IDs of drafts that were dropped
	ordinal uint64              // the last sub given
	told    uint64              // the newest seq that was told
	history history             // what lies above the first item
	asked   uint64              // historyLoading: below which seq
	reason  string              // why history is historyFailed
	empty   string              // what is to be done where it is historyUnknown, "" for nothing
	away    bool                // the newest messages were let go; see keep.go
	newer   newer               // what lies below the last item, while away
	thread  string              // the ID of the message whose thread this is, "" for a room
	found   map[string]*item    // messages that were looked for by their ID; nil values, too

	// Pictures: whether they are shown, and those that can be, by the IDs of their files.
	shows    bool
	pictures map[string]*Picture

	// newerLoading: above which seq, and what told was then.
	askedAfter uint64
	toldThen   uint64

	// What the user does here.
	chosen  *item           // the message that is selected, nil if none is
	written map[string]bool // IDs of messages in whose threads the user is writing
	marks   *marks          // the text that is marked with the mouse, nil if none is
	read    uint64          // above this seq messages are new
	marked  bool            // and a line says so

	unseenIn map[string]Unseen // threads with answers that were on no screen

	// Where the view is. With follow, at the end; else anchor is the topmost row.
	follow bool
	anchor anchor
	unseen int  // messages that arrived while not following
	upward bool // it was moved up last
}

// history says what is above the first item.
type history uint8

const (
	historyUnknown history = iota // nothing has been loaded yet
	historyMore                   // older messages can be had
	historyLoading                // they were asked for
	historyFailed                 // they could not be had
	historyAll                    // the first item is the room's first
)

// anchor is a row of an item. Row 0 is the item's first row of text; what
// stands above it (a day line) has negative rows, because it comes and goes.
// A nil item is the line above everything.
type anchor struct {
	item *item
	row  int
}

// New makes an empty timeline that follows. now is the clock, for day lines.
func New(t *theme.Theme, now func() time.Time) *Timeline {
	seats := new(theme.Seats)
	return &Timeline{
		now: now, theme: t, markup: markup.New(t).Among(seats), seats: seats, look: 1, follow: true, most: minFold,
		authors: make(map[authorKey]*author),
		own:     make(map[string]struct{}),
		drafts:  drafts{byID: make(map[string]*item)},
		dropped: make(map[string]struct{}),
	}
}

// Among gives people the colours they have in their team.
func (t *Timeline) Among(s *theme.Seats) {
	t.seats = s
	t.markup.Among(s)
}

// Keys names the keys the timeline speaks of, as help names them.
type Keys struct{ Retry, Drop, Bottom, Open, Up string }

// SetEmpty says what is to be done where nothing was loaded yet, "" while it is on its way.
func (t *Timeline) SetEmpty(does string) { t.empty = does }

// SetKeys says what the keys are called.
func (t *Timeline) SetKeys(k Keys) {
	t.keys = k
	t.restyle()
}

// SetSize sets the cells View fills. highest is the height there would be if
// nothing were written: long messages are folded by it, and do not change while
// somebody writes many lines.
func (t *Timeline) SetSize(width, height, highest int) {
	if width == t.width && height == t.height && highest == t.highest {
		return
	}
	most := fold(highest)
	if width != t.width || most != t.most {
		t.width, t.most = width, most
		t.restyle()
	}
	t.height, t.highest = height, highest
	t.settle()
}

// SetTheme changes how everything looks, and how it is measured.
func (t *Timeline) SetTheme(th *theme.Theme) {
	t.theme, t.markup = th, markup.New(th).Among(t.seats)
	t.longest = 0
	for _, a := range t.authors {
		t.longest = max(t.longest, t.nameWidth(a))
	}
	t.seat() // while the names have other colours, by whoever is in the room
	t.restyle()
}

// SetID says which room's messages these are, for who does something with one.
func (t *Timeline) SetID(room string) { t.id = room }

// SetRoom says what the room is called, with its sign, for the line above its first message.
func (t *Timeline) SetRoom(name string) {
	if name = chat.SanitizeLine(theme.Clip(name, maxName*4)); name != t.room {
		t.room = name
		t.restyle()
	}
}

// Arrived adds messages. What is already there is ignored, and the order of
// their numbers, not of their coming, is shown. A draft that became one of them
// is shown once.
func (t *Timeline) Arrived(messages []chat.Message) {
	if len(messages) == 0 {
		return
	}
	t.hold(func() {
		t.pinNotices()
		for _, m := range messages {
			unseen := m.Seq > t.told
			if t.away {
				t.posted(m.From.ID, m.ID)
			} else {
				if unseen = t.insert(t.message(m)); unseen {
					t.answered(&m)
				}
			}
			if unseen && !t.follow {
				t.unseen++
			}
			t.told = max(t.told, m.Seq)
		}
		t.trim()
	})
	t.reveal()
	if t.history == historyUnknown {
		t.history = historyMore
		if messages[0].Seq <= 1 {
			t.history = historyAll
		}
	}
}

// Reloaded replaces all messages by the newest ones. The view goes to the end,
// because the place that was looked at may be gone.
func (t *Timeline) Reloaded(messages []chat.Message, more bool) {
	t.told, t.away = 0, false
	var at uint64
	for _, m := range messages {
		t.told, at = max(t.told, m.Seq), max(at, m.Position.Offset)
	}
	chosen := t.chosen
	t.chosen, t.found = nil, nil
	keep := t.items[:0:0]
	for _, it := range t.items {
		switch {
		case it.kind == kindMessage:
		case it.kind == kindDraft && it.draft.state == chat.DraftSent && it.draft.seq <= t.told:
			// It was stored before the history was read, so it is in these
			// messages, or far above them.
			t.drafts.forget(it)
		case it.kind == kindNotice && it.seq < floating && (len(messages) == 0 || it.seq < messages[0].Seq):
			// It had scrolled away.
		default:
			keep = append(keep, it)
		}
	}
	t.items, t.bytes = keep, 0
	for _, it := range keep {
		t.bytes += len(it.body)
	}
	clear(t.own)
	t.keepAuthors()
	for _, m := range messages {
		it := t.message(m)
		it.counted(at)
		t.insert(it)
	}
	t.seat()
	t.history = historyAll
	if more {
		t.history = historyMore
	}
	t.Bottom()
	t.restyle() // what is left may answer other messages than before
	if chosen != nil {
		t.chooseAgain(chosen)
	}
}

// Notice adds a local line at the end. It stays there until the next message
// arrives, and then scrolls away with the messages around it.
func (t *Timeline) Notice(text string) { t.notify(&item{note: noticed(text)}) }

// Warn is Notice of what went wrong.
func (t *Timeline) Warn(text string) { t.notify(&item{note: noticed(text), warns: true}) }

func (t *Timeline) notify(it *item) {
	t.ordinal++
	it.kind, it.seq, it.sub = kindNotice, floating, t.ordinal
	t.hold(func() {
		t.insert(it)
		notices := 0
		for _, it := range t.items {
			if it.kind == kindNotice {
				notices++
			}
		}
		t.items = slices.DeleteFunc(t.items, func(it *item) bool {
			if it.kind != kindNotice || notices <= maxNotices {
				return false
			}
			notices--
			return true
		})
	})
}

// Replace puts text in the place of the notice that says old, wherever that is
// now, and takes the notice away if text is "". If there is none it does nothing.
func (t *Timeline) Replace(old, text string) {
	old = noticed(old)
	i := slices.IndexFunc(t.items, func(it *item) bool { return it.kind == kindNotice && it.note == old })
	if i < 0 {
		return
	}
	t.hold(func() {
		if text == "" {
			t.items = slices.Delete(t.items, i, i+1)
			return
		}
		t.items[i].note, t.items[i].layout = noticed(text), nil
	})
}

// ClearNotices takes all notices away.
func (t *Timeline) ClearNotices() {
	t.hold(func() {
		t.items = slices.DeleteFunc(t.items, func(it *item) bool { return it.kind == kindNotice })
	})
}

// noticed is the text of a notice as it is kept.
func noticed(text string) string { return chat.Sanitize(theme.Clip(text, maxText)) }

// floating is the seq of notices that no message followed yet, and drafting
// that of drafts: after every message.
const (
	floating = math.MaxUint64 - 1
	drafting = math.MaxUint64
)

// pinNotices gives floating notices their place after the newest message.
func (t *Timeline) pinNotices() {
	last := t.find(floating, 0)
	seq := uint64(0)
	if last > 0 {
		seq = t.items[last-1].seq
	}
	for _, it := range t.items[last:] {
		if it.seq == floating && it.kind == kindNotice {
			it.seq = seq
		}
	}
}

// find is the place of (seq, sub) among the items.
func (t *Timeline) find(seq, sub uint64) int {
	return sort.Search(len(t.items), func(i int) bool {
		it := t.items[i]
		return it.seq > seq || it.seq == seq && it.sub >= sub
	})
}

// insert puts an item in its place, and tells whether it was not there yet.
func (t *Timeline) insert(it *item) bool {
	i := t.find(it.seq, it.sub)
	if i < len(t.items) && t.items[i].seq == it.seq && t.items[i].sub == it.sub {
		return false
	}
	t.items = slices.Insert(t.items, i, it)
	t.bytes += len(it.body)
	t.claim(it)
	return true
}
