package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// cutOff is a body that ends before its end.
func cutOff(content string) io.Reader {
	return io.MultiReader(strings.NewReader(content), failing{})
}

var errGone = errors.New("the network is gone")

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errGone }

// held is a body that has some content and then waits to be interrupted.
type held struct {
	io.Reader
	reached chan struct{} // closed when it waits
	over    chan struct{} // closed by interrupt
	once    sync.Once
}

func hold(content string) *held {
	return &held{Reader: strings.NewReader(content), reached: make(chan struct{}), over: make(chan struct{})}
}

func (h *held) Read(b []byte) (int, error) {
	if n, err := h.Reader.Read(b); err == nil {
		return n, nil
	}
	h.once.Do(func() { close(h.reached) })
	<-h.over
	return 0, errGone
}

func (h *held) interrupt() { close(h.over) }

// TestResumeAfterCut: what came before the network went is kept, across a restart,
// and what is sent after it makes the whole.
func TestResumeAfterCut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	content := strings.Repeat("0123456789", 30_000)
	_, _, err := s.Receive(t.Context(), whole(ada, "1", "x", len(content)), cutOff(content[:100_000]))
	cut, ok := errors.AsType[*BodyError](err)
	if !ok || !errors.Is(err, errGone) || cut.Offset != 100_000 {
		t.Fatalf("cut off: %v", err)
	}
	if s.Used() != 100_000 { // no room stays reserved
		t.Errorf("%d bytes are used", s.Used())
	}
	s.shut(t)
	s = open(t, dir)
	state, err := s.Status(t.Context(), ada, "1")
	if err != nil || state.Offset != 100_000 || *state.Size != 300_000 || state.File != nil {
		t.Fatalf("after a restart: %+v, %v", state, err)
	}
	for _, first := range []int{0, 99_999, 100_001} {
		_, _, err := s.Receive(t.Context(), rest(ada, "1", first, 10, 300_000), strings.NewReader(content[:10]))
		if at, ok := errors.AsType[*OffsetError](err); !ok || at.Offset != 100_000 || !hasCode(err, chat.CodeConflict) {
			t.Errorf("going on at %d: %v", first, err)
		}
	}
	state, before, err := s.Receive(t.Context(), rest(ada, "1", 100_000, 50_000, 300_000), strings.NewReader(content[100_000:150_000]))
	if err != nil || before || state.Offset != 150_000 || state.File != nil {
		t.Fatalf("a part of the rest: %+v, %v", state, err)
	}
	state, _, err = s.Receive(t.Context(), rest(ada, "1", 150_000, 150_000, 300_000), strings.NewReader(content[150_000:]))
	if err != nil || state.File == nil || state.SHA256 != sum(content) || s.read(t, ada, state.File.ID) != content {
		t.Errorf("the rest: %+v, %v", state, err)
	}
	if files := s.onDisk(t); len(files) != 1 {
		t.Errorf("on disk are %v", files)
	}
}

// TestAfterACrash: bytes that were not durable are not counted on, and a part that
// is lost is begun anew.
func TestAfterACrash(t *testing.T) {
	s := open(t, t.TempDir())
	send := func() {
		t.Helper()
		if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", 10), cutOff("01234")); !errors.Is(err, errGone) {
			t.Fatal(err)
		}
	}
	part := func() string {
		t.Helper()
		u, ok, err := s.db.Upload(t.Context(), "ada", "1")
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		return filepath.Join(s.dir, "files", "parts", u.Part)
	}
	send()
	if err := os.WriteFile(part(), []byte("01234\x00\x00\x00"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := s.dir
	s.shut(t)
	s = open(t, dir)
	state, _, err := s.Receive(t.Context(), rest(ada, "1", 5, 5, 10), strings.NewReader("56789"))
	if err != nil || state.SHA256 != sum("0123456789") {
		t.Errorf("after bytes that were not durable: %+v, %v", state, err)
	}
	if err := s.Cancel(t.Context(), ada, "1"); err != nil {
		t.Fatal(err)
	}
	send()
	if err := os.Truncate(part(), 2); err != nil {
		t.Fatal(err)
	}
	s.shut(t)
	s = open(t, dir)
	_, _, err = s.Receive(t.Context(), rest(ada, "1", 5, 5, 10), strings.NewReader("56789"))
	if at, ok := errors.AsType[*OffsetError](err); !ok || at.Offset != 0 {
		t.Errorf("after a loss: %v", err)
	}
	state, _, err = s.Receive(t.Context(), rest(ada, "1", 0, 10, 10), strings.NewReader("0123456789"))
	if err != nil || state.SHA256 != sum("0123456789") {
		t.Errorf("begun anew: %+v, %v", state, err)
	}
}

// TestWholeBeforeACrash: an upload whose last byte came and that nobody finished is
// finished when it is asked for.
func TestWholeBeforeACrash(t *testing.T) {
	s := open(t, t.TempDir())
	if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", 5), cutOff("0123")); !errors.Is(err, errGone) {
		t.Fatal(err)
	}
	u, _, err := s.db.Upload(t.Context(), "ada", "1")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "files", "parts", u.Part), []byte("01234"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.Offset = 5
	if err := s.db.SaveUpload(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	s.shut(t)
	s = open(t, s.dir)
	state, err := s.Status(t.Context(), ada, "1")
	if err != nil || state.File == nil || s.read(t, ada, state.File.ID) != "01234" {
		t.Errorf("asked for: %+v, %v", state, err)
	}
}

// TestFromTheBeginning: a request without a range begins anew, whatever came.
func TestFromTheBeginning(t *testing.T) {
	s := open(t, t.TempDir())
	for _, length := range []int{8, -1, 8} {
		if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", length), cutOff("wrong")); !errors.Is(err, errGone) {
			t.Fatal(err)
		}
	}
	if state := s.take(t, ada, "1", "x", "righteous"[:8]); s.read(t, ada, state.File.ID) != "righteou" {
		t.Errorf("it is %+v", state)
	}
	if files := s.onDisk(t); len(files) != 1 {
		t.Errorf("on disk are %v", files)
	}
}

// TestNewerTransferEndsOlder: of two requests for one upload the newer goes on.
func TestNewerTransferEndsOlder(t *testing.T) {
	s := open(t, t.TempDir())
	older := hold("01234")
	request := whole(ada, "1", "x", 10)
	request.Interrupt = older.interrupt
	ended := make(chan error, 1)
	go func() {
		_, _, err := s.Receive(t.Context(), request, older)
		ended <- err
	}()
	<-older.reached
	if state, err := s.Status(t.Context(), ada, "1"); err != nil || state.Offset != 5 {
		t.Errorf("while it goes on: %+v, %v", state, err)
	}
	state, _, err := s.Receive(t.Context(), rest(ada, "1", 5, 5, 10), strings.NewReader("56789"))
	if err != nil || state.File == nil || s.read(t, ada, state.File.ID) != "0123456789" {
		t.Errorf("the newer: %+v, %v", state, err)
	}
	if err := <-ended; !errors.Is(err, errGone) {
		t.Errorf("the older: %v", err)
	}
}

func TestCloseKeepsWhatCame(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	body := hold("01234")
	request := whole(ada, "1", "x", 10)
	request.Interrupt = body.interrupt
	ended := make(chan error, 1)
	go func() {
		_, _, err := s.Receive(t.Context(), request, body)
		ended <- err
	}()
	<-body.reached
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Receive(t.Context(), whole(ada, "2", "x", 1), strings.NewReader("x")); !hasCode(err, chat.CodeUnavailable) {
		t.Errorf("after it was closed: %v", err)
	}
	if err := s.db.Close(); err != nil { // Close has waited: what came was noted before
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, errGone) {
		t.Errorf("it ended with %v", err)
	}
	s = open(t, dir)
	if state, err := s.Status(t.Context(), ada, "1"); err != nil || state.Offset != 5 {
		t.Errorf("after a restart: %+v, %v", state, err)
	}
}

// TestThousandAtOnce: of a thousand uploads at once as many are taken as may be, of
// each person and of all; the rest are told so, and can come after.
func TestThousandAtOnce(t *testing.T) {
	s := open(t, t.TempDir())
	for _, tc := range []struct{ people, want int }{{1, uploadsEach}, {10, 10 * uploadsEach}, {100, uploadsAll}} {
		var refused atomic.Int32
		var work sync.WaitGroup
		bodies := make([]*held, 1000)
		answered := make(chan struct{}, len(bodies))
		for i := range bodies {
			bodies[i] = hold("x")
			who := chat.User{ID: fmt.Sprint("p", i%tc.people)}
			request := whole(who, fmt.Sprint("u", i), "x", 2)
			request.Interrupt = bodies[i].interrupt
			work.Go(func() {
				_, _, err := s.Receive(t.Context(), request, bodies[i])
				if hasCode(err, chat.CodeTooMany) {
					refused.Add(1)
					answered <- struct{}{}
				} else if !errors.Is(err, errGone) {
					t.Errorf("upload %d: %v", i, err)
				}
			})
			work.Go(func() {
				select {
				case <-bodies[i].reached:
					answered <- struct{}{}
				case <-bodies[i].over:
				}
			})
		}
		for range bodies {
			<-answered
		}
		if got := len(bodies) - int(refused.Load()); got != tc.want {
			t.Errorf("of %d people %d uploads were taken, want %d", tc.people, got, tc.want)
		}
		for _, b := range bodies {
			b.interrupt()
		}
		work.Wait()
	}
	if len(s.transfers) != 0 || s.uploads.taken != 0 || len(s.uploads.people) != 0 {
		t.Errorf("%d transfers and %d places are left", len(s.transfers), s.uploads.taken)
	}
	s.take(t, ada, "after", "x", "content")
}

// TestRemovedMeanwhile: who may not post in the room any more when the last byte
// comes has sent it in vain.
func TestRemovedMeanwhile(t *testing.T) {
	s := open(t, t.TempDir())
	s.rooms.set(ada, "secret", true)
	request := whole(ada, "1", "x", 5)
	request.Room = "secret"
	body := io.MultiReader(strings.NewReader("0123"), leaving(func() { s.rooms.set(ada, "secret", false) }), strings.NewReader("4"))
	if _, _, err := s.Receive(t.Context(), request, body); !hasCode(err, chat.CodeUnknownRoom) {
		t.Errorf("removed meanwhile: %v", err)
	}
	if files := s.onDisk(t); len(files) != 0 || rows(t, s.db.Reader(), "uploads") != 0 {
		t.Errorf("left are %v", files)
	}
}

// leaving is a body in which something happens.
type leaving func()

func (f leaving) Read([]byte) (int, error) { f(); return 0, io.EOF }

// TestUploadsOfAScope: a token for some rooms alone knows of no upload that its bearer has
// in another, and ends none.
func TestUploadsOfAScope(t *testing.T) {
	s := open(t, t.TempDir())
	if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", 5), cutOff("012")); !errors.Is(err, errGone) {
		t.Fatal(err)
	}
	narrow := ada
	narrow.Scope = "room:ops"
	if state, err := s.Status(t.Context(), narrow, "1"); !hasCode(err, chat.CodeNotFound) || state.Name != "" {
		t.Errorf("asked of another room: %+v, %v", state, err)
	}
	if err := s.Cancel(t.Context(), narrow, "1"); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("ended in another room: %v", err)
	}
	narrow.Scope = "room:" + chat.GeneralRoom
	if state, err := s.Status(t.Context(), narrow, "1"); err != nil || state.Offset != 3 {
		t.Errorf("asked of its own: %+v, %v", state, err)
	}
	if err := s.Cancel(t.Context(), narrow, "1"); err != nil {
		t.Errorf("ended in its own: %v", err)
	}
}

func TestCancel(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.Cancel(t.Context(), ada, "none"); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("no upload: %v", err)
	}
	if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", 5), cutOff("012")); !errors.Is(err, errGone) {
		t.Fatal(err)
	}
	loose, used := s.take(t, ada, "2", "x", "loose"), s.take(t, ada, "3", "x", "used")
	s.use(t, ada, used.File.ID)
	for _, id := range []string{"1", "2", "3"} {
		if err := s.Cancel(t.Context(), ada, id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	if _, err := s.Get(t.Context(), ada, loose.File.ID); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("a file in no message: %v", err)
	}
	if s.read(t, bob, used.File.ID) != "used" {
		t.Error("a file in a message is gone")
	}
	if err := errors.Join(s.dropDue(t.Context()), s.removeContents(context.Background())); err != nil {
		t.Fatal(err)
	}
	if files := s.onDisk(t); len(files) != 1 || files[0] != used.SHA256 {
		t.Errorf("on disk are %v", files)
	}
}
