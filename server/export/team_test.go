package export_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/export"
	"github.com/hobnob-chat/hobnob/server/store"
)

func TestMain(m *testing.M) {
	// Each history opens two databases; -rapid.checks still asks for more.
	if err := flag.Set("rapid.checks", "12"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// team is a real one, as a server and as an import see it.
type team struct {
	*store.Store
	log  *sqlite.Log
	fail func(chat.Event) error // of an append that is to be interrupted
	name string                 // in the IDs of events
	n    int                    // of events
}

type fataler interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func newTeam(tb fataler, dir string) *team {
	tb.Helper()
	s, err := store.Open(context.Background(), filepath.Join(dir, "team.db"))
	if err != nil {
		tb.Fatal(err)
	}
	log, err := sqlite.Open(context.Background(), s.Writer(), sqlite.Options{Reader: s.Reader(), Apply: s.Apply, Deliver: func([]chat.Event) {}})
	if err != nil {
		tb.Fatal(errors.Join(err, s.Close()))
	}
	return &team{Store: s, log: log, name: filepath.Base(dir)}
}

func (t *team) close(tb fataler) {
	tb.Helper()
	if err := errors.Join(t.log.Close(), t.Store.Close()); err != nil {
		tb.Fatal(err)
	}
}

// Append implements export.Team.
func (t *team) Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error {
	if t.fail != nil {
		if err := t.fail(e); err != nil {
			return err
		}
	}
	return t.log.Append(ctx, e, done)
}

// Last implements export.Team.
func (t *team) Last() chat.Position { return t.log.Last() }

// try makes something happen, if it can.
func (t *team) try(e chat.Event) (chat.Event, error) {
	t.n++
	if e.ID == "" {
		e.ID = fmt.Sprintf("%s-%d", t.name, t.n)
	}
	if e.At == 0 {
		e.At = chat.Millis(1_700_000_000_000 + int64(t.n)*60_000)
	}
	type result struct {
		e   chat.Event
		err error
	}
	done := make(chan result, 1)
	if err := t.log.Append(context.Background(), e, func(e chat.Event, err error) { done <- result{e, err} }); err != nil {
		return e, err
	}
	r := <-done
	return r.e, r.err
}

func (t *team) must(tb fataler, e chat.Event) chat.Event {
	tb.Helper()
	e, err := t.try(e)
	if err != nil {
		tb.Fatalf("%s: %v", e.Kind, err)
	}
	return e
}

// lines is the team's export. Where alike is set it is for comparing with that of another
// team: without the team's own name and position and those of messages, and with people
// in them as they are now.
func (t *team) lines(tb fataler, alike bool) string {
	tb.Helper()
	var out bytes.Buffer
	w := export.NewWriter(&out)
	now := map[string]chat.User{chat.System.ID: chat.System}
	err := t.Snapshot(context.Background(), func(all *store.Snapshot) error {
		of, at, err := all.Team()
		if err != nil {
			return err
		}
		if alike {
			of, at = chat.Team{ID: "t"}, chat.Position{}
		}
		errs := []error{
			w.Write(&export.Start{By: "test", At: 1_800_000_000_000, Team: of, Position: at}),
			all.People(func(p store.Exported) error {
				now[p.ID] = p.User
				return w.Write(&export.Person{User: p.User, Entered: p.Entered, Given: p.SetRole, Banned: p.Banned, Reason: p.Reason})
			}),
			all.Rooms(func(r store.ExportedRoom) error { return w.Write(roomLine(r)) }),
			all.Messages("", func(m chat.Message, edits []chat.Edit) error {
				if alike {
					m.Position = chat.Position{}
					m.From = now[m.From.ID]
				}
				return w.Write(&export.Message{Message: m, Edits: edits})
			}),
		}
		return errors.Join(append(errs, w.End())...)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return out.String()
}

func roomLine(r store.ExportedRoom) *export.Room {
	line := &export.Room{
		ID: r.ID, Name: r.Name, Kind: r.Kind, Topic: r.Topic, Purpose: r.Purpose, Archived: r.Archived, Slow: r.Slow, Keep: r.Keep,
		Creator: r.Creator, Created: r.Created,
	}
	for _, in := range r.Inside {
		m := export.Member{ID: in.ID, Since: in.Since, Read: in.Read}
		if in.Notify != chat.NotifyAll {
			m.Notify = in.Notify
		}
		line.Members = append(line.Members, m)
	}
	return line
}

// take imports lines.
func (t *team) take(lines string) (export.Result, error) {
	return export.Import(context.Background(), t, func(f func(export.Line) error) error {
		return export.Read(bytes.NewReader([]byte(lines)), f)
	}, nil)
}
