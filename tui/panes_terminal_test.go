//go:build unix

package tui

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// panesInTerminals are the panes and overlays, each with the keys that lead to it. At a |
// what the keys before it did is waited for.
var panesInTerminals = map[string]struct {
	open func(t *testing.T, width, height int) tea.Model
	keys string
	kind paneKind
	says string // on the largest screen, at the end
}{
	"room":               {on(busyScreen), "", still, "┃ write to #general"},
	"rooms":              {on(teamScreen), "", asking, "# deploys"},
	"sidebar-away":       {on(teamScreen), "{f7}", asking, "#general"},
	"help":               {on(teamScreen), "{f1}", asking, "esc closes"},
	"help-page":          {on(teamScreen), "{f1}{pgdown}", asking, "list what mentions you"},
	"jump":               {on(teamScreen), "{ctrl+k}de", asking, "rooms and people ┃ de"},
	"search":             {on(teamScreen), "{ctrl+f}deploy|{down}", asking, "▸ #deploys  bob    deploy 19"},
	"search-none":        {on(teamScreen), "{ctrl+f}nothing|", asking, "nothing found"},
	"search-empty":       {on(teamScreen), "{ctrl+f}", asking, "has:file"},
	"found":              {on(teamScreen), "{ctrl+f}needs|{down}{enter}|", asking, "▌  ada  @you deploy 9"},
	"inbox":              {on(teamScreen), "{ctrl+g}|", asking, "mentions of you"},
	"list":               {on(teamScreen), "/list{enter}|", asking, "enter comes in"},
	"pins":               {on(teamScreen), "{alt+1}/pins{enter}|", asking, "pinned in #deploys"},
	"catching up":        {on(teamScreen), "{alt+c}|", asking, "▸● bob"},
	"settings":           {on(teamScreen), "/settings{enter}|{down}{down}", asking, "[slack]  irc"},
	"sessions":           {on(signedInTwice), "/sessions{enter}|", asking, "all but this one"},
	"sessions-end":       {on(signedInTwice), "/sessions{enter}|{down}{enter}", asking, "y ends it"},
	"people":             {on(house), "{f8}|", asking, "2 here"},
	"members":            {on(house), "/members{enter}|", asking, "4 in #general"},
	"whois":              {on(house), "/whois ada{enter}|", asking, "role         owner"},
	"about-room":         {on(house), "{alt+1}/room{enter}|", asking, "so far        20 messages"},
	"banning":            {on(house), "/ban ada spam and worse{enter}", asking, "ban ada from the team?"},
	"emoji":              {on(house), "{alt+i}he", asking, "▸ 🌿 herb"},
	"selected":           {on(busyScreen), "a draft{alt+k}kkk", still, "▌"},
	"replying":           {on(busyScreen), "{esc}|krsure", still, "┃ sure"},
	"editing":            {on(busyScreen), "{up}, gladly", still, ", gladly"},
	"deleting":           {on(busyScreen), "{esc}|gjjd", still, "delete"},
	"reacting":           {on(busyScreen), "{esc}|k+tad", still, "tad"},
	"finding":            {on(busyScreen), "{esc}|/graphs", still, "graphs"},
	"thread":             {on(busyScreen), "{esc}|gt", still, "reply in the thread"},
	"writing-completing": {on(talk), "@a{tab}", still, "@ada"},
	"writing-hint":       {on(talk), "/msg ada", still, "/msg WHO"},
	"writing-lines":      {on(talk), "one{ctrl+j}two{ctrl+j}three", still, "┃ two"},
	"whole":              {on(longScreen), "a draft{ctrl+o}|{pgdown}", asking, "28–55 of 450"},
	"invite":             {on(inviteScreen), "/invite{enter}|", asking, "▄▄▄"},
	"uploading":          {uploadScreen, "/upload p99.png notes.txt{enter}|", asking, "50% of 240 kB"},
	"uploading-two":      {uploadScreen, "/upload p99.png{enter}|/upload notes.txt{enter}|and a line", asking, "◷ waiting"},
	"teams":              {on(teamsWindow), "", asking, "● beta"},
	"teams-other":        {on(teamsWindow), "a draft{alt+.}|another", asking, "another"},
	"teams-list":         {on(teamsWindow), "/team{enter}|", asking, "connected · here"},
	"teams-jump":         {on(teamsWindow), "{ctrl+k}bede", asking, "▸ beta #deploys"},
	"teams-unread":       {on(teamsWindow), "{alt+a}|", asking, "@you look"},
	"beside":             {besideScreen, "{alt+k}t|", besides, "reply in the thread"},
	"beside-writing":     {besideScreen, "for the room{alt+k}tin the thread|{alt+t}!", besides, "┃ for the room!"},
	"beside-chosen":      {besideScreen, "{alt+k}t{alt+k}k|{alt+t}{alt+k}", besides, "▌  ada"},
}

// paneKind tells what it takes to see a pane.
type paneKind int

const (
	still   paneKind = iota // nothing but keys
	asking                  // what they do comes back by commands
	besides                 // the same, and a screen on which two are beside each other
)

func (k paneKind) sizes() [][2]int {
	if k == besides {
		return [][2]int{{200, 60}, {120, 30}, {110, 12}}
	}
	return [][2]int{{100, 30}, {40, 12}, {20, 5}}
}

// on is a screen of which the test needs no more than its size.
func on[M tea.Model](open func(width, height int) M) func(*testing.T, int, int) tea.Model {
	return func(_ *testing.T, width, height int) tea.Model { return open(width, height) }
}

func busyScreen(width, height int) *screen {
	return open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: busyRoom()}, chat.Connection{State: chat.Online})
}

func teamScreen(width, height int) *screen {
	s := openTeam(width, height)
	team(s)
	return s
}

// longScreen has a message that is folded, with what is wider than a cell in it.
func longScreen(width, height int) *screen {
	s := openTeam(width, height)
	s.send(chat.Arrived{Messages: []chat.Message{said(7, yuki, time.Hour, lines("日本語のテキスト 👍🏽", 450))}})
	return s
}

// inviteScreen makes join lines, which it shows with a QR code where there is room.
func inviteScreen(width, height int) *screen {
	s := openTeam(width, height)
	s.inviting(nil)
	return s
}

// uploadScreen has files to bring to a server that takes half of the first.
func uploadScreen(t *testing.T, width, height int) tea.Model {
	s := openTeam(width, height)
	d := withDisk(s)
	d.hold = make(chan struct{})
	t.Cleanup(func() { close(d.hold) })
	return s
}

// teamsWindow is three teams: in one something names the user, and one is not connected.
func teamsWindow(width, height int) *window {
	w := openWindow(width, height, "acme", "beta", "gamma")
	w.told(1, chat.Arrived{Messages: []chat.Message{toYou(inRoom("r2", 21, ada, "@you look"))}})
	w.told(2, chat.Connection{State: chat.Waiting, Reason: "connection refused"})
	return w
}

func besideScreen(t *testing.T, width, height int) tea.Model {
	return openThreaded(t, width, height, false)
}

// TestPanesInATerminal: what the program draws of each pane and overlay, through a
// pseudo-terminal, is on an emulator cell for cell what it meant to draw.
func TestPanesInATerminal(t *testing.T) {
	for name, c := range panesInTerminals {
		for i, size := range c.kind.sizes() {
			t.Run(fmt.Sprintf("%s %dx%d", name, size[0], size[1]), func(t *testing.T) {
				parts := strings.Split("|"+c.keys, "|") // nobody types before there is a screen
				var wants []string
				play := func(t *testing.T) {
					m := c.open(t, size[0], size[1])
					start, pump := running(m)
					for _, keys := range parts {
						for _, k := range splitKeys(keys) {
							if cmd := typed(t, m, k); c.kind != still {
								start(cmd)
								pump()
							}
						}
						if c.kind != still {
							time.Sleep(lookEvery) // in which nothing else changes
							pump()
						}
						wants = append(wants, stripped(m.View().Content))
					}
				}
				if c.kind == still {
					play(t)
				} else {
					synctest.Test(t, func(t *testing.T) {
						play(t)
						time.Sleep(time.Minute) // for what waits for a time, and comes to nobody
					})
				}
				if last := wants[len(wants)-1]; i == 0 && !strings.Contains(last, c.says) {
					t.Fatalf("%q is not there:\n%s", c.says, last)
				}
				x, theirs := newTerminal(t, size[0], size[1])
				p := tea.NewProgram(c.open(t, size[0], size[1]), tea.WithInput(theirs), tea.WithOutput(theirs), tea.WithoutSignalHandler(),
					tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}))
				var work sync.WaitGroup
				defer work.Wait()
				work.Go(func() {
					if _, err := p.Run(); err != nil {
						t.Error(err)
					}
				})
				defer p.Quit()
				for i, want := range wants {
					x.write(keyBytes(t, parts[i]))
					x.showsAll(want)
				}
			})
		}
	}
}

// showsAll waits until the screen shows exactly a text, row by row.
func (x *terminal) showsAll(want string) {
	x.t.Helper()
	deadline := time.After(5 * time.Second)
	for {
		var rows []string
		for r := range strings.SplitSeq(strings.TrimSuffix(x.text(), "\n"), "\n") {
			rows = append(rows, strings.TrimRight(r, " "))
		}
		diff := cmp.Diff(want, strings.Join(rows, "\n"))
		if diff == "" {
			return
		}
		select {
		case <-x.changed:
		case <-deadline:
			x.t.Fatalf("-meant +shown:\n%s", diff)
		}
	}
}

// keyBytes are what a terminal sends for keys.
func keyBytes(t *testing.T, keys string) string {
	t.Helper()
	special := map[string]string{
		"enter": "\r", "esc": "\x1b[27u", "tab": "\t", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D",
		"pgup": "\x1b[5~", "pgdown": "\x1b[6~", "f1": "\x1bOP", "f7": "\x1b[18~", "f8": "\x1b[19~",
	}
	var b strings.Builder
	for _, k := range splitKeys(keys) {
		name, held := strings.CutPrefix(k, "{")
		if !held {
			b.WriteString(k)
			continue
		}
		name = strings.TrimSuffix(name, "}")
		mod, key, _ := strings.Cut(name, "+")
		switch {
		case special[name] != "":
			b.WriteString(special[name])
		case mod == "ctrl" && len(key) == 1:
			b.WriteByte(key[0] & 0x1f)
		case mod == "alt" && len(key) == 1:
			b.WriteString("\x1b" + key)
		default:
			t.Fatalf("what does a terminal send for %s?", k)
		}
	}
	return b.String()
}
