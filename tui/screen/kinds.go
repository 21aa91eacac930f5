package screen

import (
	"fmt"
	"reflect"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// kind tells messages apart. Bubble Tea does not export those by which a command asks
// something of its renderer, but makes them for everybody.
type kind = reflect.Type

func kindOf(msg tea.Msg) kind { return reflect.TypeOf(msg) }

func none() tea.Msg { return nil }

var (
	suspends  = kindOf(tea.Suspend())
	executes  = kindOf(tea.Exec(nil, nil)())
	clears    = kindOf(tea.ClearScreen())
	asksSize  = kindOf(tea.RequestWindowSize())
	batches   = kindOf(tea.Batch(none, none)())
	sequences = kindOf(tea.Sequence(none, none)())
)

// sayings are what a message tells the terminal or asks it. Bubble Tea would write it
// the next time that its ticker ticks.
var sayings = map[kind]func(tea.Msg) string{
	kindOf(tea.RequestBackgroundColor()):      fixed(ansi.RequestBackgroundColor),
	kindOf(tea.RequestForegroundColor()):      fixed(ansi.RequestForegroundColor),
	kindOf(tea.RequestCursorColor()):          fixed(ansi.RequestCursorColor),
	kindOf(tea.RequestCursorPosition()):       fixed(ansi.RequestCursorPositionReport),
	kindOf(tea.RequestTerminalVersion()):      fixed(ansi.RequestNameVersion),
	kindOf(tea.RequestProgramStatusSupport()): fixed(ansi.RequestProgramStatusSupport),
	kindOf(tea.ReadClipboard()):               fixed(ansi.RequestSystemClipboard),
	kindOf(tea.ReadPrimaryClipboard()):        fixed(ansi.RequestPrimaryClipboard),
	kindOf(tea.SetClipboard("")()):            text(ansi.SetSystemClipboard),
	kindOf(tea.SetPrimaryClipboard("")()):     text(ansi.SetPrimaryClipboard),
	kindOf(tea.RequestCapability("")()):       text(func(s string) string { return ansi.RequestTermcap(s) }),
	kindOf(tea.RawMsg{}):                      raw,
}

// questions is how many answers the terminal owes for what it is told.
func questions(s string) (n int) {
	for _, q := range []string{
		ansi.RequestBackgroundColor, ansi.RequestForegroundColor, ansi.RequestCursorColor, ansi.RequestCursorPositionReport,
		ansi.RequestNameVersion, ansi.RequestProgramStatusSupport, ansi.RequestSystemClipboard, ansi.RequestPrimaryClipboard, "\x1bP+q",
		ansi.RequestPrimaryDeviceAttributes,
	} {
		n += strings.Count(s, q)
	}
	return n
}

func fixed(s string) func(tea.Msg) string { return func(tea.Msg) string { return s } }

// text is for messages that are strings.
func text(say func(string) string) func(tea.Msg) string {
	return func(msg tea.Msg) string { return say(reflect.ValueOf(msg).String()) }
}

func raw(msg tea.Msg) string {
	if r, ok := msg.(tea.RawMsg); ok {
		return fmt.Sprint(r.Msg)
	}
	return ""
}
