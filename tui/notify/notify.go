// Package notify tells a terminal of a message for who looks elsewhere.
package notify

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Means are how somebody is told of a message while they look elsewhere: any of these,
// or none.
type Means struct {
	OSC9   bool // the notification of iTerm2, which most terminals know
	OSC777 bool // that of rxvt, which others know
	Bell   bool
	Tmux   bool // a tmux is between, which passes on what is wrapped for it
}

// Ways are how one may want to be told.
func Ways() []string { return []string{"auto", "osc9", "osc777", "bell", "none"} }

// By are the means for who wants to be told in one of Ways, where auto is a.
func (a Means) By(way string) Means {
	switch way {
	case "osc9":
		return Means{OSC9: true, Tmux: a.Tmux}
	case "osc777":
		return Means{OSC777: true, Tmux: a.Tmux}
	case "bell":
		return Means{Bell: true}
	case "none":
		return Means{}
	}
	return a
}

// Alert is a message that somebody may be told of. Both are one line, sanitised.
type Alert struct{ Title, Text string }

// Sequence is what tells a terminal, "" where there are no means.
func (a Means) Sequence(what Alert) string {
	// No part of it ends the sequence: it was sanitised. A semicolon would end the title
	// of OSC 777, and make a number at the beginning of OSC 9 a command of ConEmu's.
	clean := strings.NewReplacer(";", ",").Replace
	var b strings.Builder
	if a.OSC9 {
		b.WriteString("\x1b]9;" + clean(what.Title+": "+what.Text) + "\x07")
	}
	if a.OSC777 {
		b.WriteString("\x1b]777;notify;" + clean(what.Title) + ";" + clean(what.Text) + "\x07")
	}
	seq := b.String()
	if a.Tmux && seq != "" {
		seq = ansi.TmuxPassthrough(seq)
	}
	if a.Bell {
		seq += "\a"
	}
	return seq
}
