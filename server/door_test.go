package server

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
)

// waitingLog is a log that takes its time, and notes when what came to it.
type waitingLog struct {
	Log
	began time.Time
	takes time.Duration
	fails error // of Append
	team  *team

	mu    sync.Mutex
	names map[time.Duration][]string
}

func (l *waitingLog) Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error {
	if l.fails != nil {
		return l.fails
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	at := time.Since(l.began)
	l.names[at] = append(l.names[at], e.Author.Name)
	time.AfterFunc(l.takes, func() {
		l.team.apply(&e)
		done(e, nil)
	})
	return nil
}

// atDoor makes a Service whose log takes two milliseconds.
func atDoor() (*Service, *waitingLog) {
	s := &Service{
		cfg:  Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)},
		door: door{coming: make(map[string]*newcomer), taken: make(map[string][]string)},
	}
	s.team.rooms = map[string]*room{chat.GeneralRoom: {members: make(map[string]chat.Millis)}}
	s.team.people, s.team.called, s.team.looks = make(map[string]*chat.Standing), make(callNames), make(map[string][]string)
	l := &waitingLog{began: time.Now(), takes: 2 * time.Millisecond, team: &s.team, names: make(map[time.Duration][]string)}
	s.log, s.door.log = l, l
	return s, l
}

// TestCrowdComesTogether: who comes alone does not wait; of a crowd all go to the log
// together who came since the last, also those of one name, and each waits until they
// are in.
func TestCrowdComesTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := atDoor()
		var all sync.WaitGroup
		come := func(id, name string) {
			all.Go(func() {
				u := chat.User{ID: id, Name: name, Role: chat.RoleMember}
				if err := s.Enter(t.Context(), u); err != nil {
					t.Error(err)
				}
				if s.Standing(u).Entered == 0 {
					t.Errorf("%s is not in", id)
				}
			})
			synctest.Wait()
		}
		come("1", "ada")
		for i := range 8 {
			time.Sleep(time.Millisecond)
			come(fmt.Sprint("eve", i), "eve")
			come(fmt.Sprint("eve", i), "eve") // by another device
		}
		all.Wait()
		time.Sleep(time.Second)
		come("2", "grace")
		all.Wait()
		for at, want := range map[time.Duration][]string{
			0:         {"ada"},
			gathering: {"eve", "eve (2)", "eve (3)", "eve (4)", "eve (5)", "eve (6)", "eve (7)", "eve (8)"},
			gathering + 2*time.Millisecond + time.Second: {"grace"},
		} {
			if !slices.Equal(l.names[at], want) {
				t.Errorf("after %v %q came to the log, want %q", at, l.names[at], want)
			}
			delete(l.names, at)
		}
		if len(l.names) > 0 {
			t.Errorf("and %q", l.names)
		}
		if len(s.door.coming)+len(s.door.taken)+len(s.door.queue) > 0 {
			t.Errorf("the door keeps %+v", &s.door)
		}
	})
}

// TestFirstOfACrowdLeaves: who waits for all and goes meanwhile takes nobody along.
func TestFirstOfACrowdLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := atDoor()
		if err := s.Enter(t.Context(), chat.User{ID: "0", Name: "zero"}); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 3 {
			ctx, cancel := context.WithCancel(t.Context())
			all.Go(func() {
				if err := s.Enter(ctx, chat.User{ID: fmt.Sprint(i + 1), Name: fmt.Sprint("n", i)}); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
			cancel()
		}
		all.Wait()
		if got := l.names[gathering]; len(got) != 3 {
			t.Errorf("%q came in", l.names)
		}
	})
}

// TestCrowdAtAClosedLog: where the log takes nothing each of a crowd is told so, and the
// next one tries anew.
func TestCrowdAtAClosedLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, l := atDoor()
		l.fails = sqlite.ErrClosed
		var all sync.WaitGroup
		for i := range 30 {
			all.Go(func() {
				err := s.Enter(t.Context(), chat.User{ID: fmt.Sprint(i % 10), Name: "n"})
				if !is(err, chat.CodeUnavailable) {
					t.Errorf("%d: %v", i, err)
				}
			})
		}
		all.Wait()
		l.fails = nil
		if err := s.Enter(t.Context(), chat.User{ID: "3", Name: "n"}); err != nil || s.team.user("3").Name != "n" {
			t.Errorf("%v, and is called %q", err, s.team.user("3").Name)
		}
	})
}

// TestCrowdAndTheEnd: of a crowd that comes while the log ends, those who were told that
// they are in are in the team when it is opened again, under the names they had, and the
// others are told that it could not be.
func TestCrowdAndTheEnd(t *testing.T) {
	home := t.TempDir()
	w := newWorld(t.Context(), t, home)
	var in atomic.Int64
	var all sync.WaitGroup
	var told sync.Map
	ending, ended := make(chan struct{}), make(chan struct{})
	for i := range 400 {
		all.Go(func() {
			switch {
			case i >= 390:
				<-ended
			case i >= 200:
				<-ending
			}
			time.Sleep(time.Duration(i%40) * time.Millisecond)
			u := chat.User{ID: fmt.Sprint("u", i), Name: fmt.Sprint("name", i%200), Role: chat.RoleMember}
			switch err := w.s.Enter(w.ctx, u); {
			case err == nil:
				told.Store(u.ID, w.s.Standing(u).Name)
				if in.Add(1) == 100 {
					close(ending)
					if err := w.log.Close(); err != nil {
						t.Error(err)
					}
					close(ended)
				}
			case !is(err, chat.CodeUnavailable):
				t.Errorf("%s: %v", u.ID, err)
			}
		})
	}
	all.Wait()
	w.close()
	w = newWorld(t.Context(), t, home)
	defer w.close()
	n, names := 0, make(map[string]bool)
	told.Range(func(id, name any) bool {
		n++
		if got := w.s.team.user(id.(string)).Name; got != name || names[got] {
			t.Errorf("%v was told to be %q and is %q", id, name, got)
		}
		names[name.(string)] = true
		return true
	})
	if n < 100 || n > 390 {
		t.Errorf("%d were told that they are in, and the log ended meanwhile", n)
	}
	if members := w.s.team.rooms[chat.GeneralRoom].members; len(members) != len(w.s.team.people) {
		t.Errorf("of %d people %d are in the room that all are in", len(w.s.team.people), len(members))
	}
}

// TestCrowdWithOneRefused: one whom the team does not have keeps out nobody else of the
// same transaction.
func TestCrowdWithOneRefused(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	_, err := w.s.Ban(w.ctx, owner, chat.UserRequest{User: carol.ID})
	w.must(err)
	var all sync.WaitGroup
	var refused atomic.Int64
	w.telling.Lock() // what is appended now waits for what is being told, and is one batch
	all.Go(func() { w.must(w.s.Enter(w.ctx, grace)) })
	for i := range 40 {
		u := chat.User{ID: fmt.Sprint("n", i), Name: fmt.Sprint("n", i), Role: chat.RoleMember}
		if i == 17 {
			u = chat.User{ID: carol.ID, Name: "carol2", Role: carol.Role} // as if Standing had been asked before the ban
		}
		all.Add(1)
		err := w.log.Append(w.ctx, chat.Event{Kind: chat.UserEntered, ID: fmt.Sprint("e", i), Author: u, At: 1}, func(e chat.Event, err error) {
			defer all.Done()
			switch {
			case is(err, chat.CodeBanned) && e.Author.ID == carol.ID:
				refused.Add(1)
			case err != nil || e.Author.ID == carol.ID || e.Seq != 1:
				t.Errorf("%s: %v, %d", e.Author.ID, err, e.Seq)
			}
		})
		w.must(err)
	}
	w.telling.Unlock()
	all.Wait()
	people, err := w.db.People(w.ctx)
	if err != nil || refused.Load() != 1 || len(people) != 40+2 {
		t.Errorf("%v; %d refused, %d in", err, refused.Load(), len(people))
	}
}
