package overlay

import tea "charm.land/bubbletea/v2"

// untyped is the part of a list in which nothing is typed.
type untyped struct{}

// Paste does nothing: there is no place for it.
func (untyped) Paste(string) {}

// Query is what is typed: nothing.
func (untyped) Query() string { return "" }

// Empty does nothing: nothing is typed.
func (untyped) Empty() {}

// Cursor is where the next character goes: nowhere.
func (untyped) Cursor() *tea.Cursor { return nil }

// moves tells how many rows a key goes, and whether it was for the list.
func (untyped) moves(msg tea.KeyPressMsg) (n int, took bool) {
	n = chosenBy(msg)
	switch msg.String() {
	case "k":
		n = -1
	case "j":
		n = 1
	}
	return n, n != 0 || msg.Text != "" // what is typed here would be written unseen
}
