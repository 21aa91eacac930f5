package cli

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// member is one of several teams that are open in one window, as the screen has it: a
// tui.Client that may still be on its way.
type member struct {
	// set once
	account Account
	tokens  *source
	name    string // of the program
	log     *slog.Logger
	caught  func(value any, stack []byte) // of a panic
	ends    []func() error
	folder  folder
	desk    *unsent
	walk    *caught
	read    map[string]uint64 // what was marked as read when a program was killed
	words   strings.Builder   // what could not be kept, when it is closed
	texts   []tui.Unsent
	dropped []string
	notices []string

	ready chan struct{} // closed when it is known which of these there is
	conn  *client.Client
	err   error
}

// prepare makes an account's folder ready, which takes no time worth mentioning.
func prepare(a Account, tokens *source, fallen *fall, o Options) *member {
	m := &member{account: a, tokens: tokens, name: "hobnob/" + o.Version, ready: make(chan struct{}), log: slog.New(slog.DiscardHandler)}
	m.caught = fallen.caught(a, m.log)
	folder, err := chatFolder(a)
	if err != nil {
		m.err = err
		return m
	}
	if m.folder = folder; folder.note != "" {
		m.notices = append(m.notices, folder.note)
	}
	m.ends = append(m.ends, folder.end)
	log, closeLog, err := openLog(filepath.Join(folder.dir, logName))
	if err != nil {
		m.err = err
		return m
	}
	m.log, tokens.log, m.caught = log, log, fallen.caught(a, log)
	m.ends = append(m.ends, closeLog)
	m.dropped = droppedIn(folder.dir)
	desk, texts, err := openUnsent(folder.dir, log)
	if err != nil {
		m.notices = append(m.notices, notKept(err))
	}
	m.desk, m.texts, m.notices = desk, texts, append(m.notices, desk.found()...)
	desk.words, desk.passing = &m.words, folder.note != ""
	m.ends = append(m.ends, desk.close)
	m.walk, m.read = openCaught(folder.dir, log)
	m.ends = append(m.ends, m.walk.close)
	return m
}

// config is the team's screen.
func (m *member) config(l look, o Options) tui.Config {
	l.Notices = append(slices.Clip(l.Notices), m.notices...)
	c := l.team(m, m.tokens, m.account, o)
	if m.desk != nil {
		c.Keeper, c.Unsent, c.Kept, c.Write.Editor = m.desk, m.texts, m.desk.since, m.desk.editor
	}
	if m.walk != nil {
		c.Caught = m.walk.mark
	}
	c.Remember, c.Front = m.Remember, o.front.of(m.account)
	return c
}

// open opens the cache and the outbox. It is called once.
func (m *member) open(ctx context.Context) {
	defer close(m.ready)
	if m.err != nil {
		return
	}
	m.conn, m.err = client.Open(ctx, client.Config{
		Server: m.account.Server, Token: m.tokens.get, Renewed: m.tokens.keeper(), Dir: m.folder.dir, Passing: m.folder.note != "", Name: m.name, Device: device, Logger: m.log, Read: m.read,
		Dropped: m.dropped, Dropping: m.desk.Dropped, Panicked: m.caught,
	})
	if m.err == nil && m.desk != nil {
		m.desk.follows(m.conn.Kept)
	}
	if m.err != nil {
		m.err = notOpened(m.folder.dir, m.err)
	}
}

// live keeps the connection, and tells what it tells, until close is called.
func (m *member) live(ctx context.Context, tell func(chat.Update)) {
	if m.err != nil {
		m.log.Error("open", "err", m.err)
		tell(chat.Connection{State: chat.Offline, Reason: m.err.Error()})
		tell(chat.Noticed{Text: unopened(m.err)})
		return
	}
	var work sync.WaitGroup
	defer work.Wait()
	work.Go(guarded(m.caught, func() {
		if err := m.conn.Run(context.WithoutCancel(ctx)); err != nil { // until close: what was read is told last
			m.log.Error("connection", "err", err)
		}
	}))
	for u := range m.conn.Updates() {
		m.tokens.learn(u) // before the screen can ask to reconnect
		tell(u)
	}
}

// notOpened says why what is kept in a folder cannot be opened, and what to do about it.
func notOpened(dir string, err error) error {
	hint := ""
	if errors.Is(err, client.ErrHeld) {
		hint = "end what has cache.db there open for itself, an SQLite shell or a backup, and start again"
	}
	return exit.New(exit.Storage, hint, "what you read and wrote in %s cannot be opened: %w", dir, err)
}

// unopened says on the screen why a team is not there.
func unopened(err error) string {
	says := "this team could not be opened: " + err.Error()
	if e, ok := errors.AsType[*exit.Error](err); ok && e.Hint != "" {
		says += "\n" + e.Hint
	}
	return says
}

// close ends what was opened, and live with it.
func (m *member) close() (err error) {
	<-m.ready
	if m.conn != nil {
		m.walk.tell(m.conn.MarkRead)
		err = m.conn.Close()
		m.walk.remains(m.conn.Untold())
	}
	for _, end := range slices.Backward(m.ends) {
		err = errors.Join(err, end())
	}
	return err
}

// parts adds to what is said in the end, when the team is closed.
func (m *member) parts(p *parting, signedOut bool) {
	p.words.WriteString(m.words.String())
	if m.conn != nil {
		p.of(m.conn, m.folder, signedOut)
	}
}

// now is the connection, or why there is none at this moment.
func (m *member) now() (connection, error) {
	select {
	case <-m.ready:
		return connection{m.conn, m.tokens, m.desk}, m.err
	default:
		return connection{}, errors.New("this team is still being opened; try again in a moment")
	}
}

// soon is now for who may wait.
func (m *member) soon(ctx context.Context) (connection, error) {
	select {
	case <-m.ready:
		return m.now()
	case <-ctx.Done():
		return connection{}, ctx.Err()
	}
}

// Enqueue implements tui.Client, as do those below.
func (m *member) Enqueue(d chat.Draft) error {
	c, err := m.now()
	if err != nil {
		return err
	}
	return c.Enqueue(d)
}

// Older waits until the team is open.
func (m *member) Older(ctx context.Context, room string, before uint64, limit int) (chat.History, error) {
	c, err := m.soon(ctx)
	if err != nil {
		return chat.History{}, err
	}
	return c.Older(ctx, room, before, limit)
}

// Ask waits until the team is open.
func (m *member) Ask(ctx context.Context, request string, arg, out any) error {
	c, err := m.soon(ctx)
	if err != nil {
		return err
	}
	return c.Ask(ctx, request, arg, out)
}

// Retry sends a draft again.
func (m *member) Retry(id string) error {
	c, err := m.now()
	if err != nil {
		return err
	}
	return c.Retry(id)
}

// Drop forgets a draft.
func (m *member) Drop(id string) error {
	c, err := m.now()
	if err != nil {
		return err
	}
	return c.Drop(id)
}

// TakeBack waits until the team is open.
func (m *member) TakeBack(ctx context.Context, id string) error {
	c, err := m.soon(ctx)
	if err != nil {
		return err
	}
	return c.TakeBack(ctx, id)
}

// Remember keeps a line that was sent. It does nothing before the team is open: nothing is sent
// then.
func (m *member) Remember(in chat.Input) {
	if c, err := m.now(); err == nil {
		c.Remember(in)
	}
}

// Reconnect does nothing where there is nothing yet that could.
func (m *member) Reconnect() {
	if c, err := m.now(); err == nil {
		c.Reconnect()
	}
}

// MarkRead does nothing before a room is known.
func (m *member) MarkRead(room string, seq uint64) {
	if c, err := m.now(); err == nil {
		c.MarkRead(room, seq)
	}
}
