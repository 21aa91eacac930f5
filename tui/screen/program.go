package screen

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Terminal is where a program is drawn and whose keys it reads.
type Terminal struct {
	In, Out *os.File // os.Stdin and os.Stdout if nil
	Environ []string // os.Environ() if nil

	// Panicked is told of a panic, by the goroutine that panicked, when the terminal is as
	// it was. What Bubble Tea runs it then ends, as ever. Nil for nobody.
	Panicked func(value any, stack []byte)

	// Ended is closed when the program has to end, as the context that it was given ends. A
	// terminal that takes nothing any more is waited for until then, and a moment longer.
	// If it is nil, for ever.
	Ended <-chan struct{}
}

// Program is a Bubble Tea program that draws on demand. Make it with New.
type Program struct {
	tea  *tea.Program
	loop *loop // nil if Bubble Tea draws
}

// noInput is what Bubble Tea reads, and what it runs something with: nothing. The
// terminal is read here.
type noInput struct{}

func (noInput) Read([]byte) (int, error) { return 0, io.EOF }

// New makes a program. It has the whole screen: a View's AltScreen is not looked at.
// Options must not set a filter, a renderer, an input or an output. What tea.Exec runs has
// to know the terminal itself: it is given no input.
func New(model tea.Model, t Terminal, options ...tea.ProgramOption) *Program {
	if t.In == nil {
		t.In = os.Stdin
	}
	if t.Out == nil {
		t.Out = os.Stdout
	}
	if t.Environ == nil {
		t.Environ = os.Environ()
	}
	options = append(options, tea.WithOutput(t.Out), tea.WithEnvironment(t.Environ))
	if !ours || !term.IsTerminal(t.In.Fd()) || !term.IsTerminal(t.Out.Fd()) {
		return &Program{tea: tea.NewProgram(model, append(options, tea.WithInput(t.In))...)}
	}
	profile := Profile(t.Out, t.Environ)
	l := &loop{inner: model, terminal: newTerminal(t, profile), panicked: t.Panicked, ended: t.Ended}
	width, height := l.terminal.size()
	p := tea.NewProgram(l, append(options, tea.WithInput(noInput{}),
		tea.WithoutRenderer(), tea.WithFPS(1), // its ticker has nothing to do, and cannot tick more slowly
		tea.WithColorProfile(profile), tea.WithWindowSize(width, height), tea.WithFilter(l.filter))...)
	l.pace = newPace(func() { l.alone(func() { p.Send(frame{}) }) })
	return &Program{tea: p, loop: l}
}

// Send gives the program a message. It waits until the program takes it, and returns
// at once when the program has ended. It is safe from any goroutine.
func (p *Program) Send(msg tea.Msg) { p.tea.Send(msg) }

// Run runs the program until it ends, and gives the terminal back.
func (p *Program) Run() (tea.Model, error) {
	if p.loop == nil {
		return p.tea.Run()
	}
	l := p.loop
	defer l.terminal.outlet.close()
	stop := l.terminal.giveUpWhen(l.ended)
	defer stop()
	if err := l.terminal.take(); err != nil {
		return l.inner, err
	}
	defer l.terminal.giveBack()
	defer l.pace.stop()
	unwatch := l.terminal.watch(func(size tea.WindowSizeMsg) { l.alone(func() { p.tea.Send(size) }) })
	defer unwatch()
	var err error
	if l.reader, err = newReader(l.terminal.in, p.tea.Send, l.alone); err != nil {
		return l.inner, err
	}
	l.reader.owes(l.terminal.asks)
	var gone error // why the terminal is not read any more
	l.reader.start(func(err error) {
		if !errors.Is(err, io.EOF) {
			gone = fmt.Errorf("the terminal cannot be read any more: %w", err)
		}
		p.tea.Quit()
	})
	_, err = p.tea.Run()
	for _, words := range l.reader.stop() {
		l.inner, _ = l.inner.Update(words) // to be kept, and no more
	}
	if err == nil {
		err = gone
	}
	return l.inner, err
}

// Restore gives the terminal back at once, whatever the program does. It is for who ends
// the process. It is safe from any goroutine.
func (p *Program) Restore() {
	if p.loop != nil {
		p.loop.terminal.giveBack()
	}
}

// frame says that it is time to draw.
type frame struct{}

// done is a message that was acted on here, and that Bubble Tea is not to act on.
type done struct{ msg tea.Msg }

// loop is the model that Bubble Tea has: the one it was given, and when that is drawn.
type loop struct {
	inner    tea.Model
	terminal *terminal
	ended    <-chan struct{}
	reader   *reader
	pace     *pace
	panicked func(value any, stack []byte)

	// The first frame waits for these, which Bubble Tea always sends: it would be drawn
	// twice in two frames otherwise.
	sized, coloured bool

	onMouse func(tea.MouseMsg) tea.Cmd // of the last frame
}

// Init is the model's.
func (l *loop) Init() (cmd tea.Cmd) {
	l.watch(func() { cmd = l.inner.Init() })
	return l.watched(cmd)
}

// Update is the model's, with what the renderer has to know of a message.
func (l *loop) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd, more tea.Cmd
	switch m := msg.(type) {
	case done:
		msg = m.msg
	case tea.WindowSizeMsg:
		// What comes as a report among the keys may be of anybody: the kernel knows.
		m.Width, m.Height = l.terminal.size()
		msg = m
		l.terminal.resize(m.Width, m.Height)
		more = l.inPixels()
		l.sized = true
		l.pace.hurry()
	case tea.ColorProfileMsg:
		l.terminal.colours(m.Profile)
		l.coloured = true
		l.pace.hurry()
	case tea.ModeReportMsg:
		l.reported(m)
	case tea.KeyPressMsg, tea.PasteMsg:
		l.pace.hurry()
	case tea.MouseMsg:
		l.pace.hurry()
		if l.onMouse != nil {
			more = l.onMouse(m)
		}
	default:
		switch kindOf(msg) {
		case clears:
			l.terminal.erase()
			l.pace.hurry()
		case suspends, executes: // and that is over
			more = l.back()
		}
	}
	l.watch(func() { l.inner, cmd = l.inner.Update(msg) })
	cmd = l.watched(tea.Batch(cmd, more))
	return l, cmd
}

// inPixels tells how large the terminal is in pixels, where the kernel knows: not all answer
// that, and who is at the other end of what answers need not be who draws.
func (l *loop) inPixels() tea.Cmd {
	width, height := l.terminal.pixels()
	if width <= 0 || height <= 0 {
		return nil
	}
	return func() tea.Msg { return uv.PixelSizeEvent{Width: width, Height: height} }
}

// reported takes the answers to what take asked.
func (l *loop) reported(m tea.ModeReportMsg) {
	switch m.Mode {
	case ansi.ModeSynchronizedOutput:
		if m.Value == ansi.ModeReset {
			l.terminal.synchronize()
		}
	case ansi.ModeUnicodeCore:
		if m.Value == ansi.ModeReset || m.Value == ansi.ModeSet || m.Value == ansi.ModePermanentlySet {
			l.terminal.measureGraphemes()
		}
	}
}

// back takes the terminal again, which may have another size.
func (l *loop) back() tea.Cmd {
	if err := l.terminal.take(); err != nil {
		return tea.Quit // it is gone, and nobody can type
	}
	l.reader.resume()
	l.pace.hurry()
	return func() tea.Msg {
		width, height := l.terminal.size()
		return tea.WindowSizeMsg{Width: width, Height: height}
	}
}

// View draws, or sees to it that it is drawn soon. What it returns is drawn by nobody.
func (l *loop) View() tea.View {
	if l.sized && l.coloured && l.pace.due() {
		l.draw()
	}
	return tea.View{}
}

func (l *loop) draw() {
	l.pace.begins()
	l.watch(func() {
		v := l.inner.View()
		l.onMouse = v.OnMouse
		l.terminal.draw(v)
	})
	l.pace.ends()
	if at := l.terminal.later(); !at.IsZero() {
		l.pace.later(at)
	}
}

// filter sees each message before Bubble Tea does.
func (l *loop) filter(_ tea.Model, msg tea.Msg) tea.Msg {
	if _, ok := msg.(frame); ok {
		if l.pace.rings() {
			l.draw()
		}
		return nil
	}
	switch kindOf(msg) {
	case suspends, executes:
		l.reader.pause()
		l.terminal.giveBack()
	case asksSize:
		width, height := l.terminal.size()
		return tea.WindowSizeMsg{Width: width, Height: height}
	default:
		if l.terminal.pictured(msg) {
			return done{msg}
		}
		if say := sayings[kindOf(msg)]; say != nil {
			what := say(msg)
			l.reader.owes(questions(what))
			l.terminal.write(what)
			return done{msg}
		}
	}
	return msg
}

// watch runs something of the model's, and gives the terminal back if that panics. The
// panic goes on: it is for Bubble Tea to end the program.
func (l *loop) watch(f func()) {
	well := false
	defer func() {
		if well {
			return
		}
		l.terminal.giveBack()
		if value := recover(); value != nil {
			l.tell(value)
			panic(value)
		}
	}()
	f()
	well = true
}

// alone runs something in a goroutine that Bubble Tea knows nothing of.
func (l *loop) alone(f func()) {
	defer func() {
		if value := recover(); value != nil {
			l.terminal.giveBack()
			if l.panicked == nil {
				panic(value)
			}
			l.tell(value)
		}
	}()
	f()
}

// tell says what panicked.
func (l *loop) tell(value any) {
	if l.panicked != nil {
		l.panicked(value, debug.Stack())
	}
}

// watched watches a command, and all that come of it.
func (l *loop) watched(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		l.watch(func() { msg = cmd() })
		switch kindOf(msg) {
		case batches, sequences:
			several := reflect.ValueOf(msg)
			all := reflect.MakeSlice(several.Type(), 0, several.Len())
			for _, one := range several.Seq2() {
				if c, ok := reflect.TypeAssert[tea.Cmd](one); ok && c != nil {
					all = reflect.Append(all, reflect.ValueOf(l.watched(c)))
				}
			}
			msg = all.Interface()
		}
		return msg
	}
}
