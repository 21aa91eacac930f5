package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// firstPause is how long a webhook waits after its first failure, and lastPause
	// after many: a restart is over in seconds, an outage is not made worse.
	firstPause = 5 * time.Second
	lastPause  = time.Hour

	// patience is how long a webhook may fail before it is given up: a weekend.
	patience = 3 * 24 * time.Hour

	// postTime is how long an address may take to answer. What it does with a message
	// it should do after.
	postTime = 10 * time.Second

	// page is how many events are read from the log at once. The cursor is written
	// down after each of which something was told, so that a crash tells some messages
	// of one page again.
	page = 50

	// writeDown is how often it is written down up to where webhooks have passed over
	// what they do not hear. What a crash forgets of it is passed over again.
	writeDown = 10 * time.Second

	// listFor is for how long the webhooks are not read again while things are said: each
	// batch would pay for it. What is known to change them has them read at once.
	listFor = time.Second

	// lookAgain is how often the webhooks are read when nothing is said: one may have
	// been made by another process.
	lookAgain = 30 * time.Second
)

// Hook is a webhook that tells.
type Hook struct {
	chat.Hook
	Secret []byte // the key it signs with
	Cursor uint64 // offset up to which all was told
}

// Records is where webhooks are kept.
type Records interface {
	// Hooks lists those that tell and were not given up.
	Hooks(ctx context.Context) ([]Hook, error)
	// Told remembers up to where one has told all.
	Told(ctx context.Context, id string, cursor uint64) error
	// Passed remembers up to where webhooks, by ID, have nothing to tell.
	Passed(ctx context.Context, cursors map[string]uint64) error
	// Failed remembers why one cannot tell, and with stop that it was given up.
	Failed(ctx context.Context, id, fault string, at chat.Millis, stop bool) error
}

// Events is the log.
type Events interface {
	Read(ctx context.Context, after uint64, limit int) ([]chat.Event, error)
	Last() chat.Position
}

// Config is what a Sender is made of.
type Config struct {
	Team    chat.Team
	Records Records
	Events  Events
	Room    func(id string) (chat.Room, bool)
	// Stands tells whether a webhook may still tell, and why not. It is asked before
	// each message.
	Stands func(h chat.Hook) error
	Logger *slog.Logger
	Now    func() time.Time // time.Now when nil

	client *http.Client // for tests
}

// Sender tells what is said. Its methods are safe from any goroutine.
type Sender struct {
	cfg             Config
	public, private *http.Client
	woken           chan struct{} // capacity 1
	stop            context.CancelFunc
	done            sync.WaitGroup
	none            atomic.Bool // there is no webhook that tells; set by the manager
	stale           atomic.Bool // the webhooks are others, or fare otherwise, than in list

	// owned by the manager
	list   []Hook
	listed time.Time

	mu     sync.Mutex
	turns  turns
	passed map[string]uint64 // offset up to which a webhook has told all, by its ID, where that is not written down
	wrote  time.Time         // when passed was written down
}

// New starts a Sender, which Close ends and not ctx.
func New(ctx context.Context, cfg Config) *Sender {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	s := &Sender{
		cfg: cfg, public: newClient(false), private: newClient(true), stop: stop,
		woken: make(chan struct{}, 1), turns: newTurns(),
		passed: make(map[string]uint64), wrote: cfg.Now(),
	}
	if cfg.client != nil {
		s.public, s.private = cfg.client, cfg.client
	}
	s.done.Go(func() { s.manage(ctx) })
	return s
}

// Made tells that a webhook was made or ended. It never waits.
func (s *Sender) Made() {
	s.stale.Store(true)
	s.wake()
}

// Wake tells that something was said. It never waits, and costs nothing where there
// are no webhooks.
func (s *Sender) Wake() {
	if !s.none.Load() {
		s.wake()
	}
}

func (s *Sender) wake() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// Close ends what is under way, and waits for it. What was not told is told by the
// next Sender.
func (s *Sender) Close(ctx context.Context) {
	s.stop()
	s.done.Wait()
	s.write(ctx)
}

// manage is the manager: see the event map.
func (s *Sender) manage(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.woken:
		case <-timer.C:
		}
		next, err := s.start(ctx)
		if err != nil && ctx.Err() == nil {
			s.cfg.Logger.Error("read webhooks", "err", err)
		}
		timer.Reset(next)
	}
}

// start starts the workers that are due, and tells when to look again.
func (s *Sender) start(ctx context.Context) (time.Duration, error) {
	now := s.cfg.Now()
	hooks, err := s.hooks(ctx, now)
	if err != nil {
		return lookAgain, err
	}
	last := s.cfg.Events.Last().Offset
	log := pages{read: s.cfg.Events.Read}
	next := lookAgain
	for _, h := range s.inTurn(hooks) {
		due, ok := s.idle(&h, now)
		if !ok {
			next = min(next, due)
			continue
		}
		if h.Cursor >= last {
			continue
		}
		hears := h.Failing != 0 // to be told that it fails no more
		if !hears {
			if hears, err = s.pass(ctx, &log, &h); err != nil {
				return lookAgain, err
			}
		}
		if hears {
			s.employ(ctx, h)
		}
	}
	return min(next, s.writeSome(ctx, now)), nil
}

// hooks are the webhooks that tell, as of a moment ago at most.
func (s *Sender) hooks(ctx context.Context, now time.Time) ([]Hook, error) {
	if !s.stale.Swap(false) && now.Sub(s.listed) < listFor {
		return s.list, nil
	}
	list, err := s.cfg.Records.Hooks(ctx)
	if err != nil {
		s.stale.Store(true)
		return nil, err
	}
	s.list, s.listed = list, now
	s.forget(list)
	s.none.Store(len(list) == 0) // one made meanwhile has the manager look again
	return list, nil
}

// inTurn answers the webhooks in the order in which it is their turn.
func (s *Sender) inTurn(list []Hook) []Hook {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.turns.order(list)
}

// idle tells whether a webhook may have a worker now, else when to look again. Its
// cursor becomes what it is in memory.
func (s *Sender) idle(h *Hook, now time.Time) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h.Cursor = max(h.Cursor, s.passed[h.ID])
	return s.turns.may(h.ID, now)
}

// employ starts a worker for a webhook. The manager alone does, after idle.
func (s *Sender) employ(ctx context.Context, h Hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turns.begin(h.ID)
	s.done.Go(func() {
		failing := h.Failing
		took, err := s.work(ctx, &h)
		s.mu.Lock()
		if s.turns.end(h.ID, s.cfg.Now(), took, err) {
			s.cfg.Logger.Warn("a webhook's address is slow, and shares its turns with others that are", "hook", h.ID, "took", took)
		}
		if err != nil || failing != h.Failing {
			s.stale.Store(true)
		}
		s.mu.Unlock()
		s.wake()
	})
}

// work is one turn: it tells some of what a webhook has not told yet, and answers how
// long its address took for one message at most.
func (s *Sender) work(ctx context.Context, h *Hook) (took time.Duration, err error) {
	events, err := s.cfg.Events.Read(ctx, h.Cursor, page)
	if err != nil || len(events) == 0 {
		return 0, err
	}
	at, told, took, failed := s.tell(ctx, *h, events)
	told = told || (h.Failing != 0 && at > h.Cursor)
	h.Cursor = at
	s.passes(*h)
	if told {
		if err := s.cfg.Records.Told(context.WithoutCancel(ctx), h.ID, at); err != nil {
			s.cfg.Logger.Error("remember what a webhook was told", "hook", h.ID, "err", err)
			return took, err
		}
		h.Failing = 0
	}
	if failed != nil {
		return took, s.failed(ctx, *h, failed)
	}
	return took, nil
}

// tell posts what a webhook hears of events until its turn is over, and answers up to
// where that went, whether anything was posted, and how long one post took at most.
func (s *Sender) tell(ctx context.Context, h Hook, events []chat.Event) (at uint64, told bool, took time.Duration, err error) {
	at = h.Cursor
	began := s.cfg.Now()
	for i := range events {
		e := &events[i]
		if room, hears := s.hears(h, e); hears {
			if err := s.cfg.Stands(h.Hook); err != nil {
				return at, told, took, err
			}
			asked := s.cfg.Now()
			if asked.Sub(began) >= turnTime {
				break
			}
			err := s.post(ctx, h, room, e)
			took = max(took, s.cfg.Now().Sub(asked))
			if err != nil {
				return at, told, took, err
			}
			told = true
		}
		at = e.Position.Offset
	}
	return at, told, took, nil
}

// hears tells whether a webhook is told an event: a message of its room, or of any
// public one, whose text is still there and that no webhook brought in, lest two of
// them talk for ever.
func (s *Sender) hears(h Hook, e *chat.Event) (chat.Room, bool) {
	if e.Kind != chat.MessageCreated || len(e.Body.JSON) == 0 || chat.IsHook(e.Author) {
		return chat.Room{}, false
	}
	room, ok := s.cfg.Room(e.Room)
	return room, ok && (h.Room == e.Room || (h.Room == "" && room.Kind == chat.RoomPublic))
}

// failed remembers that a webhook could not tell. What an address refused for good is
// an error no more once it was passed over.
func (s *Sender) failed(ctx context.Context, h Hook, fault error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	now := s.cfg.Now()
	since := h.Failing.Time()
	if h.Failing == 0 {
		since = now
	}
	stop := isGone(fault) || now.Sub(since) > patience
	s.cfg.Logger.Warn("a webhook cannot tell", "hook", h.ID, "err", fault, "stopped", stop)
	if err := s.cfg.Records.Failed(context.WithoutCancel(ctx), h.ID, fault.Error(), chat.ToMillis(now), stop); err != nil {
		return fmt.Errorf("%w; and it could not be noted: %w", fault, err)
	}
	return fault
}
