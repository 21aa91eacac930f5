package screen

import (
	"bytes"
	"fmt"
	"image/color"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// settings are what a View asks of a terminal besides its cells and where the cursor
// is. The zero value is a terminal that was asked for nothing.
type settings struct {
	paste, focus bool
	mouse        tea.MouseMode
	title        string
	foreground   string // as #rrggbb, "" if it is the terminal's
	background   string
	cursorColour string
	cursorStyle  int // of DECSCUSR, 0 if it is the terminal's
	progress     tea.ProgressBar
	status       tea.ProgramStatus
	keys         int // of the Kitty keyboard protocol, 0 if it is not in use
}

func settingsOf(v tea.View) settings {
	s := settings{
		paste: !v.DisableBracketedPasteMode, focus: v.ReportFocus, mouse: v.MouseMode, title: v.WindowTitle,
		foreground: hex(v.ForegroundColor), background: hex(v.BackgroundColor), keys: kittyFlags(v.KeyboardEnhancements),
	}
	if c := v.Cursor; c != nil {
		s.cursorColour = hex(c.Color)
		s.cursorStyle = 2*int(c.Shape) + 1 // each shape has a number that blinks, and one that does not
		if !c.Blink {
			s.cursorStyle++
		}
	}
	if v.ProgressBar != nil {
		s.progress = *v.ProgressBar
	}
	if v.ProgramStatus != nil {
		s.status = *v.ProgramStatus
	}
	return s
}

func hex(c color.Color) string {
	if c == nil {
		return ""
	}
	rgb, ok := color.NRGBAModel.Convert(c).(color.NRGBA)
	if !ok || rgb.A == 0 { // it is no colour at all
		return ""
	}
	return fmt.Sprintf("#%02x%02x%02x", rgb.R, rgb.G, rgb.B)
}

// kittyFlags asks at least that keys are told apart, such as Shift+Enter from Enter.
func kittyFlags(k tea.KeyboardEnhancements) int {
	flags := ansi.KittyDisambiguateEscapeCodes
	for flag, on := range map[int]bool{
		ansi.KittyReportEventTypes:           k.ReportEventTypes,
		ansi.KittyReportAlternateKeys:        k.ReportAlternateKeys,
		ansi.KittyReportAllKeysAsEscapeCodes: k.ReportAllKeysAsEscapeCodes,
		ansi.KittyReportAssociatedKeys:       k.ReportAssociatedText,
	} {
		if on {
			flags |= flag
		}
	}
	return flags
}

// change writes what makes a terminal with the settings from one with the settings to.
func change(b *bytes.Buffer, from, to settings) {
	mode := func(was, is bool, set, reset string) {
		switch {
		case is && !was:
			b.WriteString(set)
		case was && !is:
			b.WriteString(reset)
		}
	}
	colour := func(was, is string, set func(string) string, reset string) {
		switch {
		case was == is:
		case is == "":
			b.WriteString(reset)
		default:
			b.WriteString(set(is))
		}
	}
	mode(from.paste, to.paste, ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste)
	mode(from.focus, to.focus, ansi.SetModeFocusEvent, ansi.ResetModeFocusEvent)
	changeMouse(b, from.mouse, to.mouse)
	changeKeys(b, from.keys, to.keys)
	changeTitle(b, from.title, to.title)
	colour(from.cursorColour, to.cursorColour, ansi.SetCursorColor, ansi.ResetCursorColor)
	colour(from.foreground, to.foreground, ansi.SetForegroundColor, ansi.ResetForegroundColor)
	colour(from.background, to.background, ansi.SetBackgroundColor, ansi.ResetBackgroundColor)
	if from.cursorStyle != to.cursorStyle {
		b.WriteString(ansi.SetCursorStyle(to.cursorStyle))
	}
	changeProgress(b, from.progress, to.progress)
	if from.status != to.status && from.status != (tea.ProgramStatus{}) && (to.status == tea.ProgramStatus{} || to.status.ID != from.status.ID) {
		b.WriteString(ansi.ClearProgramStatusID(from.status.ID))
	}
	if from.status != to.status && to.status != (tea.ProgramStatus{}) {
		b.WriteString(ansi.SetProgramStatus(to.status))
	}
}

// The window's own title is put away, and taken out again by a terminal that can; by
// others it is left empty.
const (
	keepTitle   = "\x1b[22;2t"
	returnTitle = "\x1b[23;2t"
)

func changeTitle(b *bytes.Buffer, from, to string) {
	if from == to {
		return
	}
	if from == "" {
		b.WriteString(keepTitle)
	}
	b.WriteString(ansi.SetWindowTitle(to))
	if to == "" {
		b.WriteString(returnTitle)
	}
}

func changeMouse(b *bytes.Buffer, from, to tea.MouseMode) {
	if from == to {
		return
	}
	switch from {
	case tea.MouseModeNone:
	case tea.MouseModeCellMotion:
		b.WriteString(ansi.ResetModeMouseButtonEvent)
	case tea.MouseModeAllMotion:
		b.WriteString(ansi.ResetModeMouseAnyEvent)
	}
	switch to {
	case tea.MouseModeNone:
		b.WriteString(ansi.ResetModeMouseExtSgr)
	case tea.MouseModeCellMotion:
		b.WriteString(ansi.SetModeMouseButtonEvent + ansi.SetModeMouseExtSgr)
	case tea.MouseModeAllMotion:
		b.WriteString(ansi.SetModeMouseAnyEvent + ansi.SetModeMouseExtSgr)
	}
}

// changeKeys has keys told apart in both ways that there are; a terminal takes no
// notice of the one it does not know. What it can do, it is asked.
func changeKeys(b *bytes.Buffer, from, to int) {
	switch {
	case from == to:
	case from == 0:
		b.WriteString(ansi.SetModifyOtherKeys2 + ansi.PushKittyKeyboard(to) + ansi.RequestKittyKeyboard)
	case to == 0:
		b.WriteString(ansi.ResetModifyOtherKeys + ansi.PopKittyKeyboard(1))
	default:
		b.WriteString(ansi.KittyKeyboard(to, 1) + ansi.RequestKittyKeyboard)
	}
}

func changeProgress(b *bytes.Buffer, from, to tea.ProgressBar) {
	if from == to {
		return
	}
	switch to.State {
	case tea.ProgressBarNone:
		b.WriteString(ansi.ResetProgressBar)
	case tea.ProgressBarDefault:
		b.WriteString(ansi.SetProgressBar(to.Value))
	case tea.ProgressBarError:
		b.WriteString(ansi.SetErrorProgressBar(to.Value))
	case tea.ProgressBarIndeterminate:
		b.WriteString(ansi.SetIndeterminateProgressBar)
	case tea.ProgressBarWarning:
		b.WriteString(ansi.SetWarningProgressBar(to.Value))
	}
}
