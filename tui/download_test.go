package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// folder is where files of messages are saved.
type folder struct {
	fails  error
	why    string // they are not opened
	gone   bool
	hold   bool // they never come
	saves  []string
	opened []string
}

func (f *folder) save(ctx context.Context, file chat.File, got func(int64)) (Saved, error) {
	f.saves = append(f.saves, file.ID)
	got(file.Size / 4)
	if f.hold {
		<-ctx.Done()
		return Saved{}, ctx.Err()
	}
	return Saved{Path: "/home/you/Downloads/" + file.Name, Said: "~/Downloads/" + file.Name}, f.fails
}

func (f *folder) show(s Saved) (why string, gone bool) {
	gone, f.gone = f.gone, false
	if f.why == "" && !gone {
		f.opened = append(f.opened, s.Path)
	}
	return f.why, gone
}

func withFolder(files ...chat.File) (*screen, *folder) {
	m := said(1, bob, 0, "the graphs")
	m.Files = files
	s := open(100, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{m}}, chat.Connection{State: chat.Online})
	f := &folder{}
	s.fetching = newFetching(Files{Save: f.save, Show: f.show})
	return s, f
}

var (
	graph = chat.File{ID: "f1", Name: "p99.png", Type: "image/png", Size: 240_000}
	notes = chat.File{ID: "f2", Name: "notes.txt", Type: "text/plain", Size: 120}
)

func TestOpenFiles(t *testing.T) {
	for _, c := range []struct {
		name   string
		files  []chat.File
		folder folder
		keys   string
		saves  string
		opened string
		shown  string
	}{
		{"one", []chat.File{graph}, folder{}, "{esc}o", "[f1]", "[/home/you/Downloads/p99.png]", "p99.png was opened; it is ~/Downloads/p99.png"},
		{"not to be opened", []chat.File{graph}, folder{why: "open it yourself, if you trust it"}, "{esc}o", "[f1]", "[]", "p99.png is saved as ~/Downloads/p99.png; open it yourself"},
		{"it fails", []chat.File{graph}, folder{fails: errors.New("the disk is full")}, "{esc}o", "[f1]", "[]", "p99.png was not saved: the disk is full"},
		{"twice", []chat.File{graph}, folder{}, "{esc}oo", "[f1]", "[/home/you/Downloads/p99.png /home/you/Downloads/p99.png]", "was opened"},
		{"several are asked about", []chat.File{graph, notes}, folder{}, "{esc}o", "[]", "[]", "open 1 p99.png · 2 notes.txt · m the message · esc cancels"},
		{"the second", []chat.File{graph, notes}, folder{}, "{esc}o2", "[f2]", "[/home/you/Downloads/notes.txt]", "notes.txt was opened"},
		{"none", []chat.File{graph, notes}, folder{}, "{esc}o{esc}", "[]", "[]", "the graphs"},
		{"hostile", []chat.File{{ID: "f3", Name: "\x1b[2Jevil\u202egnp.exe", Size: 1}}, folder{why: "no"}, "{esc}o", "[f3]", "[]", "␛[2Jevil"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, f := withFolder(c.files...)
			*f = c.folder
			for _, key := range strings.SplitAfter(strings.ReplaceAll(c.keys, "o", "o\x00"), "\x00") {
				s.settle(t, s.keys(t, strings.TrimSuffix(key, "\x00")))
			}
			if fmt.Sprint(f.saves) != c.saves || fmt.Sprint(f.opened) != c.opened || !strings.Contains(s.text(), c.shown) {
				t.Errorf("%s: saved %v, opened %v\n%s", c.name, f.saves, f.opened, s.text())
			}
			if strings.Contains(s.View().Content, "\x1b[2J") {
				t.Errorf("%s: an escape of the server's is on the screen", c.name)
			}
		})
	}
}

// A file that is not there any more is brought anew.
func TestOpenWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := withFolder(graph)
		s.settle(t, s.keys(t, "{esc}o"))
		f.gone = true
		s.settle(t, s.keys(t, "o"))
		if fmt.Sprint(f.saves) != "[f1 f1]" || len(f.opened) != 2 {
			t.Errorf("saved %v, opened %v", f.saves, f.opened)
		}
	})
}

// Its progress is seen, and a key stops it.
func TestDownloadIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := withFolder(graph)
		f.hold = true
		pump := s.run(s.keys(t, "{esc}o"))
		pass := func() {
			for range 3 {
				pump()
				time.Sleep(lookEvery)
			}
			pump()
		}
		if pass(); !strings.Contains(s.text(), "↓ p99.png  25% of 240 kB · alt+x stops it") {
			t.Errorf("its progress is not shown:\n%s", s.text())
		}
		s.keys(t, "o")
		if !strings.Contains(s.text(), "that file is on its way already") {
			t.Errorf("it is asked for twice:\n%s", s.text())
		}
		s.keys(t, "{esc}{alt+x}")
		if pass(); len(s.fetching.list) > 0 || len(f.saves) != 1 || !strings.Contains(s.text(), "p99.png was not saved") {
			t.Errorf("it was not stopped:\n%s", s.text())
		}
		s.send(chat.Connection{State: chat.Waiting})
		s.clock = s.clock.Add(escSoon) // what was said of it is gone
		if s.keys(t, "{esc}o"); !strings.Contains(s.text(), "getting a file needs a connection") || len(f.saves) != 1 {
			t.Errorf("offline:\n%s", s.text())
		}
	})
}

// TestOpenedFromAfar: who reads further up, or has gone elsewhere, is told where they are; asked for again
// it is said there alone.
func TestOpenedFromAfar(t *testing.T) {
	s, _ := withFolder(graph)
	for seq := range uint64(60) {
		s.send(chat.Arrived{Messages: []chat.Message{said(seq+2, ada, time.Minute, "line")}})
	}
	s.keys(t, "{alt+home}{esc}g")
	const says = "p99.png was opened; it is ~/Downloads/p99.png"
	if settle(s, s.keys(t, "o")); s.shown().AtBottom() || !strings.Contains(s.text(), says) {
		t.Errorf("it is not said where one reads:\n%s", s.text())
	}
	s.composer.Say("")
	if settle(s, s.keys(t, "o")); !strings.Contains(s.text(), says) {
		t.Errorf("a second time:\n%s", s.text())
	}
	if s.keys(t, "{esc}{alt+end}"); strings.Count(s.text(), says) != 1 {
		t.Errorf("at the end of the room:\n%s", s.text())
	}
}
