package chat

// Input is a line that was sent, as it was typed: a message or a command.
type Input struct {
	Room, Thread string // where it was typed; Thread is "" for the room itself
	Line         string
	ID           string // of the draft that it became, "" for a command that is no message
}

// InputHistory is what was sent before this program began, oldest first, from all places. It
// is told once, after what is kept of the rooms. With Reset, which is told when another account
// is signed in, all that was told or typed before is another's, and not to be shown any more.
type InputHistory struct {
	Inputs []Input
	Reset  bool
}

func (InputHistory) update() {}
