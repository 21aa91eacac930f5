package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Log makes events durable, in one order.
type Log interface {
	// Append hands e to the log. It blocks only while the log's queue is full.
	// done is called once, in the order of the appends, after e is durable,
	// applied and delivered; with the event as it is stored, which is the first
	// one where the author's ID was used before. done must not block.
	Append(ctx context.Context, e chat.Event, done func(chat.Event, error)) error
	// AppendIf does so unless may, which is called before e is stored and must not
	// block, is false: then e fails as chat.CodeUnavailable. When storing failed, all
	// that it failed for are told so before the next may is called.
	AppendIf(ctx context.Context, e chat.Event, may func() bool, done func(chat.Event, error)) error
	// Read answers stored events after an offset, in order, without gaps; none
	// only at the end of the log.
	Read(ctx context.Context, after uint64, limit int) ([]chat.Event, error)
	// Last is the position of the newest durable event.
	Last() chat.Position
}

// ReadModel answers questions about what the log made of the team.
type ReadModel interface {
	Rooms(ctx context.Context) ([]chat.Room, error)
	Creators(ctx context.Context, f func(room, user string)) error
	RoomNames(ctx context.Context, f func(folded, room string, current bool)) error
	Members(ctx context.Context, f func(room, user string, since chat.Millis)) error
	People(ctx context.Context) ([]chat.Standing, error)

	History(ctx context.Context, r chat.HistoryRequest) (chat.History, error)
	Message(ctx context.Context, room string, seq uint64) (chat.Message, error)
	Refers(ctx context.Context, room, id string) (thread string, found bool, err error)
	Posted(ctx context.Context, author, id string) (p chat.Posted, found bool, err error)
	Spoke(ctx context.Context, room string, since chat.Millis, f func(user, id string, at chat.Millis)) error
	Edits(ctx context.Context, room string, seq uint64) (chat.Edits, error)
	Pins(ctx context.Context, room string) (chat.Found, error)
	Followers(ctx context.Context, room, thread string) ([]string, error)
	Inbox(ctx context.Context, user string, rooms []string, before uint64, limit int) (chat.Found, error)
	Threads(ctx context.Context, user string, rooms []string, before uint64, limit int) (chat.Threads, error)
	Memberships(ctx context.Context, user, room string) ([]chat.Membership, chat.Position, error)
	Moves(ctx context.Context, user string, after uint64, f func(room string, came bool)) error
	Audit(ctx context.Context, before uint64, limit int) ([]chat.AuditEntry, bool, error)
	Files(ctx context.Context, by, room string, ids []string, now time.Time) ([]chat.File, error)
	Sessions(ctx context.Context, user string, now chat.Millis) ([]chat.SessionSeen, error)
}

// Broadcaster tells a batch of stored events to whoever listens, each as far as
// reach says.
type Broadcaster interface {
	Broadcast(batch []chat.Event, reach func(*chat.Event) Reach)
}

// Config is what a Service is made of.
type Config struct {
	Team    chat.Team
	MaxBody int // bytes of a message's body with its attachments
	Rate    Rate
	Finder  Finder // what has messages found
	Logger  *slog.Logger
	Now     func() time.Time // time.Now when nil

	// Faulted is told why the log or the read model failed, of each request that
	// does for that; nil is nobody. It must not block.
	Faulted func(error)
}

// Service is the rules of chat over a log and its read model. Its methods are
// safe from any goroutine.
type Service struct {
	cfg   Config
	log   Log
	model ReadModel
	hub   Broadcaster
	rates *rates
	team  team
	slow  slowness

	maxMade   int // chat.MaxRoomsMade
	maxIn     int // chat.MaxRooms
	presence  *presences
	sightings sightings
	signIns   signIns
	typing    typing
	door      door
	searching searching
	keeps     chan struct{} // capacity 1: for how long a room keeps its messages was set

	// moving is held while a batch is delivered, and while somebody begins to
	// listen: between what the team and what the hub knows of who is in a room.
	moving sync.Mutex
}

// New makes a Service. Attach gives it its log and its hub before anything is
// posted.
func New(ctx context.Context, cfg Config, model ReadModel) (*Service, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{
		cfg: cfg, model: model, maxMade: chat.MaxRoomsMade, maxIn: chat.MaxRooms, rates: newRates(cfg.Rate, cfg.Now), presence: newPresences(cfg.Now),
		keeps: make(chan struct{}, 1),
		door:  door{coming: make(map[string]*newcomer), taken: make(map[string][]string)},
	}
	if err := s.team.load(ctx, model); err != nil {
		return nil, err
	}
	for _, r := range s.team.rooms {
		if err := s.slow.load(ctx, model, &r.Room, cfg.Now()); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Attach sets where events go and who is told of them. The log needs Deliver to
// be opened and the hub needs the log's position, so neither can be there when
// the Service is made.
func (s *Service) Attach(log Log, hub Broadcaster) {
	s.log, s.hub, s.door.log = log, hub, log
	s.team.mu.Lock()
	defer s.team.mu.Unlock()
	s.team.position = log.Last()
}

// Deliver tells a batch of stored events, in log order. The log calls it from
// one goroutine.
func (s *Service) Deliver(batch []chat.Event) {
	s.moving.Lock()
	defer s.moving.Unlock()
	for i := range batch {
		s.team.apply(&batch[i])
		if batch[i].Change.Keep != nil {
			select {
			case s.keeps <- struct{}{}:
			default:
			}
		}
	}
	s.hub.Broadcast(batch, s.reach)
}

// Throttle blocks for as long as the person has sent too fast; the caller stops
// reading from them meanwhile. Nothing is dropped or reordered.
// A request of size bytes counts as one for each rateUnit of them.
func (s *Service) Throttle(ctx context.Context, person string, size int) error {
	return s.rates.wait(ctx, person, 1+size/rateUnit)
}

// Team names the team.
func (s *Service) Team() chat.Team { return s.cfg.Team }

// Limits tells what the server takes.
func (s *Service) Limits() chat.Limits {
	return chat.Limits{Body: s.cfg.MaxBody, History: chat.MaxHistory}
}

// change makes something happen, and waits until it is durable and told.
func (s *Service) change(ctx context.Context, e chat.Event) (chat.Event, error) {
	return s.changeBy(ctx, s.log.Append, e)
}

// changeBy is change by way of another Append than the log's.
func (s *Service) changeBy(ctx context.Context, to appender, e chat.Event) (chat.Event, error) {
	if e.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return e, s.fault("make an ID", err)
		}
		e.ID = id.String()
	}
	if !validID(e.ID) {
		return e, errID()
	}
	e.At = chat.ToMillis(s.cfg.Now())
	type result struct {
		event chat.Event
		err   error
	}
	done := make(chan result, 1)
	if err := to(ctx, e, func(e chat.Event, err error) { done <- result{e, err} }); err != nil {
		return e, s.fault("append", err)
	}
	// What was taken is seen through, whatever becomes of the asker.
	r := <-done
	switch {
	case r.err != nil:
		return e, s.fault("append", r.err)
	case r.event.Kind != e.Kind:
		return e, errUsed()
	}
	return r.event, nil
}

// appender is Log.Append, or what has its contract.
type appender func(ctx context.Context, e chat.Event, done func(chat.Event, error)) error

// errUsed is of an ID whose author gave it to something else before.
func errUsed() error {
	return &chat.Error{Code: chat.CodeConflict, Message: "that id is of something else you did; choose another"}
}

// fault keeps what people are told apart from what the host's log is told.
func (s *Service) fault(doing string, err error) error {
	if s.cfg.Faulted != nil {
		s.cfg.Faulted(err)
	}
	if known, ok := errors.AsType[*chat.Error](err); ok {
		if known.Code == chat.CodeInternal { // the log itself reports when it cannot store
			s.cfg.Logger.Error(doing, "err", err)
		}
		return known
	}
	if errors.Is(err, context.Canceled) {
		return &chat.Error{Code: chat.CodeUnavailable, Message: "the server is going down; nothing was stored, try again"}
	}
	s.cfg.Logger.Error(doing, "err", err)
	return &chat.Error{Code: chat.CodeUnavailable, Message: "the server could not do that now; nothing was stored, try again"}
}

func badRequest(format string, args ...any) error {
	return &chat.Error{Code: chat.CodeBadRequest, Message: fmt.Sprintf(format, args...)}
}

func bodySize(b chat.Body) int {
	n := len(b.JSON)
	for _, a := range b.Attachments {
		n += len(a)
	}
	return n
}

// maxDepth is how deeply a body may be nested. It is carried inside other JSON,
// whose depth every decoder of the world bounds somewhere.
const maxDepth = 100

// depth is how deeply valid JSON is nested.
func depth(raw []byte) int {
	deepest, level, quoted := 0, 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			level++
			deepest = max(deepest, level)
		case c == ']' || c == '}':
			level--
		}
	}
	return deepest
}

func errID() error {
	return badRequest("id must be 1 to %d visible ASCII characters; a UUIDv7 is best", chat.MaxID)
}

// validID tells whether a client's ID can be stored, logged and shown anywhere.
func validID(id string) bool {
	if id == "" || len(id) > chat.MaxID {
		return false
	}
	for i := range len(id) {
		if id[i] <= ' ' || id[i] > '~' {
			return false
		}
	}
	return true
}
