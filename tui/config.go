package tui

import (
	"context"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/notify"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Client is the user's end of the wire. All calls but Older return without
// waiting for the network.
type Client interface {
	// Enqueue takes a draft to be sent, in order, and has persisted it when it
	// returns. An error means that it was not taken.
	Enqueue(d chat.Draft) error
	// Older reads the page of a room's messages below the seq before.
	Older(ctx context.Context, room string, before uint64, limit int) (chat.History, error)
	// Retry sends a draft that failed again, Drop forgets it.
	Retry(id string) error
	Drop(id string) error
	// TakeBack keeps a draft from being sent that was not given to any connection yet: it is
	// one that failed then. It waits for the disk; an error says in words why it cannot be.
	TakeBack(ctx context.Context, id string) error
	// Reconnect tries to connect at once, also after a refusal.
	Reconnect()
	// MarkRead tells the server how far a room was read, now or when it can be
	// reached.
	MarkRead(room string, seq uint64)
	// Ask makes a request of the chat lane by its name, and reads the answer into out.
	// It waits for the network; an error says in words what is wrong. A *chat.Error is
	// the server's; after another one nobody knows whether it was done.
	Ask(ctx context.Context, request string, arg, out any) error
}

// Config is what a screen is made of. Only Client is required.
type Config struct {
	Client  Client
	Server  string           // the server's address, shown until the team's name is known
	Team    string           // the team's name, as it was last known
	You     chat.User        // who is signed in, as it was last known
	Notices []string         // lines of our own, shown below the newest message
	Ways    []Way            // out of a refusal, the best first
	Keeper  Keeper           // nil if what is written is not kept
	Unsent  []Unsent         // what was being written
	Kept    time.Time        // when Unsent was kept last
	Room    chat.Room        // that was shown last; only what is needed to name it is known
	Keys    *keymap.Map      // keymap.Default if nil
	Set     Settings         // what the user has set
	Write   Writing          // what helps with writing
	Files   Files            // what is done with files of messages
	Images  Images           // and how pictures among them are shown
	Now     func() time.Time // time.Now if nil

	// Caught keeps how far a room was marked as read on a walk through what is unread, of
	// which the server is told at its end. It returns at once; nil if nothing is kept.
	Caught func(room string, seq uint64)

	// Remember keeps a line that was sent, to be told the next time by a chat.InputHistory. It
	// returns at once; nil if none is kept.
	Remember func(in chat.Input)

	// Invite makes a line with which one person joins; nil where that is not done
	// here. Who asks again has the one from before while it lets somebody in, unless they want
	// another. It may take some seconds, and is called by goroutines of their own.
	Invite func(ctx context.Context, another bool) (chat.Invite, error)

	// SignOut notes that the user is to be signed out here when they have left, which is
	// done then; nil where there is nothing to sign out of.
	SignOut func()

	// Part signs the user out of this team while the other teams of its Window stay; nil where
	// that is not done. It is called when the team has left the Window, and returns at once.
	Part func()

	// Background is what the terminal draws on, as far as that is known without
	// asking it. Fixed: it is not asked.
	Background Background
	Fixed      bool

	// Themes are the colours to choose among, nil for those that are built in; Scheme is
	// the one that was chosen, nil for the default.
	Themes Themes
	Scheme *theme.Scheme

	// Alerts is how this terminal is known to tell of a message while its user looks
	// elsewhere. NotifyBy is the way that the user wants whatever is set, "" for none.
	Alerts   notify.Means
	NotifyBy string

	// FirstTime: nobody has opened a chat here yet. They are asked which keys they know.
	FirstTime bool

	// Seek has it looked whether teams were joined or left by another program; nil where that
	// is not done. It returns at once. What is found comes to the Window.
	Seek func()

	// First: of the teams of a Window this one is shown first; where none says so, that is the
	// first of them. Front is told when this one is shown in place of another; nil for nobody. It
	// returns at once.
	First bool
	Front func()

	beside bool // another one is shown first

	// Hosting: the team's server runs in this program. Suspended, it would leave
	// everybody without one, and so does leaving, which is asked about.
	Hosting bool

	// Shell tells whether there is a shell to go back to while the program is suspended; nil
	// where there always is.
	Shell func() bool
}

// Background is what a terminal draws on: one of the constants below.
type Background = theme.Background

// The backgrounds. Where it is Either, colours are readable on both.
const (
	Either = theme.Either
	Dark   = theme.Dark
	Light  = theme.Light
)

// Way is a way out: what is to be run, and what comes of it.
type Way struct{ Run, What string }
