package tui

import (
	"context"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/layout"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/members"
	"github.com/hobnob-chat/hobnob/tui/notify"
	"github.com/hobnob-chat/hobnob/tui/sidebar"
	"github.com/hobnob-chat/hobnob/tui/status"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
	"github.com/hobnob-chat/hobnob/tui/unread"
)

// Model is the screen. Make it with New.
type Model struct {
	// Set once.
	client  Client
	server  string
	keys    keymap.Map
	now     func() time.Time
	hosting bool
	shell   func() bool // Config.Shell
	ways    []Way
	keeper  Keeper
	caught  func(room string, seq uint64)
	keeps   func(in chat.Input) // Config.Remember
	base    *keymap.Map         // nil for that of the preset

	// What is set, and may be set anew (setting.go).
	set    Settings
	preset string
	helps  Writing

	newInvite func(ctx context.Context, another bool) (chat.Invite, error)
	signOut   func() // nil if there is nothing to sign out of
	part      func() // Config.Part

	window *Window // the teams beside it (teams.go), nil if it is alone
	number int     // which of them it is
	id     int     // which it is in its Window, whatever comes and goes
	seek   func()  // Config.Seek
	front  func()  // Config.Front
	hidden bool    // another one is shown

	// The terminal.
	terminal theme.Terminal
	theme    *theme.Theme
	width    int
	height   int
	areas    layout.Areas
	mouse    bool

	unsettled bool // something was told that the panes do not have yet
	settling  bool // and it was said when they get it
	fixed     bool // its background was told, and is not asked for

	// What is known.
	you        chat.User
	team       string
	rooms      []chat.Membership    // in the order of the sidebar
	roomAt     map[string]int       // where there each is
	room       string               // ID of the room that is shown
	last       string               // and of the one before it
	showing    string               // that the keeper knows of
	opened     chat.Room            // the one that was shown last time, as it was called
	wanted     wanted               // one that is to be shown as soon as the user is in it
	going      *going               // the way to one that was asked for, nil for none
	meant      map[string]meant     // what was written for one that did not open, by place
	begun      begun                // a letter that did something, and may begin a word
	takenBack  map[string]bool      // drafts that the client was asked to take back
	stays      string               // ID of one that it did not
	requests   []tea.Cmd            // for a room, that wait for the first connection
	parting    wanted               // one that the user asked to leave
	parted     string               // the one that is shown, if it was said that they are out of it
	gone       map[string]chat.Room // those they were in, and are no longer
	unread     unread.Book
	barred     []barred // what was said of rooms in which nothing can be written
	reach      map[string]chat.Presence
	names      *markup.Names // of people and rooms, that mean something in a text
	typing     typing
	focused    bool // the terminal has the focus, as far as is known
	folded     bool // the sidebar is away, as the user wants
	limits     chat.Limits
	signIns    []chat.Session // as they were shown last
	device     string         // the setting; "" is DeviceAuto
	directory  directory
	connection chat.Connection
	refused    string // the notice that says so, "" if there is none
	ticking    bool   // a tick is under way
	unanswered unanswered

	muted map[string]chat.Notify // rooms that are muted, and what the user was told of each before

	// The panes. Every room has a timeline from when something of it is told.
	timelines   map[string]*timeline.Timeline
	sidebar     *sidebar.Sidebar
	members     *members.Members
	composer    *composer.Composer // of the room that is shown
	composers   map[string]*composer.Composer
	firstTime   bool // it is asked which keys the user knows
	drag        drag
	button      button
	colours     theme.People // which colour somebody's name has
	sideFor     sideMeasured
	besideWidth int                // of a thread beside the room, 0 where it has the room's place
	aside       *composer.Composer // beside the one in which the user is, nil if none is seen
	status      *status.Status
	overlays    []pane // the last is on top: it gets the page keys and the wheel

	// What has the whole screen, nil if nothing has, and the seq of the message that
	// is read there, 0 of a draft; the seq of a message that was asked for; and whether
	// a join line was.
	whole     sheet
	sheetSays []string // why a key does nothing there, in words that get shorter; nil for nothing
	reading   uint64
	opening   uint64
	inviting  bool
	invited   string // the join line that was shown last

	// Where the user is to be taken as soon as it is loaded; nil for nowhere. How many keys
	// were pressed: who does something else is not taken anywhere.
	seeking *spot
	presses int
	calm    time.Time // until when Esc selects nothing: soon after another one, or after a notice
	flashed bool      // the status line said something when the key was pressed
	running string    // the command that runs now, "" for none
	losts   []lost    // refused, of rooms the user is in no longer
	directs []*direct // what waits to be said to somebody alone
	waiting []origin  // commands that the server has not answered
	moved   []string  // places of which what is being written is to be kept anew
	catch   *catchUp  // the walk through what is unread, nil if there is none

	uploads  uploads // messages whose files are on their way
	fetching fetching
	pictures pictures
	gathered people // in the room that is shown
	peopleOn bool   // the pane of members is there, where there is room

	// What has the keys, and what is done with messages: what is being written in a room
	// or thread is for, the threads that have the place of their rooms, where rooms were
	// made unread, what was sought and reacted with last.
	focus    focus
	question *question // answering
	abouts   map[string]*about
	unsaved  map[string][]*about // edits on their way, and those that failed, by place; the last is the newest
	threads  map[string]*thread
	been     bool // there was a connection
	sought   string
	reacted  []string
	kept     map[slot]Unsent // what the keeper was told last
	restored restored
	putBy    map[string][]Unsent // what is put aside (aside.go), by place
	inputs   []chat.Input        // lines that were sent (inputs.go), oldest first
	past     map[string][]string // those of the last time that no composer has yet, by place
	posted   string              // ID of the message that was posted last

	// How one is told of messages, of which, and when that was done last; and where other
	// colours are from.
	alerts      notify.Means
	alertsFixed string // whatever is set
	way         string // of notify.Ways
	themes      Themes
	themeAsked  int // how often one was
	saving      saving
	ringing     []notify.Alert
	rang        *time.Time
	// Whom one may mean by the beginning of a name; foreign.
	people map[string]string   // user → name
	mates  mates               // those who can be written to
	spoke  map[string][]string // room → names of who spoke there, the last first

	unheardOf []string // of whom it was said that a mention does not reach them

	// Quitting by pressing a key twice.
	flash    int       // number of the flash that is shown
	leaving  time.Time // until when the next press quits
	quitting bool      // the last press was the second
	untaken  untaken   // what was pasted last, if that is said to be too long
	taken    []Unsent  // what was being written before the first press
}

// New makes the screen. It calls nothing of Client yet.
func New(c Config) *Model {
	m := &Model{
		client: c.Client, server: chat.SanitizeLine(c.Server), now: c.Now, hosting: c.Hosting, shell: c.Shell, ways: c.Ways, keeper: c.Keeper, caught: c.Caught, keeps: c.Remember, newInvite: c.Invite, signOut: c.SignOut, part: c.Part, seek: c.Seek, front: c.Front,
		terminal: theme.Unknown, mouse: true, alerts: c.Alerts, alertsFixed: c.NotifyBy, way: notify.Ways()[0], themes: c.Themes,
		room: chat.GeneralRoom, timelines: make(map[string]*timeline.Timeline),
		composers: make(map[string]*composer.Composer), gone: make(map[string]chat.Room), reach: make(map[string]chat.Presence),
		typing: typing{rooms: make(map[string]writers)}, focused: true,
		abouts: make(map[string]*about), unsaved: make(map[string][]*about), threads: make(map[string]*thread), reacted: firstEmoji(),
		people: make(map[string]string), spoke: make(map[string][]string),
	}
	m.base, m.set, m.helps = c.Keys, c.Set, c.Write
	m.terminal.Scheme = c.Scheme
	m.fetching, m.pictures = newFetching(c.Files), newPictures(c.Images)
	m.rang, m.firstTime = new(time.Time), c.FirstTime && !c.beside
	mistakes := m.readSettings()
	if c.beside {
		mistakes = nil // the first tells them
	}
	if m.now == nil {
		m.now = time.Now
	}
	m.terminal.Background, m.fixed = c.Background, c.Fixed
	m.theme = theme.New(m.terminal)
	m.composer = composer.New(m.theme, m.keys.Edit)
	m.composers[m.room] = m.composer
	m.sidebar, m.members, m.status = sidebar.New(m.theme), members.New(m.theme), status.New(m.theme)
	m.you = c.You
	m.openIn(c.Room)
	m.restored.kept = c.Kept
	m.restore(c.Unsent)
	m.typing.at, m.typing.text = m.place(), m.composer.Text()
	m.hint()
	m.status.SetAgain("/reconnect")
	var ways []string
	for _, w := range m.ways {
		ways = append(ways, chat.SanitizeLine(w.Run))
	}
	m.status.SetWays(ways...)
	m.isIn(chat.Identified{You: c.You, Team: chat.Team{Name: c.Team}})
	m.placeholder()
	for _, n := range c.Notices {
		m.shown().Notice(n)
	}
	for _, wrong := range mistakes {
		m.shown().Warn(wrong)
	}
	return m
}

// Init asks the terminal for its background.
func (m *Model) Init() tea.Cmd {
	if m.fixed {
		return m.askForPictures()
	}
	return tea.Batch(tea.RequestBackgroundColor, m.askForPictures())
}

// Update takes one message. What it changes is drawn by View; what has to wait
// is a command.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var cmd tea.Cmd
	before := m.place()
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		cmd = m.pressed(msg)
	case tea.PasteMsg:
		cmd = m.pasted(msg.Content)
	case tea.MouseMsg, dragOn:
		cmd = m.pointed(msg)
	case chat.Update:
		cmd = m.apply(msg)
	case opened:
		m.openedNow(msg)
	case invited:
		cmd = m.invitedNow(msg)
	case asked, untold, edited, acted, gotText, tookBack, setDone, themed:
		cmd = m.actsOn(msg)
	case older, around, newer, searchDue, found, mentioned, caughtUp, peopleCame:
		cmd = m.looked(msg)
	case signedIn, present, followed, wrote:
		cmd = m.came(msg)
	case pictureCame, pictureSent, tea.TerminalVersionMsg, uv.KittyGraphicsEvent, uv.CellSizeEvent, tea.ResumeMsg:
		cmd = m.withPictures(msg)
	case uploaded, filesLook, picked, pathsCame, saved:
		cmd = m.withFiles(msg)
	case writersLook, saidTyping:
		cmd = m.typingCame(msg)
	case tea.FocusMsg, tea.BlurMsg:
		m.focusCame(msg)
	case tick:
		m.ticking = false
		cmd = m.tick()
	case settled:
		m.settling = false
	case flashEnds:
		if msg.flash == m.flash {
			m.status.SetFlash("")
			m.calm = m.now().Add(escSoon)
		}
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		cmd = m.askCell()
	default:
		m.learn(msg)
	}
	m.keepBoth(before)
	if m.hidden {
		return m, cmd
	}
	return m, tea.Batch(cmd, m.settle(msg))
}

// settle gives the panes what a message changed, and asks for what they miss then.
func (m *Model) settle(msg tea.Msg) tea.Cmd {
	if cmd, later := m.settlesLater(msg); later {
		return cmd
	}
	m.arrange()
	m.threadSeen()
	if m.markRead() {
		m.arrange()
	}
	m.timeline(m.room).SetUnseen(m.unread.In(m.room))
	return tea.Batch(m.pages(), m.moreOfLayer(), m.wantPeople(), m.seePictures(), m.sayTyping(msg), m.looksAhead())
}

// matches tells whether a key press is one of bindings.
func matches(msg tea.KeyPressMsg, bindings ...key.Binding) bool { return key.Matches(msg, bindings...) }
