package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Config says which server, as whom, and where what is kept is kept.
type Config struct {
	Server string                                    // http(s)://host[:port][/path]
	Token  func(ctx context.Context) (string, error) // asked at every attempt; ErrNoToken when there is none
	Dir    string                                    // state folder of this account; made when it is not there
	Name   string                                    // name and version of the program
	Device func() string                             // name of this machine, asked at every attempt; nil for none. Its user sees both
	TLS    *tls.Config                               // nil for the system's certificates
	Logger *slog.Logger                              // nil for none; tokens and texts are never logged

	// Renewed is handed the successor of a token that ends soon, and returns when
	// it is where Token will find it; or with an error, which it does soon when ctx
	// ends, and the old one is used on. Nil where none can be kept: then none is
	// asked for.
	Renewed func(ctx context.Context, token string) error

	// Read is how far the user has read rooms, of which the server was perhaps not told: by
	// a program that was killed, or see Untold.
	Read map[string]uint64

	// Dropped are drafts that a program had dropped that was killed: they may be on the disk still.
	Dropped []string

	// Dropping returns when what the user makes of drafts that were dropped is kept, or ctx
	// ends: only then they are taken off the disk. A goroutine of the client calls it. Nil
	// where nothing is made of them.
	Dropping func(ctx context.Context)

	// Panicked is told of a panic by the goroutine of the client that panicked, which
	// then ends: nothing works any more but Close. It must not wait for the client. Nil
	// to let it end the process.
	Panicked func(value any, stack []byte)

	// Passing: nothing in Dir outlives the process.
	Passing bool

	// For tests.
	dial   func(ctx context.Context, network, addr string) (net.Conn, error)
	random func() float64
}

// Client is one account on one server. Its methods are safe from any goroutine.
type Client struct {
	// set once
	peer
	cfg       Config
	log       *slog.Logger
	cache     *cache
	feed      *feed
	outbox    *outbox
	keeper    keeper
	marks     *marks
	inputs    *inputs
	updates   chan chat.Update
	loaded    chan struct{} // closed when the pump has told what the cache has
	reconnect chan struct{} // capacity 1
	endPump   context.CancelFunc
	healing   func()        // heal, whoever has no patience any more
	pumped    chan struct{} // closed when the pump returned

	// written by the pump before loaded is closed, then owned by the caller of Run
	view view

	// owned by the renewing of the one connection
	renewAgain time.Time // no successor is asked for before

	// owned by the goroutine that keeps, then by the caller of Close
	spare *spare

	unread map[string]uint64 // written by Close: see Untold

	telling sync.Mutex
	notKept string // guarded by telling: what was told of drafts that are not on disk

	mu      sync.Mutex
	closed  bool
	endRun  context.CancelFunc // nil when Run does not run
	running sync.WaitGroup
	session *session // resumed, or nil
	close   sync.Once
}

// Open opens the cache and the outbox, without any network. What they have is
// told at once, whether Run is called or not. It waits some seconds for another program
// that holds the database; the error is ErrHeld then.
func Open(ctx context.Context, cfg Config) (*Client, error) {
	at, err := endpoint(cfg.Server)
	if err != nil {
		return nil, err
	}
	if cfg.Token == nil {
		return nil, errors.New("client: no Token function")
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	store, k, err := readyCache(ctx, cfg.Dir, cfg.Logger)
	if busy(err) {
		err = &diskError{ErrHeld.Error(), errors.Join(ErrHeld, err)}
	}
	if err != nil {
		return nil, err
	}
	for room, seq := range cfg.Read {
		if k.marks == nil {
			k.marks = make(map[string]uint64)
		}
		k.marks[room] = max(k.marks[room], seq)
	}
	go cfg.guard(func() { store.write(context.WithoutCancel(ctx)) }) // close ends it
	pumpCtx, endPump := context.WithCancel(context.WithoutCancel(ctx))
	f := newFeed()
	c := &Client{
		peer: peer{at, cfg.Name, cfg.TLS, cfg.dial}, cfg: cfg, log: cfg.Logger, cache: store, feed: f,
		outbox: newOutbox(f, k.drafts, cfg.random), marks: newMarks(k.marks), inputs: newInputs(k.forgot),
		updates: make(chan chat.Update), loaded: make(chan struct{}), reconnect: make(chan struct{}, 1),
		keeper: newKeeper(), spare: newSpare(cfg.Dir),
		endPump: endPump, pumped: make(chan struct{}),
		view: view{position: k.position, shown: make(map[string]uint64), who: k.who, known: k.known},
	}
	c.healing = func() { c.heal(context.WithoutCancel(ctx)) }
	c.marks.over(k.who.Rooms)
	c.dropAgain(cfg.Dropped)
	go cfg.guard(func() { c.pump(pumpCtx, k) })
	go cfg.guard(c.keep)
	go cfg.guard(c.yieldDropped)
	go cfg.guard(c.keepInputs)
	return c, nil
}

// guard does something that is a goroutine of its own.
func (c *Config) guard(do func()) {
	if c.Panicked != nil {
		defer func() {
			if value := recover(); value != nil {
				c.Panicked(value, debug.Stack())
			}
		}()
	}
	do()
}

// Updates tells what the cache has, then what the network brings. There is one
// consumer. It may be slow, but it has to go on taking: until it has taken what
// the cache has, Run does not dial. It is closed by Close.
func (c *Client) Updates() <-chan chat.Update { return c.updates }

// Enqueue takes a draft to be sent, in the order of the calls, and waits for nothing: it
// is in memory, and on disk within milliseconds, also where another program holds the
// database. It goes to the server when it is on disk, see Kept. What a full or broken disk
// does not take is sent all the same while there is a connection, which a Noticed says. An
// empty ID, At or Room is filled in; the first DraftChanged has them.
func (c *Client) Enqueue(d chat.Draft) error {
	if d.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("draft: %w", err)
		}
		d.ID = id.String()
	}
	if d.At.IsZero() {
		d.At = clock()
	}
	if d.Room == "" {
		d.Room = chat.GeneralRoom
	}
	if len(d.ID) > chat.MaxID || len(d.Body.JSON) == 0 {
		return ErrDraft
	}
	if _, err := encodeDraft(d, nil); err != nil {
		return fmt.Errorf("%w: %w", ErrDraft, err)
	}
	if c.keeper.over() {
		return ErrClosed
	}
	return c.outbox.enqueue(d)
}

// Retry sends a failed draft again, at its place in the order. It waits for nothing.
func (c *Client) Retry(id string) error {
	if !c.outbox.retry(id) {
		return ErrUnknownDraft
	}
	return nil
}

// Drop removes a draft from the outbox for good, and waits for nothing: it is off the disk
// a moment later, after Config.Dropping. One that is on the wire, or in the hands of another
// process, may be posted all the same: see TakeBack. Nothing is told of it any more.
func (c *Client) Drop(id string) error {
	if !c.outbox.drop(id) {
		return ErrUnknownDraft // perhaps it was sent meanwhile
	}
	select {
	case c.keeper.yield <- struct{}{}:
	default:
	}
	return nil
}

// Waiting is how many drafts are to be sent: those on the wire are among them,
// those the server refused are not. What is waiting after Close is sent by the
// next client on the folder.
func (c *Client) Waiting() int { return c.outbox.waiting() }

func (c *Client) connected() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.session != nil
}

// Reconnect ends the pause before the next attempt, or the rest after a refusal.
// While there is a connection it does nothing.
func (c *Client) Reconnect() {
	if c.connected() {
		return
	}
	select {
	case c.reconnect <- struct{}{}:
	default:
	}
}

// Close ends Run and waits for it, saves what is queued, and closes Updates. It waits a
// moment for the server to know what was read; what it does not know is told by the next
// client on the folder, which also sends what is still in the outbox.
func (c *Client) Close() error {
	var err error
	c.close.Do(func() {
		refused := c.settleMarks()
		c.mu.Lock()
		c.closed = true
		if c.endRun != nil {
			c.endRun()
		}
		c.mu.Unlock()
		c.running.Wait()
		c.endPump()
		<-c.pumped
		c.endKeeping()
		c.endMarks(refused)
		c.endInputs()
		err = c.cache.close()
		c.healing()
	})
	return err
}

// pump hands updates to the consumer.
func (c *Client) pump(ctx context.Context, k kept) {
	defer close(c.pumped)
	defer close(c.updates)
	if !c.pumpKept(ctx, k) {
		return
	}
	close(c.loaded)
	for {
		u, ok := c.feed.take()
		if !ok {
			select {
			case <-c.feed.filled:
				continue
			case <-ctx.Done():
				return
			}
		}
		if !c.hand(ctx, u) {
			return
		}
	}
}

func (c *Client) hand(ctx context.Context, u chat.Update) bool {
	select {
	case c.updates <- u:
		return true
	case <-ctx.Done():
		return false
	}
}

// pumpKept tells what the cache has. Rooms are read one by one as the consumer
// takes them, so that the first is on screen before the last is read.
func (c *Client) pumpKept(ctx context.Context, k kept) bool {
	if k.known && !c.hand(ctx, k.who) {
		return false
	}
	for _, room := range k.rooms {
		messages, ok, err := c.cache.before(ctx, room, newest, firstPage)
		if err != nil && ctx.Err() == nil {
			c.cache.complain(err)
		}
		if !ok {
			continue // it is fetched like one that was never seen
		}
		c.view.shown[room] = messages[len(messages)-1].Seq
		for _, m := range messages {
			if k.known && m.From.ID == k.who.You.ID {
				c.outbox.settleQuietly(m.ID) // another process had its message since
			}
		}
		if !c.hand(ctx, chat.Reloaded{Room: room, Messages: slices.Clip(messages), More: messages[0].Seq > 1}) {
			return false
		}
	}
	for _, u := range c.outbox.kept() {
		if !c.hand(ctx, u) {
			return false
		}
	}
	return c.pumpInputs(ctx)
}

// firstPage is how many messages of a room are told from the cache.
const firstPage = 200

// tell waits until the feed has room.
func (c *Client) tell(ctx context.Context, u chat.Update) {
	if c.feed.wait(ctx.Done()) {
		c.feed.push(u)
	}
}

// online tells that what is shown is current.
func (c *Client) online() {
	c.feed.push(chat.Connection{State: chat.Online})
	select {
	case <-c.reconnect: // asked for while we were already connecting
	default:
	}
}

func (c *Client) setSession(s *session) {
	c.mu.Lock()
	c.session = s
	c.mu.Unlock()
}

// pause waits for d, or for ever when d is negative, or until Reconnect is
// called, which it reports.
func (c *Client) pause(ctx context.Context, d time.Duration) (asked bool) {
	var over <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-over:
	case <-ctx.Done():
	case <-c.reconnect:
		return true
	}
	return false
}
