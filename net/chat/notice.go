package chat

// Noticed is a line for the user that is no message: the program, or the server
// that runs in it, tells them of something.
type Noticed struct{ Text string }

func (Noticed) update() {}
