package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// ear is a subscriber that remembers what it was told.
type ear struct{ heard []string }

func (e *ear) Send(p string) { e.heard = append(e.heard, p) }

// encodeText writes a batch as "lane:bodies", and counts how often it was asked.
func encodeText(calls *int) func(Lane, []chat.Event) string {
	return func(lane Lane, batch []chat.Event) string {
		*calls++
		var bodies []string
		for _, e := range batch {
			bodies = append(bodies, string(e.Body.JSON))
		}
		return fmt.Sprintf("%d:%s", lane, strings.Join(bodies, ","))
	}
}

func listener(lane Lane, rooms ...string) Listener { return Listener{Lane: lane, Rooms: rooms} }

func event(offset uint64, room, text string) chat.Event {
	return chat.Event{
		Position: chat.Position{Epoch: "e", Offset: offset}, Kind: chat.MessageCreated,
		Room: room, Seq: offset, Body: chat.Body{JSON: []byte(text)},
	}
}

func TestHubEncodesOnceALane(t *testing.T) {
	var calls int
	hub := NewHub[string, *ear](chat.Position{Epoch: "e", Offset: 7}, encodeText(&calls))
	plain, other, chatting, elsewhere := &ear{}, &ear{}, &ear{}, &ear{}
	hub.Join(plain, listener(PlainLane, "general"))
	hub.Join(other, listener(PlainLane, "general"))
	if at := hub.Join(chatting, listener(ChatLane, "general")); at.Offset != 7 {
		t.Errorf("joined at %v, want offset 7", at)
	}
	hub.Join(elsewhere, listener(ChatLane, "ops"))
	hub.Broadcast([]chat.Event{event(8, "general", "a"), event(9, "general", "b")}, nil)
	if calls != 2 {
		t.Errorf("encoded %d times, want once a lane", calls)
	}
	for who, want := range map[*ear]string{plain: "0:a,b", other: "0:a,b", chatting: "1:a,b"} {
		if !slices.Equal(who.heard, []string{want}) {
			t.Errorf("heard %q, want %q", who.heard, want)
		}
	}
	if len(elsewhere.heard) != 0 {
		t.Errorf("another room heard %q", elsewhere.heard)
	}
}

func TestHubKeepsOrderAcrossRooms(t *testing.T) {
	var calls int
	hub := NewHub[string, *ear](chat.Position{}, encodeText(&calls))
	both := &ear{}
	hub.Join(both, listener(ChatLane, "a", "b"))
	hub.Broadcast([]chat.Event{event(1, "a", "1"), event(2, "b", "2"), event(3, "b", "3"), event(4, "a", "4")}, nil)
	if want := []string{"1:1", "1:2,3", "1:4"}; !slices.Equal(both.heard, want) {
		t.Errorf("heard %q, want %q", both.heard, want)
	}
}

func TestHubCutsLargeBatches(t *testing.T) {
	var calls int
	hub := NewHub[string, *ear](chat.Position{}, encodeText(&calls))
	e := &ear{}
	hub.Join(e, listener(PlainLane, "general"))
	large := strings.Repeat("x", maxRun/2)
	hub.Broadcast([]chat.Event{
		event(1, "general", large), event(2, "general", large), event(3, "general", "3"),
		event(4, "general", large+large+large), event(5, "general", "5"),
	}, nil)
	var sizes []int
	for _, payload := range e.heard {
		sizes = append(sizes, strings.Count(payload, ",")+1)
	}
	if want := []int{2, 1, 1, 1}; !slices.Equal(sizes, want) {
		t.Errorf("joined %v messages, want %v", sizes, want)
	}
}

func TestHubMovesAndLeaves(t *testing.T) {
	var calls int
	hub := NewHub[string, *ear](chat.Position{}, encodeText(&calls))
	e := &ear{}
	hub.Join(e, listener(PlainLane, "general"))
	hub.Broadcast([]chat.Event{event(1, "general", "1")}, nil)
	if at := hub.Join(e, listener(ChatLane, "general")); at.Offset != 1 {
		t.Errorf("moved at %v, want 1", at)
	}
	hub.Broadcast([]chat.Event{event(2, "general", "2")}, nil)
	hub.Leave(e)
	hub.Leave(e)
	hub.Broadcast([]chat.Event{event(3, "general", "3")}, nil)
	if want := []string{"0:1", "1:2"}; !slices.Equal(e.heard, want) {
		t.Errorf("heard %q, want %q", e.heard, want)
	}
	if len(hub.rooms) != 0 || len(hub.places) != 0 {
		t.Errorf("the hub keeps %d rooms and %d places of nobody", len(hub.rooms), len(hub.places))
	}
}

// journal is a log that stores at once, and applies to nothing.
type journal struct {
	appended []chat.Event
	fail     error
}

func (j *journal) Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error {
	return j.AppendIf(ctx, e, nil, done)
}

func (j *journal) AppendIf(_ context.Context, e chat.Event, _ func() bool, done func(chat.Event, error)) error {
	if j.fail == nil {
		j.appended = append(j.appended, e)
		e.Seq = uint64(len(j.appended))
		e.Position = chat.Position{Epoch: "e", Offset: e.Seq}
	}
	done(e, j.fail)
	return nil
}

func (j *journal) Read(_ context.Context, after uint64, limit int) ([]chat.Event, error) {
	var out []chat.Event
	for _, e := range j.appended {
		if e.Position.Offset > after && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, j.fail
}

func (j *journal) Last() chat.Position {
	return chat.Position{Epoch: "e", Offset: uint64(len(j.appended))}
}

type nobody struct{}

func (nobody) Broadcast([]chat.Event, func(*chat.Event) Reach) {}

// newService makes a service over a team in which ada is in #general and #ops,
// which has the message "known" in it.
func newService(t *testing.T, j *journal) *Service {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "team.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	ops := "ops"
	tx, err := db.Writer().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Apply(t.Context(), tx, []chat.Event{
		{Position: chat.Position{Epoch: "e", Offset: 1}, Kind: chat.UserEntered, Author: ada},
		{Position: chat.Position{Epoch: "e", Offset: 2}, Kind: chat.RoomCreated, Author: ada, Room: "r2", Change: chat.Change{
			Kind: chat.RoomPublic, Name: &ops, Users: []chat.User{ada},
		}},
		{Position: chat.Position{Epoch: "e", Offset: 3}, Kind: chat.MessageCreated, Author: ada, Room: "r2", ID: "known", Body: chat.TextBody("?")},
	})
	if err := errors.Join(err, tx.Commit()); err != nil {
		t.Fatal(err)
	}
	s, err := New(t.Context(), Config{MaxBody: 100, Logger: slog.New(slog.DiscardHandler)}, db)
	if err != nil {
		t.Fatal(err)
	}
	s.Attach(j, nobody{})
	return s
}

var ada = chat.User{ID: "1", Name: "ada", Role: chat.RoleMember}

func TestPostRefuses(t *testing.T) {
	text := chat.TextBody("hi")
	for name, tc := range map[string]struct {
		draft chat.Draft
		want  chat.Code
	}{
		"fine":                {chat.Draft{Body: text}, ""},
		"fine with all":       {chat.Draft{Body: text, ID: "x", Room: "#ops", ReplyTo: "known", Thread: "known"}, ""},
		"unknown room":        {chat.Draft{Body: text, Room: "nope"}, chat.CodeUnknownRoom},
		"large":               {chat.Draft{Body: chat.TextBody(strings.Repeat("x", 99))}, chat.CodeTooLarge},
		"large by attachment": {chat.Draft{Body: chat.Body{JSON: []byte("0"), Attachments: [][]byte{make([]byte, 100)}}}, chat.CodeTooLarge},
		"deepest":             {chat.Draft{Body: chat.Body{JSON: []byte(strings.Repeat("[", 40) + `"[[["` + strings.Repeat("]", 40))}}, ""},
		"id with space":       {chat.Draft{Body: text, ID: "a b"}, chat.CodeBadRequest},
		"id with escape":      {chat.Draft{Body: text, ID: "a\x1b"}, chat.CodeBadRequest},
		"long id":             {chat.Draft{Body: text, ID: strings.Repeat("x", chat.MaxID+1)}, chat.CodeBadRequest},
		"reply to nothing":    {chat.Draft{Body: text, ReplyTo: "gone"}, chat.CodeNotFound},
		"broken reply":        {chat.Draft{Body: text, ReplyTo: "a\nb"}, chat.CodeBadRequest},
		"thread of nothing":   {chat.Draft{Body: text, Thread: "gone"}, chat.CodeNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			j := &journal{}
			var err error
			newService(t, j).Post(t.Context(), ada, tc.draft, func(_ chat.Posted, e error) { err = e })
			if tc.want == "" {
				if err != nil || len(j.appended) != 1 {
					t.Fatalf("err %v, %d appended", err, len(j.appended))
				}
				if e := j.appended[0]; e.ID == "" || e.Author != ada || e.At == 0 {
					t.Errorf("appended %+v", e)
				}
				return
			}
			if !errors.Is(err, &chat.Error{Code: tc.want}) || len(j.appended) != 0 {
				t.Errorf("err %v with %d appended, want %s", err, len(j.appended), tc.want)
			}
		})
	}
}

func TestPostHidesInternals(t *testing.T) {
	j := &journal{fail: errors.New("disk /secret/path is full")}
	var err error
	newService(t, j).Post(t.Context(), ada, chat.Draft{Body: chat.TextBody("hi")}, func(_ chat.Posted, e error) { err = e })
	if !errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) || strings.Contains(err.Error(), "secret") {
		t.Errorf("told %v", err)
	}
}

func TestReplayTellsAllUpToTheCut(t *testing.T) {
	j := &journal{}
	for i := range 3*replayPage + 5 {
		j.appended = append(j.appended, event(uint64(i+1), "general", "x"))
	}
	s := newService(t, j)
	to := chat.Position{Epoch: "e", Offset: uint64(3*replayPage + 2)}
	var heard []uint64
	err := s.Replay(t.Context(), ada, chat.Position{Epoch: "e", Offset: 3}, to, func(batch []chat.Event) error {
		for _, e := range batch {
			heard = append(heard, e.Position.Offset)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(heard) != 3*replayPage-1 || heard[0] != 4 || heard[len(heard)-1] != to.Offset || !slices.IsSorted(heard) {
		t.Errorf("replayed %d events, %v … %v", len(heard), heard[0], heard[len(heard)-1])
	}
}

func TestCanReplay(t *testing.T) {
	s := newService(t, &journal{})
	at := func(epoch string, offset uint64) chat.Position { return chat.Position{Epoch: epoch, Offset: offset} }
	for name, tc := range map[string]struct {
		from chat.Position
		want bool
	}{
		"no position":   {chat.Position{}, false},
		"there":         {at("e", 9000), true},
		"near":          {at("e", 9000-maxReplay), true},
		"far":           {at("e", 9000-maxReplay-1), false},
		"ahead":         {at("e", 9001), false},
		"another epoch": {at("f", 8999), false},
	} {
		if got := s.CanReplay(tc.from, at("e", 9000)); got != tc.want {
			t.Errorf("%s: %v, want %v", name, got, tc.want)
		}
	}
}

func TestThrottleSlowsAPersonDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRates(Rate{PerSecond: 10, Burst: 5}, time.Now)
		start := time.Now()
		for range 15 {
			if err := r.wait(t.Context(), "ada", 1); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 990*time.Millisecond || took > 1010*time.Millisecond {
			t.Errorf("15 requests took %v, want 1s: 5 at once and 10 at 10 a second", took)
		}
		if before := time.Now(); r.wait(t.Context(), "bob", 1) != nil || time.Since(before) != 0 {
			t.Error("ada's pace slows bob")
		}
		time.Sleep(2 * sweepEvery) // the bubble's clock: limiters are full again
		if err := r.wait(t.Context(), "cy", 1); err != nil || len(r.people) != 1 {
			t.Errorf("err %v, %d people remembered, want 1", err, len(r.people))
		}
	})
}

func TestThrottleEndsWithItsSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRates(Rate{PerSecond: 0.001, Burst: 1}, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		_ = r.wait(ctx, "ada", 1)
		time.AfterFunc(time.Second, cancel)
		if err := r.wait(ctx, "ada", 1); !errors.Is(err, context.Canceled) {
			t.Errorf("waited with %v", err)
		}
	})
}

func TestDepth(t *testing.T) {
	for raw, want := range map[string]int{
		`1`: 0, `"[[["`: 0, `[]`: 1, `{"a":[1,{"b":[]}]}`: 4, `["\\",[]]`: 2, `["\"[["]`: 1, `[[],[[]],[]]`: 3,
	} {
		if got := depth([]byte(raw)); got != want {
			t.Errorf("%s is %d deep, want %d", raw, got, want)
		}
	}
}

func TestReplayFailsRatherThanLeaveAGap(t *testing.T) {
	s := newService(t, &journal{appended: []chat.Event{event(1, "general", "a"), event(2, "general", "b"), event(4, "general", "d")}})
	err := s.Replay(t.Context(), ada, chat.Position{Epoch: "e", Offset: 1}, chat.Position{Epoch: "e", Offset: 4},
		func([]chat.Event) error { return nil })
	if err == nil {
		t.Error("event 3 is missing, and nobody said so")
	}
}

func TestInternalFaultsAreLogged(t *testing.T) {
	var log strings.Builder
	s := newService(t, &journal{fail: fmt.Errorf("apply: %w", &chat.Error{Code: chat.CodeInternal, Message: "x"})})
	s.cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
	s.Post(t.Context(), ada, chat.Draft{Body: chat.TextBody("hi")}, func(chat.Posted, error) {})
	if !strings.Contains(log.String(), "apply") {
		t.Errorf("the host's log says %q", log.String())
	}
}
