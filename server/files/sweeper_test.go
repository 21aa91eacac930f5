package files

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// gone waits until the sweeper, which has been told, is at rest, and lists what it left.
func (s *shelf) gone(t *testing.T) []string {
	t.Helper()
	s.Sweep()
	synctest.Wait()
	return s.onDisk(t)
}

// TestDroppedAfterADay: uploads that do not go on and files that are in no message
// are there for a day; those in a message stay.
func TestDroppedAfterADay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		defer s.shut(t)
		begun := time.Now()
		loose, used := s.take(t, ada, "1", "x", "loose"), s.take(t, ada, "2", "x", "used")
		if loose.Expires != chat.ToMillis(begun.Add(Keep)) {
			t.Errorf("it expires at %v", loose.Expires.Time())
		}
		s.use(t, ada, used.File.ID)
		if state, err := s.Status(t.Context(), ada, "2"); err != nil || state.Expires != 0 {
			t.Errorf("in a message it expires: %+v, %v", state, err)
		}
		if _, _, err := s.Receive(t.Context(), whole(ada, "3", "x", 5), cutOff("cut")); !errors.Is(err, errGone) {
			t.Fatal(err)
		}
		time.Sleep(Keep - time.Minute)
		if files := s.gone(t); len(files) != 3 {
			t.Errorf("before a day is over there are %v", files)
		}
		time.Sleep(time.Minute)
		if _, err := s.db.Files(t.Context(), "ada", chat.GeneralRoom, []string{loose.File.ID}, time.Now()); !hasCode(err, chat.CodeNotFound) {
			t.Errorf("said after a day: %v", err)
		}
		time.Sleep(9 * time.Minute)
		if files := s.gone(t); len(files) != 3 { // a message that was found good before may be under way
			t.Errorf("after a day there are %v", files)
		}
		time.Sleep(2 * time.Minute)
		if files := s.gone(t); len(files) != 2 || slices.Contains(files, loose.SHA256) {
			t.Errorf("after a day and minutes there are %v", files)
		}
		time.Sleep(time.Hour)
		if files := s.gone(t); len(files) != 1 || files[0] != used.SHA256 {
			t.Errorf("after an hour more there are %v", files)
		}
		if rows(t, s.db.Reader(), "uploads")+rows(t, s.db.Reader(), "dropped") != 0 || rows(t, s.db.Reader(), "files") != 1 {
			t.Error("records are left")
		}
	})
}

// TestDeletedWithItsLastMessage: a content goes when no file has it, a file when no
// message has it, and not before.
func TestDeletedWithItsLastMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		defer s.shut(t)
		one, same, other := s.take(t, ada, "1", "x", "same"), s.take(t, bob, "1", "y", "same"), s.take(t, ada, "2", "z", "other")
		first := s.use(t, ada, one.File.ID, other.File.ID)
		s.use(t, ada, one.File.ID) // said twice
		s.use(t, bob, same.File.ID)
		remove := func(seq uint64) []string {
			t.Helper()
			s.apply(t, chat.Event{Kind: chat.MessageDeleted, Author: ada, Room: chat.GeneralRoom, Change: chat.Change{Target: seq, User: &ada}})
			return s.gone(t)
		}
		if files := remove(first); len(files) != 1 || files[0] != one.SHA256 {
			t.Errorf("without the first there are %v", files)
		}
		if _, err := s.Get(t.Context(), ada, other.File.ID); !hasCode(err, chat.CodeNotFound) {
			t.Errorf("a deleted file: %v", err)
		}
		if got := s.read(t, bob, one.File.ID); got != "same" {
			t.Errorf("the one said twice is %q", got)
		}
		if files := remove(2); len(files) != 1 || s.read(t, ada, same.File.ID) != "same" {
			t.Errorf("with a file of the same content there are %v", files)
		}
		if _, err := s.Get(t.Context(), bob, one.File.ID); !hasCode(err, chat.CodeNotFound) {
			t.Errorf("a deleted file whose content is another's: %v", err)
		}
		if files := remove(3); len(files) != 0 || s.Used() != 0 {
			t.Errorf("without any there are %v", files)
		}
	})
}

// TestTrimmed: retention takes the files of what it takes.
func TestTrimmed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		defer s.shut(t)
		for i := range 5 {
			s.use(t, ada, s.take(t, ada, fmt.Sprint(i), "x", fmt.Sprint("content ", i)).File.ID)
		}
		s.apply(t, chat.Event{Kind: chat.RoomTrimmed, Author: chat.System, Room: chat.GeneralRoom, Change: chat.Change{Target: 3}})
		if files := s.gone(t); len(files) != 2 {
			t.Errorf("left are %v", files)
		}
	})
}

// TestRebuiltRecords: applying the log anew loses no file that a message has, in
// whatever order messages took and let go of it, and keeps none that no message has.
func TestRebuiltRecords(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		defer s.shut(t)
		kept, lost := s.take(t, ada, "1", "x", "kept"), s.take(t, ada, "2", "x", "lost")
		say := func(offset uint64, f chat.File) chat.Event {
			return chat.Event{
				Kind: chat.MessageCreated, ID: fmt.Sprint(offset), Author: ada, Room: chat.GeneralRoom,
				Position: chat.Position{Epoch: "e", Offset: offset}, Body: chat.TextBody(""), Extra: chat.Extra{Files: []chat.File{f}},
			}
		}
		s.use(t, ada, kept.File.ID)
		s.use(t, ada, lost.File.ID)
		log := []chat.Event{
			say(1, *kept.File),
			{Kind: chat.MessageDeleted, Author: ada, Room: chat.GeneralRoom, Position: chat.Position{Epoch: "e", Offset: 2}, Change: chat.Change{Target: 1, User: &ada}},
			say(3, *kept.File),
			say(4, chat.File{ID: "long gone"}),
		}
		err := s.db.Rebuild(t.Context(), func(after uint64, _ int) ([]chat.Event, error) {
			if int(after) >= len(log) {
				return nil, nil
			}
			return slices.Clone(log[after : after+1]), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if files := s.gone(t); len(files) != 2 { // the other is lost, which the next start finds
			t.Errorf("left are %v", files)
		}
		dir := s.dir
		s.shut(t)
		s = open(t, dir)
		defer s.shut(t)
		if files := s.gone(t); len(files) != 1 || s.read(t, bob, kept.File.ID) != "kept" {
			t.Errorf("after a start there are %v", files)
		}
	})
}

// TestSweptAtTheStart: what a crash left behind is removed, and what is missing is
// told.
func TestSweptAtTheStart(t *testing.T) {
	s := open(t, t.TempDir())
	kept := s.take(t, ada, "1", "x", "kept")
	s.use(t, ada, kept.File.ID)
	if _, _, err := s.Receive(t.Context(), whole(ada, "2", "x", 5), cutOff("cut")); !errors.Is(err, errGone) {
		t.Fatal(err)
	}
	orphan := sum("orphan")
	for name, content := range map[string]string{"parts/AAAA": "left", orphan[:2] + "/" + orphan: "orphan"} {
		path := filepath.Join(s.dir, "files", name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(content), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	dir := s.dir
	s.shut(t)
	s = open(t, dir)
	if files := s.onDisk(t); len(files) != 2 || s.read(t, ada, kept.File.ID) != "kept" {
		t.Errorf("left are %v", files)
	}
}

// TestDroppedWhileItGoesOn: an upload that goes on is not dropped, however old it is.
func TestDroppedWhileItGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := open(t, t.TempDir())
		defer s.shut(t)
		body := io.MultiReader(strings.NewReader("01234"), leaving(func() { time.Sleep(staleAfter + time.Hour) }), strings.NewReader("56789"))
		state, _, err := s.Receive(context.Background(), whole(ada, "1", "x", 10), body)
		if err != nil || s.read(t, ada, state.File.ID) != "0123456789" {
			t.Errorf("a slow one: %+v, %v", state, err)
		}
	})
}
