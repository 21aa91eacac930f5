package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// scribe is somebody who writes in several rooms, with answers that come late and in any
// order. Every word they type is another one, and it is known where it was typed.
type scribe struct {
	*screen
	t       *rapid.T
	rooms   []chat.Membership
	seq     uint64
	typed   map[string]string // word → the room where it was typed
	direct  map[string]bool   // words of a line that says where they go
	leads   map[string]bool   // words that were written for where a command leads
	cut     map[string]bool   // words that were taken away on purpose
	answers []lateAnswer
	dead    map[int]bool // requests that were refused, by their number
	settled map[string]chat.DraftState
}

// lateAnswer is what came of some requests, and is not told yet.
type lateAnswer struct {
	msg      tea.Msg
	from, to int // the requests
	fails    bool
}

// TestNoWordIsLostOrGoesElsewhere, whenever what comes: answers between two letters, rooms
// that one is taken out of, drafts that are refused.
func TestNoWordIsLostOrGoesElsewhere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &scribe{
			screen: openTeam(100, 30), t: t, rooms: acme(), seq: 100, typed: make(map[string]string), direct: make(map[string]bool), leads: make(map[string]bool),
			cut: make(map[string]bool), dead: make(map[int]bool), settled: make(map[string]chat.DraftState),
		}
		for _, room := range []string{chat.GeneralRoom, "r2", "r4"} {
			w.seq++
			w.send(chat.Arrived{Messages: []chat.Message{inRoom(room, w.seq, you, "mine"), inRoom(room, w.seq+1, ada, "hers")}})
			w.seq++
		}
		for range rapid.IntRange(5, 40).Draw(t, "steps") {
			w.step()
			check(t, w.screen)
			w.look()
		}
	})
}

func (w *scribe) step() {
	t := w.t
	switch rapid.IntRange(0, 13).Draw(t, "what") {
	case 0, 1, 2, 3:
		w.write("")
	case 4:
		if w.free() {
			w.write(rapid.SampledFrom([]string{"/msg bob ", "/topic ", "/reply ", "/edit ", "/me ", "/join ", "/kick "}).Draw(t, "command"))
			w.press("enter")
		}
	case 5, 6:
		w.press("enter")
	case 7:
		w.press(rapid.SampledFrom([]string{"alt+1", "alt+2", "alt+3", "alt+down", "alt+/", "alt+a"}).Draw(t, "room"))
	case 8:
		if w.free() {
			w.press("up")
		}
	case 9:
		w.press(rapid.SampledFrom([]string{"esc", "ctrl+u", "alt+k", "tab", "f1", "pgup"}).Draw(t, "key"))
	case 10:
		if w.top() != nil { // what is pasted there is looked for
			w.press("esc")
			return
		}
		word := w.word()
		w.send(tea.PasteMsg{Content: strings.Repeat(word+"\n", 25)})
	case 11:
		w.changeRooms()
	default:
		w.happens()
	}
}

// free tells whether a line may begin.
func (w *scribe) free() bool {
	return w.composer.Empty() && w.about() == nil && w.focus == writing && w.top() == nil && w.whole == nil
}

func (w *scribe) word() string {
	word := fmt.Sprintf("word%dx", len(w.typed))
	w.typed[word] = w.room
	w.leads[word] = w.going != nil
	return word
}

// write types a word, letter by letter, while things happen. Nothing may move it.
func (w *scribe) write(before string) {
	if w.focus == answering && w.question.offers == nil || w.focus == choosing || w.top() != nil || w.whole != nil {
		w.press("esc")
		return
	}
	for _, r := range before {
		w.send(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	word, at, composer := w.word(), w.place(), w.composer
	waits := w.going != nil // what is written is for where that leads
	w.direct[word] = strings.HasPrefix(composer.Text(), "/msg ")
	for i, r := range word + " " {
		w.run(w.send(tea.KeyPressMsg{Code: r, Text: string(r)}), false)
		if i > 0 && rapid.IntRange(0, 5).Draw(w.t, "between") == 0 {
			w.happens()
		}
		if w.place() != at && !waits || w.composer != composer {
			w.t.Fatalf("%s was begun in %q, and goes on in %q", word, at, w.place())
		}
	}
}

// press presses a key; what it asks for is answered later.
func (w *scribe) press(key string) {
	before := w.composer.Text()
	fails := rapid.Bool().Draw(w.t, "fails")
	w.run(w.keys(rapidTB{t: w.t}, "{"+key+"}"), fails)
	if key == "esc" || key == "ctrl+u" {
		for word := range w.typed {
			w.cut[word] = w.cut[word] || strings.Contains(before, word)
		}
	}
}

// run runs commands, whose answers are told later.
func (w *scribe) run(cmd tea.Cmd, fails bool) {
	w.client.answer = func(_ string, out any) error {
		if fails {
			return rapid.SampledFrom([]error{&chat.Error{Message: "you may not"}, context.DeadlineExceeded, errors.New("offline")}).Draw(w.t, "error")
		}
		if a, ok := out.(*chat.RoomAnswer); ok {
			a.Room.ID = "dm1"
		}
		return nil
	}
	from := len(w.client.asked)
	for _, c := range later(cmd) {
		w.answers = append(w.answers, lateAnswer{c(), from, len(w.client.asked), fails})
	}
}

// happens tells something that was asked for before, or that the server tells by itself.
func (w *scribe) happens() {
	t := w.t
	if rapid.IntRange(0, 9).Draw(t, "rooms") == 0 {
		w.changeRooms()
		return
	}
	if n := len(w.answers); n > 0 && rapid.IntRange(0, 2).Draw(t, "answers") > 0 {
		i := rapid.IntRange(0, n-1).Draw(t, "which")
		a := w.answers[i]
		w.answers = slices.Delete(w.answers, i, i+1)
		w.run(w.send(a.msg), false)
		for n := a.from; a.fails && n < a.to; n++ {
			w.dead[n] = true
		}
		return
	}
	if len(w.client.drafts) == 0 {
		return
	}
	d := rapid.SampledFrom(w.client.drafts).Draw(t, "draft")
	if _, done := w.settled[d.ID]; done {
		return
	}
	if rapid.Bool().Draw(t, "refused") {
		w.settled[d.ID] = chat.DraftFailed
		w.send(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("you may not")})
		return
	}
	w.settled[d.ID] = chat.DraftSent
	w.seq++
	text, _ := d.Body.Text()
	msg := inRoom(d.Room, w.seq, you, text)
	msg.ID, msg.Thread, msg.At = d.ID, d.Thread, chat.ToMillis(monday.Add(time.Hour))
	w.send(chat.Arrived{Messages: []chat.Message{msg}})
}

// changeRooms takes the user out of one of their rooms, or back into all.
func (w *scribe) changeRooms() {
	rooms := slices.Clone(w.rooms)
	if gone := rapid.SampledFrom([]string{"", "r2", "r4", "dm1"}).Draw(w.t, "gone"); gone != "" {
		rooms = slices.DeleteFunc(rooms, func(r chat.Membership) bool { return r.ID == gone })
	}
	w.run(w.send(chat.RoomsChanged{Rooms: rooms}), false)
}

// look checks that every word is somewhere, and none where it does not belong.
func (w *scribe) look() {
	var here strings.Builder
	add := func(texts ...string) {
		for _, s := range texts {
			here.WriteString(s + "\n")
		}
	}
	for _, c := range w.composers {
		add(c.Text(), c.Unsent())
		add(c.Past()...)
	}
	for _, a := range w.abouts {
		if a.editing != nil {
			add(a.editing.Text())
		}
	}
	for _, list := range w.unsaved {
		for _, a := range list {
			add(a.editing.Text(), a.sent)
		}
	}
	if g := w.going; g != nil {
		add(g.text.Text(), strings.Join(g.held, "\n"))
	}
	for _, list := range w.putBy {
		for _, u := range list {
			add(u.Text)
		}
	}
	for _, l := range w.losts {
		add(l.text)
	}
	for _, list := range w.putBy {
		for _, u := range list {
			add(u.Text)
		}
	}
	for _, d := range w.directs {
		add(d.text)
	}
	for _, t := range w.timelines {
		for _, f := range t.Failures() {
			add(f.Text)
		}
	}
	for i, asked := range w.client.asked {
		if !w.dead[i] {
			add(asked)
		}
	}
	for _, d := range w.client.drafts {
		text, _ := d.Body.Text()
		if w.settled[d.ID] != chat.DraftFailed || slices.Contains(w.client.droppedIDs, d.ID) {
			add(text)
		}
		for word, room := range w.typed {
			if strings.Contains(text, word) && d.Room != room && !w.direct[word] && (!w.leads[word] || d.Room != "dm1") {
				w.t.Fatalf("%s was typed in %s, and sent to %s: %q", word, room, d.Room, text)
			}
		}
	}
	for _, asked := range w.client.asked {
		for word, room := range w.typed {
			if strings.HasPrefix(asked, "message:edit") && !w.direct[word] && strings.Contains(asked, word) && !strings.Contains(asked, `"room":"`+room+`"`) {
				w.t.Fatalf("%s was typed in %s: %s", word, room, asked)
			}
		}
	}
	all := here.String()
	for word := range w.typed {
		if !w.cut[word] && !strings.Contains(all, word) {
			w.t.Fatalf("%s is nowhere", word)
		}
	}
}
