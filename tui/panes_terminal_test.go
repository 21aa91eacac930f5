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
	open func(width, height int) *screen
	keys string
	asks bool // what they do comes back by commands
}{
	"room":               {busyScreen, "", false},
	"rooms":              {teamScreen, "", true},
	"sidebar-away":       {teamScreen, "{f7}", true},
	"help":               {teamScreen, "{f1}", true},
	"help-page":          {teamScreen, "{f1}{pgdown}", true},
	"jump":               {teamScreen, "{ctrl+k}de", true},
	"search":             {teamScreen, "{ctrl+f}deploy|{down}", true},
	"search-none":        {teamScreen, "{ctrl+f}nothing|", true},
	"search-empty":       {teamScreen, "{ctrl+f}", true},
	"found":              {teamScreen, "{ctrl+f}needs|{down}{enter}|", true},
	"inbox":              {teamScreen, "{ctrl+g}|", true},
	"list":               {teamScreen, "/list{enter}|", true},
	"pins":               {teamScreen, "{alt+1}/pins{enter}|", true},
	"catching up":        {teamScreen, "{alt+c}|", true},
	"settings":           {teamScreen, "/settings{enter}|{down}{down}", true},
	"sessions":           {signedInTwice, "/sessions{enter}|", true},
	"sessions-end":       {signedInTwice, "/sessions{enter}|{down}{enter}", true},
	"people":             {house, "{f8}|", true},
	"members":            {house, "/members{enter}|", true},
	"whois":              {house, "/whois ada{enter}|", true},
	"about-room":         {house, "{alt+1}/room{enter}|", true},
	"banning":            {house, "/ban ada spam and worse{enter}", true},
	"emoji":              {house, "{alt+i}he", true},
	"selected":           {busyScreen, "a draft{alt+k}kkk", false},
	"replying":           {busyScreen, "{esc}|krsure", false},
	"editing":            {busyScreen, "{up}, gladly", false},
	"deleting":           {busyScreen, "{esc}|gjjd", false},
	"reacting":           {busyScreen, "{esc}|k+tad", false},
	"finding":            {busyScreen, "{esc}|/graphs", false},
	"thread":             {busyScreen, "{esc}|gt", false},
	"writing-completing": {talk, "@a{tab}", false},
	"writing-hint":       {talk, "/msg ada", false},
	"writing-lines":      {talk, "one{ctrl+j}two{ctrl+j}three", false},
}

func busyScreen(width, height int) *screen {
	return open(width, height, chat.Reloaded{Room: chat.GeneralRoom, Messages: busyRoom()}, chat.Connection{State: chat.Online})
}

func teamScreen(width, height int) *screen {
	s := openTeam(width, height)
	team(s)
	return s
}

// TestPanesInATerminal: what the program draws of each pane and overlay, through a
// pseudo-terminal, is on an emulator cell for cell what it meant to draw.
func TestPanesInATerminal(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, c := range panesInTerminals {
			t.Run(fmt.Sprintf("%s %dx%d", name, size[0], size[1]), func(t *testing.T) {
				parts := strings.Split("|"+c.keys, "|") // nobody types before there is a screen
				var wants []string
				play := func(t *testing.T) {
					s := c.open(size[0], size[1])
					for _, keys := range parts {
						for _, k := range splitKeys(keys) {
							if cmd := s.keys(t, k); c.asks {
								settleShort(s, cmd)
							}
						}
						wants = append(wants, s.text())
					}
				}
				if c.asks {
					synctest.Test(t, play) // in which no timer is waited for
				} else {
					play(t)
				}
				x, theirs := newTerminal(t, size[0], size[1])
				s := c.open(size[0], size[1])
				p := tea.NewProgram(s.Model, tea.WithInput(theirs), tea.WithOutput(theirs), tea.WithoutSignalHandler(),
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
