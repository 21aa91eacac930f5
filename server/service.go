package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sort"
	"strings"
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
}

// ReadModel answers questions about what the log made of the team.
type ReadModel interface {
	Rooms(ctx context.Context) ([]chat.Room, error)
	History(ctx context.Context, r chat.HistoryRequest) (chat.History, error)
	After(ctx context.Context, offset uint64, limit int) ([]chat.Event, error)
	HasMessage(ctx context.Context, room, id string) (bool, error)
}

// Broadcaster tells a batch of stored events to whoever listens.
type Broadcaster interface{ Broadcast(batch []chat.Event) }

// Config is what a Service is made of.
type Config struct {
	Team    chat.Team
	MaxBody int // bytes of a message's body with its attachments
	Rate    Rate
	Logger  *slog.Logger
	Now     func() time.Time // time.Now when nil
}

// Service is the rules of chat over a log and its read model. Its methods are
// safe from any goroutine.
type Service struct {
	cfg   Config
	log   Log
	model ReadModel
	hub   Broadcaster
	rates *rates

	mu    sync.RWMutex
	rooms map[string]chat.Room // by ID
}

// New makes a Service. Attach gives it its log and its hub before anything is
// posted.
func New(ctx context.Context, cfg Config, model ReadModel) (*Service, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Service{cfg: cfg, model: model, rates: newRates(cfg.Rate, cfg.Now), rooms: make(map[string]chat.Room)}
	rooms, err := model.Rooms(ctx)
	if err != nil {
		return nil, fmt.Errorf("load rooms: %w", err)
	}
	for _, r := range rooms {
		s.rooms[r.ID] = r
	}
	return s, nil
}

// Attach sets where events go and who is told of them. The log needs Deliver to
// be opened and the hub needs the log's position, so neither can be there when
// the Service is made.
func (s *Service) Attach(log Log, hub Broadcaster) { s.log, s.hub = log, hub }

// Throttle blocks for as long as the person has sent too fast; the caller stops
// reading from them meanwhile. Nothing is dropped or reordered.
// A request of size bytes counts as one for each rateUnit of them.
func (s *Service) Throttle(ctx context.Context, person string, size int) error {
	return s.rates.wait(ctx, person, 1+size/rateUnit)
}

// Post asks for a draft to be posted by author. done is called once with where
// the message stands, or with a *chat.Error; it must not block. Drafts posted
// from one goroutine keep their order. Post blocks while the log is behind.
func (s *Service) Post(ctx context.Context, author chat.User, d chat.Draft, done func(chat.Posted, error)) {
	e, err := s.event(ctx, author, d)
	if err != nil {
		done(chat.Posted{}, err)
		return
	}
	err = s.log.Append(ctx, e, func(e chat.Event, err error) {
		if err != nil {
			done(chat.Posted{}, s.fault("append", err))
			return
		}
		done(chat.Posted{ID: e.ID, Room: e.Room, Seq: e.Seq, Position: e.Position, At: e.At}, nil)
	})
	if err != nil {
		done(chat.Posted{}, s.fault("append", err))
	}
}

// event checks a draft and makes the event it asks for.
func (s *Service) event(ctx context.Context, author chat.User, d chat.Draft) (chat.Event, error) {
	room, err := s.room(d.Room)
	if err != nil {
		return chat.Event{}, err
	}
	if size := bodySize(d.Body); size > s.cfg.MaxBody {
		return chat.Event{}, &chat.Error{Code: chat.CodeTooLarge, Message: fmt.Sprintf(
			"the message has %d bytes and this server takes %d; send it in parts", size, s.cfg.MaxBody)}
	}
	if depth(d.Body.JSON) > maxDepth {
		return chat.Event{}, badRequest("the message is nested deeper than %d levels", maxDepth)
	}
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return chat.Event{}, s.fault("make an ID", err)
		}
		d.ID = id.String()
	}
	if !validID(d.ID) {
		return chat.Event{}, badRequest("id must be 1 to %d visible ASCII characters; a UUIDv7 is best", chat.MaxID)
	}
	for _, ref := range []struct{ field, id string }{{"reply_to", d.ReplyTo}, {"thread", d.Thread}} {
		if err := s.refers(ctx, room, ref.field, ref.id); err != nil {
			return chat.Event{}, err
		}
	}
	return chat.Event{
		Kind: chat.MessageCreated, ID: d.ID, Author: author, At: chat.ToMillis(s.cfg.Now()),
		Room: room, Body: d.Body, ReplyTo: d.ReplyTo, Thread: d.Thread,
	}, nil
}

// refers checks that a message speaks of another one of its room.
func (s *Service) refers(ctx context.Context, room, field, id string) error {
	if id == "" {
		return nil
	}
	if !validID(id) {
		return badRequest("%s is not the ID of a message", field)
	}
	found, err := s.model.HasMessage(ctx, room, id)
	if err != nil {
		return s.fault("look up "+field, err)
	}
	if !found {
		return &chat.Error{Code: chat.CodeNotFound, Message: field + " names a message that is not in this room"}
	}
	return nil
}

// Deliver tells a batch of stored events, in log order. The log calls it from
// one goroutine.
func (s *Service) Deliver(batch []chat.Event) {
	s.mu.Lock()
	for _, e := range batch {
		if room, ok := s.rooms[e.Room]; ok && e.Kind == chat.MessageCreated {
			room.LastSeq = e.Seq
			s.rooms[e.Room] = room
		}
	}
	s.mu.Unlock()
	s.hub.Broadcast(batch)
}

// Rooms lists the rooms that user may see, by name.
func (s *Service) Rooms(chat.User) []chat.Room {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]chat.Room, 0, len(s.rooms))
	for _, r := range s.rooms {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// Team names the team.
func (s *Service) Team() chat.Team { return s.cfg.Team }

// Limits tells what the server takes.
func (s *Service) Limits() chat.Limits {
	return chat.Limits{Body: s.cfg.MaxBody, History: chat.MaxHistory}
}

// History answers a page of a room.
func (s *Service) History(ctx context.Context, r chat.HistoryRequest) (chat.History, error) {
	room, err := s.room(r.Room)
	if err != nil {
		return chat.History{}, err
	}
	if r.Before != 0 && r.After != nil {
		return chat.History{}, badRequest("history takes before or after, not both")
	}
	if r.Limit < 0 {
		return chat.History{}, badRequest("limit must not be negative")
	}
	r.Room = room
	page, err := s.model.History(ctx, r)
	if err != nil {
		return chat.History{}, s.fault("read history", err)
	}
	return page, nil
}

// room resolves what a client calls a room, by ID or name with or without "#".
func (s *Service) room(called string) (string, error) {
	if called == "" {
		return chat.GeneralRoom, nil
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if _, ok := s.rooms[called]; ok {
		return called, nil
	}
	name := strings.TrimPrefix(called, "#")
	for id, r := range s.rooms {
		if r.Name == name {
			return id, nil
		}
	}
	return "", &chat.Error{Code: chat.CodeUnknownRoom, Message: "there is no such room, or it is not yours to see"}
}

// fault keeps what people are told apart from what the host's log is told.
func (s *Service) fault(doing string, err error) error {
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
