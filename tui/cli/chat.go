package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/screen"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// atHand is how long the screen may be kept back until the token is known: what
// a keyring that is open needs, and less than a person notices.
const atHand = 200 * time.Millisecond

// Chat opens the screen of an account and returns when its user has left it or
// ctx ends. What is in the outbox then is sent the next time.
func Chat(ctx context.Context, a Account, o Options) error {
	return open(ctx, a, o, o.source(a))
}

// open is Chat with a token that may be known already.
//
// The token is asked for before the screen opens: that there is none, or no
// keyring, is then said in one sentence on a terminal that still scrolls. An
// answer that takes its time, since a keyring asks for a password, is waited for
// by the connection, behind a screen that shows what is cached.
func open(ctx context.Context, a Account, o Options, tokens *source) (err error) {
	o.leaving, o.parting = new(signOuts), new(parting)
	if o.folder, err = chatFolder(a); err != nil {
		return err
	}
	if note := o.folder.note; note != "" {
		o.Notices = append(slices.Clip(o.Notices), note)
	}
	log, closeLog, err := openLog(filepath.Join(o.folder.dir, logName))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeLog(), o.folder.end()) }()

	tokens.log = log
	live, stop := context.WithCancel(ctx)
	fallen := newFall(stop)
	defer func() { err = fallen.over(err) }()
	caught := fallen.caught(a, log)
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	asked, late := make(chan error, 1), time.NewTimer(atHand)
	defer late.Stop()
	work.Go(guarded(caught, func() {
		err := errors.New("the token was not read") // unless it is
		defer func() { asked <- err }()
		_, err = tokens.get(live)
	}))
	o.desk = new(atomic.Pointer[unsent])
	walk, read := openCaught(o.folder.dir, log)
	defer func() { err = errors.Join(err, walk.close()) }()
	o.walk = walk
	conn, err := client.Open(ctx, client.Config{
		Read:   read,
		Server: a.Server, Token: tokens.get, Renewed: tokens.keeper(), Dir: o.folder.dir, Passing: o.folder.note != "", Name: "hobnob/" + o.Version, Device: device, Logger: log,
		Dropped: droppedIn(o.folder.dir), Dropping: func(ctx context.Context) { o.desk.Load().Dropped(ctx) }, Panicked: caught,
	})
	if err != nil {
		return notOpened(o.folder.dir, err)
	}
	select {
	case err = <-asked:
	case <-late.C:
		select { // both may be there, where the cache was slow to open
		case err = <-asked:
		default:
		}
	}
	if err = ended(ctx, err); err == nil && ctx.Err() == nil {
		show := run
		if o.Plain {
			show = runPlain
		}
		err = show(live, conn, tokens, &work, fallen, log, a, o)
	}
	walk.tell(conn.MarkRead)
	err = errors.Join(err, conn.Close()) // while it is connected: the server is told what was read
	walk.remains(conn.Untold())
	stop()
	o.parting.of(conn, o.folder, o.leaving.over(a))
	return errors.Join(o.parting.say(err), o.leaving.signOut(ctx, o))
}

// run shows the screen until its user has left it or ctx ends. What it starts
// in work ends when conn is closed.
func run(ctx context.Context, conn *client.Client, tokens *source, work *sync.WaitGroup, fallen *fall, log *slog.Logger, a Account, o Options) (err error) {
	look, err := newLook(o)
	if err != nil {
		return err
	}
	desk, texts, err := openUnsent(o.folder.dir, log)
	if err != nil {
		look.Notices = append(slices.Clip(look.Notices), notKept(err))
	}
	desk.words, desk.passing = &o.parting.words, o.folder.note != ""
	look.Notices = append(slices.Clip(look.Notices), desk.found()...)
	desk.follows(conn.Kept)
	o.desk.Store(desk)
	defer func() { err = errors.Join(err, desk.close()) }() //nolint:contextcheck // it writes also when ctx has ended
	config := look.team(connection{conn, tokens, desk}, tokens, a, o)
	config.Write.Editor = desk.editor
	config.Keeper, config.Unsent, config.Kept, config.SignOut, config.Caught = desk, texts, desk.since, o.leaving.of(a), o.walk.mark
	config.Remember = conn.Remember
	caught := fallen.caught(a, log)
	if o.all { // others may come
		o.front = newFront()
		o.front.of(a)()
		work.Go(guarded(caught, func() { o.front.run(ctx.Done()) }))
	}
	more := newComings(o, look, &queue{turn: make(chan struct{}, 1)}, fallen, []*coming{{account: a, close: conn.Close}})
	config.Seek, config.Part, config.Front = more.seeks(), more.parts(0, a), o.front.of(a)
	window := tui.NewWindow(config)
	program := screen.New(window, screen.Terminal{Ended: ctx.Done(), Panicked: caught}, tea.WithContext(ctx), tea.WithoutSignalHandler())
	fallen.has(program.Restore)
	fallen.heeds()
	desk.tells(func(n chat.Noticed) { program.Send(window.For(0, n)) })
	stop := more.start(ctx, work, caught, window, program.Send)
	defer stop()
	work.Go(guarded(caught, func() {
		if err := conn.Run(context.WithoutCancel(ctx)); err != nil { // until it is closed: what was read is told last
			log.Error("connection", "err", err)
		}
	}))
	work.Go(guarded(caught, func() {
		for update := range conn.Updates() {
			tokens.learn(update)                // before the screen can ask to reconnect
			program.Send(window.For(0, update)) // returns at once when the program has ended
		}
	}))
	work.Go(guarded(caught, func() {
		for {
			select {
			case line := <-o.News:
				program.Send(window.For(0, line))
			case <-ctx.Done():
				return
			}
		}
	}))
	_, err = program.Run()
	window.Leave()
	keepRoom(a.state(), window.Shown(0), log)
	stop()
	return errors.Join(ended(ctx, err), more.left(o.parting))
}

// look is what a screen is like, whatever team it shows.
type look tui.Config

// newLook is what the environment and the files say of it.
func newLook(o Options) (l look, err error) {
	if l.Background, l.Fixed, err = background(os.Getenv); err != nil {
		return l, err
	}
	if l.Alerts, l.NotifyBy, err = alerts(os.Getenv); err != nil {
		return l, err
	}
	l.Images = images(os.Getenv)
	l.FirstTime = firstTime() // before a file is written
	l.Set = loadConfig()
	files := userThemes()
	var wrong []string
	l.Themes = files
	l.Scheme, wrong = files.of(&l.Set)
	l.Notices = slices.Concat(o.Notices, settings.Told(wrong), behind())
	return l, nil
}

// team is the screen of an account.
func (l look) team(c tui.Client, tokens *source, a Account, o Options) tui.Config {
	t := tui.Config(l)
	t.Client, t.Server, t.Team, t.You = c, a.Server, a.Team.Name, a.User
	t.Hosting, t.Ways, t.Write, t.Invite = o.Hosting, a.waysBack(), writingHelp(a, o, tokens), inviter(a, o, tokens)
	t.Room, t.Shell = lastRoom(a.state()), hasShell
	t.Files = chatFiles(seatIn(a, o, tokens))
	return t
}

// notKept is said where drafts cannot be kept.
func notKept(err error) string {
	return "what you were writing last is not at hand, and what you write now is not kept: " + err.Error()
}

// inviter is what makes a join line in the chat of an account.
func inviter(a Account, o Options, tokens *source) func(context.Context, bool) (chat.Invite, error) {
	if o.Invite != nil {
		return o.Invite
	}
	var i invited
	return func(ctx context.Context, another bool) (chat.Invite, error) {
		token, err := tokens.get(ctx)
		if err != nil {
			return chat.Invite{}, err
		}
		return i.line(ctx, a.Server, token, another, time.Now())
	}
}

// connection is the client as the screen has it: who wants to reconnect also
// wants the keyring to be asked again, and what is dropped may be what is being written now.
type connection struct {
	*client.Client
	tokens *source
	desk   *unsent // nil where nothing is kept
}

// Reconnect implements tui.Client.
func (c connection) Reconnect() {
	c.tokens.retry()
	c.Client.Reconnect()
}

// ended tells a screen that failed from one that was told to end.
func ended(ctx context.Context, err error) error {
	told := ctx.Err() != nil || errors.Is(err, tea.ErrInterrupted)
	if !told {
		return err
	}
	return nil
}

// logName is the client's log in the state folder of an account.
const logName = "client.log"

// maxLog is how large the client's log grows, in bytes, before it begins anew.
const maxLog = 1 << 20

// openLog opens the client's own log, since the terminal is taken.
func openLog(path string) (*slog.Logger, func() error, error) {
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if info, err := os.Stat(path); err == nil && info.Size() > maxLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, nil, exit.New(exit.Storage, "", "%s cannot be written: %w", path, err)
	}
	return slog.New(slog.NewTextHandler(f, nil)), f.Close, nil
}
