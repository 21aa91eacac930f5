package chat

// Noticed is a line for the user that is no message: the program, or the server
// that runs in it, tells them of something.
type Noticed struct {
	Text    string
	Instead string // the text of a line that this one is shown in place of; "" is none
}

func (Noticed) update() {}
