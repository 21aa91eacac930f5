package tui

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// pngOf is a picture of some pixels.
func pngOf(tb testing.TB, w, h int) []byte {
	tb.Helper()
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.SetNRGBA(i%w, i/w, color.NRGBA{uint8(i), uint8(i / w), 99, 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func pictured2() []chat.Message {
	first, second := said(1, ada, 0, "the graphs"), said(2, bob, 1, "")
	first.Files = []chat.File{{ID: "f1", Name: "p99.png", Type: "image/png", Size: 240_000}}
	second.Files = []chat.File{{ID: "f2", Name: "tower.png", Type: "image/png", Size: 12_000}, {ID: "g", Name: "notes.txt", Type: "text/plain", Size: 9}}
	return []chat.Message{first, second, said(3, grace, 2, "nice")}
}

// A terminal that shows pictures is given those that are seen, and draws them.
func TestPicturesAreShown(t *testing.T) {
	w := openWall(t, 100, 40, pictured2()...)
	if w.all(t, w.Init()); w.reads != nil {
		t.Errorf("before the terminal answered, %v was read", w.reads)
	}
	w.answers(t)
	if !strings.Contains(w.said.String(), "a=q") || fmt.Sprint(w.reads) != "[f2 f1]" {
		t.Fatalf("read %v, said %.200q", w.reads, w.said.String())
	}
	if text := w.seen(); strings.Count(text, "▒") != 40*10+9*18 || strings.Contains(text, "╭") || !strings.Contains(text, "image/png · 400×200 · 240 kB") {
		t.Errorf("%d cells:\n%s", strings.Count(text, "▒"), text)
	}
	if n := strings.Count(w.said.String(), "a=T,U=1"); n != 2 {
		t.Errorf("%d were sent", n)
	}
	said := w.said.Len()
	w.all(t, w.send(chat.Arrived{Messages: []chat.Message{said4()}}))
	if len(w.reads) != 2 || w.said.Len() != said {
		t.Errorf("what the terminal has is sent again: %v", w.reads)
	}
	w.all(t, w.send(tea.WindowSizeMsg{Width: 40, Height: 40}))
	if now := w.said.String()[said:]; !strings.Contains(now, "a=p,U=1,q=2,i=16777233,p=1,c=29,r=8") || strings.Contains(now, "a=T") || !strings.Contains(w.seen(), "  "+strings.Repeat("▒", 29)+"\n") {
		t.Errorf("said %q\n%s", now, w.seen())
	}
}

func said4() chat.Message { return said(4, grace, 3, "really") }

// Where the terminal does not show them, nothing is fetched, and boxes stand for them.
func TestPicturesAreNotShown(t *testing.T) {
	for name, without := range map[string]func(*wall){
		"not asked":       func(w *wall) { w.pictures.ask.Ask = false; w.answers(t) },
		"of another name": func(w *wall) { w.all(t, w.send(tea.TerminalVersionMsg{Name: "WezTerm"})) },
		"no answer":       func(w *wall) { w.all(t, w.send(tea.TerminalVersionMsg{Name: "kitty(0.40.0)"})) },
		"an error": func(w *wall) {
			w.all(t, w.send(uv.KittyGraphicsEvent{Options: kitty.Options{ID: 31}, Payload: []byte("EINVAL:no")}))
		},
		"of another question": func(w *wall) {
			w.all(t, w.send(uv.KittyGraphicsEvent{Options: kitty.Options{ID: 7}, Payload: []byte("OK")}))
		},
		"no colours": func(w *wall) { w.answers(t); w.all(t, w.send(tea.ColorProfileMsg{Profile: colorprofile.ANSI})) },
		"off":        func(w *wall) { w.all(t, w.keys(t, "/set images off{enter}")); w.answers(t) },
	} {
		w := openWall(t, 100, 40, pictured2()...)
		without(w)
		if text := w.seen(); strings.Contains(text, "▒") || !strings.Contains(text, "╭─ p99.png ─") || name != "no colours" && w.reads != nil {
			t.Errorf("%s: read %v\n%s", name, w.reads, text)
		}
	}
	w := openWall(t, 100, 40, pictured2()...)
	w.all(t, w.keys(t, "/set images off{enter}"))
	w.answers(t)
	if w.all(t, w.keys(t, "/set images on{enter}")); !strings.Contains(w.seen(), "▒") {
		t.Errorf("they are not shown when they are set:\n%s", w.seen())
	}
}

// Where pictures are likely, no box is drawn that goes away in a moment.
func TestPicturesAreLikely(t *testing.T) {
	for name, box := range map[string]bool{"": false, "kitty(0.40.0)": false, "kitty(0.26.5)": true, "xterm": true} {
		w := openWall(t, 100, 40, pictured2()...)
		w.pictures.ask.Likely = true
		if w.all(t, w.keys(t, "x")); strings.Contains(w.seen(), "╭") {
			t.Errorf("there is a box before the terminal answered:\n%s", w.seen())
		}
		if name == "" {
			continue
		}
		if w.all(t, w.send(tea.TerminalVersionMsg{Name: name})); strings.Contains(w.seen(), "╭") != box {
			t.Errorf("of %s:\n%s", name, w.seen())
		}
	}
}

// What is too large, or no picture, or cannot be had, stays a row, and is asked for once;
// what could not be had for the network, again when there is one.
func TestPicturesThatFail(t *testing.T) {
	m := said(1, ada, 0, "all of them")
	m.Files = []chat.File{
		{ID: "large", Name: "large.png", Type: "image/png", Size: 99 << 20},
		{ID: "svg", Name: "a.svg", Type: "image/svg+xml", Size: 10},
		{ID: "lies", Name: "lies.png", Type: "image/png", Size: 10},
		{ID: "gone", Name: "gone.png", Type: "image/png", Size: 10},
		{ID: "later", Name: "later.png", Type: "image/png", Size: 10},
	}
	w := openWall(t, 100, 40, m)
	w.files["lies"], w.files["later"] = []byte("#!/bin/sh"), pngOf(t, 100, 100)
	w.fails["gone"], w.fails["later"] = &chat.Error{Code: chat.CodeNotFound, Message: "gone"}, errors.New("connection refused")
	w.answers(t)
	for range 3 {
		w.all(t, w.keys(t, "x"))
	}
	if fmt.Sprint(w.reads) != "[later gone lies]" || strings.Contains(w.seen(), "▒") {
		t.Errorf("read %v\n%s", w.reads, w.seen())
	}
	delete(w.fails, "later")
	w.all(t, w.send(chat.Connection{State: chat.Waiting}))
	w.all(t, w.send(chat.Connection{State: chat.Online}))
	if fmt.Sprint(w.reads) != "[later gone lies later]" || !strings.Contains(w.seen(), "▒") {
		t.Errorf("read %v\n%s", w.reads, w.seen())
	}
}

// Only what is seen is fetched, two at a time; of many, those that were not seen for
// longest are forgotten, here and by the terminal.
func TestPicturesAreBounded(t *testing.T) {
	var list []chat.Message
	w := openWall(t, 100, 40)
	for i := range 60 {
		m := said(uint64(i+1), ada, 0, fmt.Sprintf("picture %d", i))
		id := fmt.Sprintf("p%d", i)
		m.Files, w.files[id] = []chat.File{{ID: id, Name: id + ".png", Type: "image/png", Size: 100}}, pngOf(t, 200, 100)
		list = append(list, m)
	}
	w.all(t, w.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: list}))
	if cmd := w.send(uv.KittyGraphicsEvent{Options: kitty.Options{ID: 31}, Payload: []byte("OK")}); w.pictures.reading != atOnce {
		t.Errorf("%d are fetched at once", w.pictures.reading)
	} else {
		w.all(t, cmd)
	}
	if n := len(w.reads); n < 4 || n > 20 {
		t.Errorf("%d were fetched for one screen", n)
	}
	for range 80 {
		w.all(t, w.keys(t, "{pgup}"))
	}
	sent, gone := strings.Count(w.said.String(), "a=T"), strings.Count(w.said.String(), "a=d,d=I")
	if len(w.pictures.known) > maxPictures || sent != 60 || gone != 60-len(w.pictures.known) {
		t.Errorf("%d are kept, %d were sent, %d taken away\n%s", len(w.pictures.known), sent, gone, w.seen())
	}
	numbers := make(map[int]bool)
	for _, x := range w.pictures.known {
		if numbers[x.number] || x.number < 0 {
			t.Errorf("two are number %d", x.number)
		}
		numbers[x.number] = true
	}
	if !strings.Contains(w.seen(), "▒") {
		t.Errorf("none is seen\n%s", w.seen())
	}
}

// Who reads further up stays there while pictures come: who goes up keeps what they come
// from at the end of the screen, who goes down at its beginning.
func TestPicturesMoveNobody(t *testing.T) {
	var list []chat.Message
	for i := range 80 {
		m := said(uint64(i+1), grace, 3, fmt.Sprintf("line %d", i))
		if i%7 == 3 {
			m.Files = pictured2()[i%2].Files[:1]
		}
		list = append(list, m)
	}
	for keys, at := range map[string]int{"{pgup}{pgup}": 26, "{pgup}{pgup}{pgup}{pgup}{pgdown}": 1, "{pgup}{esc}kkkkk": -1} {
		w := openWall(t, 100, 30, list...)
		w.all(t, w.keys(t, keys))
		before := strings.Split(w.seen(), "\n")
		w.answers(t)
		after := strings.Split(w.seen(), "\n")
		if !strings.Contains(w.seen(), "▒") {
			t.Errorf("%s: there is none\n%s", keys, w.seen())
		}
		if at > 0 && before[at] != after[at] || at < 0 && !strings.Contains(w.seen(), "▌") {
			t.Errorf("%s: %q is now %q\n%s", keys, before[at], after[at], w.seen())
		}
	}
}

// After the terminal was away, was drawn anew or an editor had it, it is given them again.
func TestPicturesAreSentAgain(t *testing.T) {
	for name, msg := range map[string]tea.Msg{"resumed": tea.ResumeMsg{}, "redrawn": press(t, "ctrl+l"), "edited": nil} {
		w := openWall(t, 100, 40, pictured2()...)
		w.answers(t)
		if msg == nil {
			msg = wrote{w.composer, w.place(), "", &editor{}, nil}
		}
		cells := strings.Count(w.seen(), "▒")
		w.said.Reset()
		w.all(t, w.send(msg))
		if n := strings.Count(w.said.String(), "a=T"); n != 2 || strings.Count(w.seen(), "▒") != cells || len(w.reads) != 2 || len(w.pictures.queue) != 0 {
			t.Errorf("%s: %d were sent, read %v\n%s", name, n, w.reads, w.seen())
		}
	}
}

// Between the parts of a picture comes nothing of another one, of whichever team.
func TestPicturesComeOneByOne(t *testing.T) {
	w := openWall(t, 100, 40, pictured2()...)
	w.files["f1"] = pngOf(t, 600, 360)
	*w.pictures.line = true // another team's is on its way
	if w.answers(t); strings.Contains(w.said.String(), "a=T") {
		t.Error("it was sent between the parts of another one")
	}
	*w.pictures.line = false
	w.all(t, w.keys(t, "x"))
	if n := strings.Count(w.said.String(), "a=T"); n != 2 || *w.pictures.line {
		t.Errorf("%d were sent", n)
	}
}

func TestPicturesGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 40}, {60, 34}, {40, 30}, {20, 12}} {
		for name, shown := range map[string]bool{"pictures": true, "boxes": false} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				w := openWall(t, size[0], size[1], pictured2()...)
				if shown {
					w.answers(t)
				}
				golden(t, w.seen()+"\n")
			})
		}
	}
}

// Whatever is done and answered: no row is too wide, and no picture is drawn by halves.
func TestPicturesBreakNothing(t *testing.T) {
	whole := regexp.MustCompile(`^(?:\x{10EEEE}\p{M}\p{M}\p{M})+$`)
	some := regexp.MustCompile(`\x{10EEEE}[\x{10EEEE}\p{M}]*`)
	rapid.Check(t, func(t *rapid.T) {
		w := openWall(rapidTB{t: t}, 80, 30, pictured2()...)
		w.files["f1"] = pngOf(rapidTB{t: t}, rapid.IntRange(1, 300).Draw(t, "width"), rapid.IntRange(1, 300).Draw(t, "height"))
		keys := []string{"{pgup}", "{pgdown}", "{esc}", "k", "j", "{f1}", "{f8}", "{ctrl+l}", "{alt+end}", "o", "{ctrl+o}", "t", "/set images off{enter}", "/set images on{enter}"}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0:
				w.answers(rapidTB{t: t})
			case 1:
				w.all(rapidTB{t: t}, w.send(tea.WindowSizeMsg{Width: rapid.IntRange(0, 200).Draw(t, "w"), Height: rapid.IntRange(0, 70).Draw(t, "h")}))
			case 2:
				w.all(rapidTB{t: t}, w.send(uv.CellSizeEvent{Width: rapid.IntRange(-1, 9999).Draw(t, "cw"), Height: rapid.IntRange(-1, 9999).Draw(t, "ch")}))
			case 3:
				w.all(rapidTB{t: t}, w.keys(rapidTB{t: t}, rapid.SampledFrom(keys).Draw(t, "key")))
			case 4:
				w.all(rapidTB{t: t}, w.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 2}}))
			}
			check(t, w.screen)
			for row := range strings.SplitSeq(ansi.Strip(w.View().Content), "\n") {
				for _, cells := range some.FindAllString(row, -1) {
					if !whole.MatchString(cells) {
						t.Fatalf("%+q", cells)
					}
				}
			}
		}
	})
}

// sequence are the commands of a tea.Sequence.
func sequence(msg tea.Msg) (list []tea.Cmd, is bool) {
	if reflect.TypeOf(msg) != sequences {
		return nil, false
	}
	for _, one := range reflect.ValueOf(msg).Seq2() {
		if cmd, ok := reflect.TypeAssert[tea.Cmd](one); ok {
			list = append(list, cmd)
		}
	}
	return list, true
}

// Of a message that is deleted no picture is left, neither here nor in the terminal: also
// of one that was on its way.
func TestPicturesOfDeletedMessages(t *testing.T) {
	erase := chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 1}}
	w := openWall(t, 100, 40, pictured2()...)
	w.answers(t)
	w.all(t, w.send(erase))
	if w.pictures.known["f1"] != nil || !strings.Contains(w.said.String(), "\x1b_Ga=d,d=I,q=2,i=16777233\x1b\\") || strings.Contains(w.text(), "p99.png") {
		t.Errorf("said %.300q\n%s", w.said.String(), w.seen())
	}
	for at, want := range map[string]int{"being fetched": 0, "being sent": 1} {
		w := openWall(t, 100, 40, pictured2()[:1]...)
		w.all(t, w.send(tea.TerminalVersionMsg{Name: "kitty(0.40.0)"}))
		cmd := w.send(uv.KittyGraphicsEvent{Options: kitty.Options{ID: 31}, Payload: []byte("OK")})
		came, _ := messages(cmd)[0].(pictureCame)
		var rest tea.Cmd
		if at == "being sent" {
			rest = w.send(came)
			w.send(erase)
		} else {
			w.send(erase)
			rest = w.send(came)
		}
		w.all(t, rest)
		w.all(t, w.keys(t, "x"))
		sent, gone := strings.Count(w.said.String(), "a=T"), strings.Count(w.said.String(), "a=d,d=I")
		if len(w.pictures.known) > 0 || sent != want || gone != want || w.pictures.reading != 0 || *w.pictures.line {
			t.Errorf("%s: %d were sent and %d taken away; %+v", at, sent, gone, w.pictures)
		}
	}
}

// Nor is any left of messages that are trimmed, or of a room that one is out of.
func TestPicturesOfWhatIsGone(t *testing.T) {
	in := func(rooms ...string) (u chat.RoomsChanged) {
		for _, r := range rooms {
			u.Rooms = append(u.Rooms, chat.Membership{Room: chat.Room{ID: r, Name: r}, Joined: true})
		}
		return u
	}
	for name, told := range map[string][]chat.Update{
		"trimmed": {chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: chat.GeneralRoom, Seq: 99}}},
		"left":    {in(chat.GeneralRoom, "ops"), nil, in("ops")},
	} {
		w := openWall(t, 100, 40, pictured2()...)
		w.answers(t)
		had := len(w.pictures.known)
		w.said.Reset()
		for _, u := range told {
			if u == nil {
				w.show("ops")
				continue
			}
			w.all(t, w.send(u))
		}
		w.all(t, w.keys(t, "x"))
		if gone := strings.Count(w.said.String(), "a=d,d=I"); had == 0 || len(w.pictures.known) > 0 || gone != had {
			t.Errorf("%s: of %d pictures %d are taken away, and %d known\n%s", name, had, gone, len(w.pictures.known), w.seen())
		}
	}
}

// Nor of a message that is not loaded any more when it goes: of a thread that was closed, or of
// a part of the room that was let go.
func TestPicturesOfWhatIsNotLoaded(t *testing.T) {
	erase := func(seq uint64) chat.Update {
		return chat.MessageErased{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: seq}}
	}
	trim := chat.HistoryTrimmed{RoomTrimmedTold: chat.RoomTrimmedTold{Room: chat.GeneralRoom, Seq: 5}}
	left := chat.RoomsChanged{Rooms: []chat.Membership{{Room: chat.Room{ID: "ops", Name: "ops"}, Joined: true}}}
	for name, told := range map[string]chat.Update{"deleted": erase(5), "trimmed": trim, "left": left, "another deleted": erase(4)} {
		w := openWall(t, 100, 40, conversation()[:3]...)
		answer := said(5, bob, 5*time.Minute, "the graph")
		answer.Thread, answer.Files = "m2", []chat.File{{ID: "f1", Name: "p99.png", Type: "image/png", Size: 9}}
		w.send(chat.RoomsChanged{Rooms: []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: "general"}, Joined: true}, left.Rooms[0]}})
		w.enterThread("m2")
		w.all(t, w.send(chat.Arrived{Messages: []chat.Message{answer}}))
		w.answers(t)
		had := len(w.pictures.known)
		w.closeThread()
		w.timeline(chat.GeneralRoom).Reloaded(conversation()[:3], false)
		w.show("ops")
		w.all(t, w.send(told))
		want := 0
		if name == "another deleted" {
			want = 1
		}
		if had != 1 || len(w.pictures.known) != want {
			t.Errorf("%s: of %d pictures %d are known", name, had, len(w.pictures.known))
		}
	}
}

// A picture that is seen in a room and in the thread beside it has one size, that of the
// smaller place; one that is seen in the room alone keeps its own.
func TestPicturesBesideAThread(t *testing.T) {
	for keys, want := range map[string]string{"{esc}gt": "a=p,U=1,q=2,i=16777233,p=1,", "{esc}t": ""} {
		w := openWall(t, 120, 40, pictured2()...)
		w.answers(t)
		w.said.Reset()
		w.all(t, w.keys(t, keys))
		if !w.split() {
			t.Fatalf("%s: no thread is beside the room\n%s", keys, w.seen())
		}
		for range 5 {
			w.all(t, w.keys(t, "x"))
		}
		if said := w.said.String(); strings.Count(said, "a=p") != strings.Count(want, "a=p") || !strings.Contains(said, want) {
			t.Errorf("%s: said %q\n%s", keys, said, w.seen())
		}
	}
}
