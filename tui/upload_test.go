package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/paths"
)

// settle does all that a command does, and what comes of it, until nothing more does.
func (s *screen) settle(tb testing.TB, cmd tea.Cmd) {
	tb.Helper()
	for list, n := messages(cmd), 0; len(list) > 0; n++ {
		if n > 1000 {
			tb.Fatal("there is no end to it")
		}
		list = append(list[1:], messages(s.send(list[0]))...)
	}
}

// disk is a folder with files, and a server that takes them.
type disk struct {
	files map[string]string
	fails map[string]error // by name, at each try, until it is taken away
	tried []string         // "name id", as they came
	hold  chan struct{}    // an upload is not done until it can be read from; nil for at once
}

func (d *disk) open(path string) (paths.File, error) {
	text, ok := d.files[path]
	if !ok {
		return paths.File{}, paths.NotThereError("there is no file " + path)
	}
	return paths.File{ReaderAt: strings.NewReader(text), Closer: io.NopCloser(nil), Name: paths.Base(path), Size: int64(len(text))}, nil
}

func (d *disk) upload(ctx context.Context, u Upload) (chat.File, error) {
	d.tried = append(d.tried, u.Name+" "+u.ID)
	u.Sent(u.Size / 2)
	if d.hold != nil {
		select {
		case <-d.hold:
		case <-ctx.Done():
			return chat.File{}, ctx.Err()
		}
	}
	if err := d.fails[u.Name]; err != nil {
		return chat.File{}, err
	}
	return chat.File{ID: "on the server: " + u.Name, Name: u.Name, Type: "text/plain", Size: u.Size}, nil
}

func (d *disk) paths(begun string) (list []string) {
	for _, path := range []string{"notes.txt", "my notes.txt", "photos/", "log/note-1.txt", "log/note-10", "log/note-22"} {
		if strings.HasPrefix(path, begun) && strings.Contains(path, "log") == strings.Contains(begun, "log") {
			list = append(list, path)
		}
	}
	return list
}

func withDisk(s *screen) *disk {
	d := &disk{files: map[string]string{"notes.txt": "some notes", "my notes.txt": "others", "p99.png": strings.Repeat("x", 240_000)}}
	for i := range 25 {
		d.files[fmt.Sprintf("%d.log", i)] = "log"
	}
	s.helps.Open, s.helps.Upload, s.helps.Paths = d.open, d.upload, d.paths
	return d
}

func TestUpload(t *testing.T) {
	many := ""
	for i := range 25 {
		many += fmt.Sprintf(" %d.log", i)
	}
	for _, c := range []struct {
		keys   string
		posted [][]string // names of files, by message
		says   string     // the first one
		shown  string
		line   string // what is in the composer then
	}{
		{"/upload notes.txt{enter}", [][]string{{"notes.txt"}}, "", "▤ notes.txt", ""},
		{`/upload notes.txt "my notes.txt"{enter}`, [][]string{{"notes.txt", "my notes.txt"}}, "", "▤ my notes.txt", ""},
		{`/upload my\ notes.txt{enter}`, [][]string{{"my notes.txt"}}, "", "", ""},
		{"/upload" + many + "{enter}", [][]string{make([]string, 10), make([]string, 10), make([]string, 5)}, "", "", ""},
		{"/upload notes.txt gone.txt{enter}", nil, "", "there is no file gone.txt; nothing was posted", "/upload notes.txt gone.txt"},
		{`/upload "notes.txt{enter}`, nil, "", "a quote is not closed", `/upload "notes.txt`},
		{"/upload ''{enter}", nil, "", "that names no file", "/upload ''"},
		{"/upload{enter}", nil, "", "/upload wants more: /upload FILE…", "/upload "},
		{`/upload "my notes.txt" here are my notes{enter}`, [][]string{{"my notes.txt"}}, "here are my notes", "▤ my notes.txt", ""},
		{"/upload notes.txt it's what I meant :tada:{enter}", [][]string{{"notes.txt"}}, "it's what I meant 🎉", "", ""},
		{"/upload notes.txt -- 2.4 is out{enter}", [][]string{{"notes.txt"}}, "2.4 is out", "", ""},
		{"/upload notes.txt todo from today{enter}", nil, "", "todo is a file and like a word of the message; put -- before the message", "/upload notes.txt todo from today"},
		{"/upload notes.txt -- todo from today{enter}", [][]string{{"notes.txt"}}, "todo from today", "", ""},
		{"/upload notes.txt ./todo from today{enter}", nil, "", "there is no file ./todo", "/upload notes.txt ./todo from today"},
		{"/upload notes.txt from my todo.{enter}", nil, "", "there is no file from, and todo behind it is a file", "/upload notes.txt from my todo."},
		{"/upload notes.txt todo 'my notes.txt' todo{enter}", [][]string{{"notes.txt", "todo", "my notes.txt", "todo"}}, "", "", ""},
		{"/upload notes.txt todo -- so{enter}", [][]string{{"notes.txt", "todo"}}, "so", "", ""},
		{"/upload notes.txt Makefle gone.txt{enter}", nil, "", "there is no file Makefle, and gone.txt behind it looks like a file", "/upload notes.txt Makefle gone.txt"},
		{"/upload notes.txt as said at https://a.example/x.html 5.30 or later.{enter}", [][]string{{"notes.txt"}}, "as said at https://a.example/x.html 5.30 or later.", "", ""},
		{"/upload -- words{enter}", nil, "", "that names no file", "/upload -- words"},
		{"/upload words notes.txt{enter}", nil, "", "there is no file words; nothing was posted", "/upload words notes.txt"},
		{"/upload notes.txt 'gone'{enter}", nil, "", "there is no file gone; nothing was posted", "/upload notes.txt 'gone'"},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := openTeam(100, 40)
			withDisk(s).files["todo"] = "a word, and a file"
			s.settle(t, s.keys(t, c.keys))
			if len(s.client.drafts) != len(c.posted) {
				t.Fatalf("%s: %d messages were posted: %+v", c.keys, len(s.client.drafts), s.client.drafts)
			}
			for i, names := range c.posted {
				files := s.client.drafts[i].Extra.Files
				said := ""
				if i == 0 {
					said = c.says
				}
				if text, _ := s.client.drafts[i].Body.Text(); len(files) != len(names) || text != said {
					t.Errorf("%s: message %d has %+v", c.keys, i, files)
				}
				for k, f := range files {
					if f.ID != "on the server: "+f.Name || names[k] != "" && names[k] != f.Name {
						t.Errorf("%s: message %d has %+v", c.keys, i, files)
					}
				}
			}
			if got := s.composer.Text(); got != c.line || !strings.Contains(s.text(), c.shown) {
				t.Errorf("%s: %q is written\n%s", c.keys, got, s.text())
			}
		})
	}
}

// What is written elsewhere meanwhile stays; the line is not lost.
func TestUploadOfWhatIsGone(t *testing.T) {
	s := openTeam(100, 40)
	withDisk(s)
	cmd := s.keys(t, "/upload gone.txt{enter}")
	s.keys(t, "words")
	s.settle(t, cmd)
	if s.composer.Text() != "words" || !strings.Contains(s.text(), "ctrl+y brings the line back") {
		t.Fatalf("%q\n%s", s.composer.Text(), s.text())
	}
	if s.keys(t, "{ctrl+y}"); s.composer.Text() != "words/upload gone.txt" {
		t.Errorf("%q", s.composer.Text())
	}
}

func TestUploadOffline(t *testing.T) {
	s := openTeam(100, 40)
	withDisk(s)
	s.send(chat.Connection{State: chat.Waiting})
	s.settle(t, s.keys(t, "/upload notes.txt{enter}"))
	if s.composer.Text() != "/upload notes.txt" || !strings.Contains(s.text(), "needs a connection") {
		t.Errorf("%q\n%s", s.composer.Text(), s.text())
	}
}

// An answer and a thread keep their files, and an answer is answered once.
func TestUploadAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 40)
		withDisk(s)
		s.settle(t, s.keys(t, "{esc}r/upload notes.txt{enter}"))
		s.settle(t, s.keys(t, "/upload notes.txt{enter}"))
		s.clock = s.clock.Add(escSoon) // what was said of the last one is gone
		s.settle(t, s.keys(t, "{esc}kkt/upload notes.txt{enter}"))
		var got []string
		for _, d := range s.client.drafts {
			got = append(got, d.ReplyTo+"/"+d.Thread)
		}
		if want := "[m6/ / /m6]"; fmt.Sprint(got) != want {
			t.Errorf("%v, want %s", got, want)
		}
	})
}

// run does a command while the test goes on; what comes of it comes to the screen by
// pump.
func (s *screen) run(cmd tea.Cmd) (pump func()) {
	start, pump := running(s.Model)
	start(cmd)
	return pump
}

// running is run for any model and many commands. It is to be called in a bubble of
// synctest, where what waits for a time does so until the test sleeps.
func running(m tea.Model) (begin func(tea.Cmd), pump func()) {
	came := make(chan tea.Msg, 100)
	var start func(tea.Cmd)
	start = func(cmd tea.Cmd) {
		if cmd == nil {
			return
		}
		go func() {
			switch msg := cmd().(type) {
			case nil:
			case tea.BatchMsg:
				for _, c := range msg {
					start(c)
				}
			default:
				came <- msg
			}
		}()
	}
	return start, func() {
		for {
			synctest.Wait()
			select {
			case msg := <-came:
				_, cmd := m.Update(msg)
				start(cmd)
			default:
				return
			}
		}
	}
}

// A file that fails stays, with what it takes to try it again, and does not hold up the
// next one. What came of it is not brought again: its ID is the same.
func TestUploadFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 40)
		d := withDisk(s)
		d.fails = map[string]error{"notes.txt": errors.New("the network is gone")}
		s.settle(t, s.keys(t, `/upload p99.png notes.txt{enter}`))
		s.settle(t, s.keys(t, `/upload "my notes.txt"{enter}`))
		if len(s.client.drafts) != 1 || !strings.Contains(s.text(), "✗ not sent: the network is gone · alt+r retries · alt+x drops") {
			t.Fatalf("%+v\n%s", s.client.drafts, s.text())
		}
		d.fails = nil
		s.settle(t, s.keys(t, "{alt+r}"))
		if len(s.client.drafts) != 2 || len(s.client.drafts[1].Extra.Files) != 2 || strings.Contains(s.text(), "not sent") {
			t.Fatalf("%+v\n%s", s.client.drafts, s.text())
		}
		if len(d.tried) != 4 || d.tried[1] != d.tried[3] || strings.HasPrefix(d.tried[3], "p99") {
			t.Errorf("brought: %q", d.tried)
		}
	})
}

func TestUploadIsTakenBack(t *testing.T) {
	for keys, want := range map[string]string{"{alt+x}": "", "{esc}e": "/upload notes.txt", "{alt+x}{up}": "/upload notes.txt"} {
		s := openTeam(100, 40)
		d := withDisk(s)
		d.fails = map[string]error{"notes.txt": errors.New("the network is gone")}
		synctest.Test(t, func(t *testing.T) { s.settle(t, s.keys(t, `/upload notes.txt{enter}`)) })
		s.keys(t, keys)
		if s.composer.Text() != want || strings.Contains(s.text(), "not sent") || len(s.uploads.list) > 0 || len(s.client.droppedIDs) > 0 {
			t.Errorf("%s: %q is written, %d are left\n%s", keys, s.composer.Text(), len(s.uploads.list), s.text())
		}
	}
}

// How far a file went is seen; a key stops it, and it is not posted.
func TestUploadIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := openTeam(100, 40)
		d := withDisk(s)
		d.hold = make(chan struct{})
		cmd := s.keys(t, `/upload p99.png notes.txt{enter}`)
		pump := s.run(cmd)
		for range 3 {
			pump()
			sleepBubble()
		}
		pump()
		if text := s.text(); !strings.Contains(text, "p99.png  50% of 240 kB") || !strings.Contains(text, "alt+x stops it") || !strings.Contains(text, "notes.txt  10 bytes") {
			t.Errorf("its progress is not shown:\n%s", text)
		}
		if cmd := s.keys(t, "{ctrl+d}"); isQuit(cmd) || !strings.Contains(s.text(), "2 files are not posted yet") {
			t.Errorf("who leaves is not asked:\n%s", s.text())
		}
		s.keys(t, "{alt+x}")
		for range 3 {
			pump()
			sleepBubble()
		}
		if text := s.text(); strings.Contains(text, "p99.png") || len(s.client.drafts) > 0 || len(s.uploads.list) > 0 || len(d.tried) != 1 {
			t.Errorf("it was not stopped: %q\n%s", d.tried, text)
		}
	})
}

// Tab completes paths, in the quotes in which they were begun.
func TestCompletePaths(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"/upload n{tab}", "/upload notes.txt "},
		{"/upload my{tab}", `/upload my\ notes.txt `},
		{"/upload 'my{tab}", `/upload 'my notes.txt' `},
		{`/upload notes.txt "m{tab}`, `/upload notes.txt "my notes.txt" `},
		{`/upload my\ n{tab}`, `/upload my\ notes.txt `},
		{"/upload ph{tab}", "/upload photos/"},
		{"/upload {tab}", "/upload "}, // nothing is chosen yet
		{"/upload {tab}{tab}", "/upload notes.txt "},
		{"/upload {tab}{tab}{tab}", `/upload my\ notes.txt `},
		{"/upload {tab}{shift+tab}", "/upload photos/"},
		{"/upload {shift+tab}", "/upload photos/"},
		{"/upload {tab}m{tab}", `/upload my\ notes.txt `},
		{"/upload log/{tab}", "/upload log/note-"},
		{"/upload log/{tab}2{tab}", "/upload log/note-22 "},
		{"/upload log/{tab}1{tab}", "/upload log/note-1"},
		{"/upload log/{tab}{tab}", "/upload log/note-1.txt "},
		{"/upload log/{tab}{esc}", "/upload log/"},
		{"/upload 'log/n{tab}", "/upload 'log/note-"},
		{"/upload 'log/n{tab}2{tab}", "/upload 'log/note-22' "},
		{"/upload {tab}{esc}", "/upload "},
		{"/upload zz{tab}", "/upload zz"},
		{"/uplo{tab}", "/upload "},
	} {
		s := openTeam(100, 30)
		withDisk(s)
		for rest := c.keys; rest != ""; {
			key := rest[:1]
			if rest[0] == '{' {
				key = rest[:strings.IndexByte(rest, '}')+1]
			}
			rest = rest[len(key):]
			s.settle(t, s.keys(t, key))
		}
		if got := s.composer.Text(); got != c.want {
			t.Errorf("%s: %q, want %q", c.keys, got, c.want)
		}
	}
}

// sleepBubble lets time pass in a bubble of synctest, where that takes none.
func sleepBubble() { time.Sleep(lookEvery) }

func TestUploadGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, fails := range map[string]error{"uploading": nil, "upload-failed": errors.New("the server was not reached")} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := openTeam(size[0], size[1])
				o, err := s.outgoingFor(&outfile{name: "p99.png", size: 2_400_000}, &outfile{name: "a rather long name of some notes.txt", size: 2400})
				if err != nil {
					t.Fatal(err)
				}
				s.upload(o)
				o.files[0].sent.Store(1_000_000)
				if s.send(filesLook{}); fails != nil {
					s.send(uploaded{of: o, err: fails})
				}
				golden(t, s.text()+"\n")
			})
		}
	}
}

// A file is there when the server has said so, and not when the last byte has left.
func TestUploadIsThereAtTheEnd(t *testing.T) {
	f := &outfile{size: 100}
	if f.sent.Store(100); f.far() != 99 {
		t.Errorf("%d of 100 are there before the server answered", f.far())
	}
	if f.done.Store(true); f.far() != 100 || (&outfile{}).far() != 0 {
		t.Errorf("%d of 100 are there", f.far())
	}
}
