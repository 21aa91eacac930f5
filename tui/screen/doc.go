// Package screen draws a Bubble Tea program when there is something to draw, and
// sleeps otherwise.
//
// Bubble Tea's own renderer looks sixty times a second whether there is something
// to draw: a key waits for the next look, and an idle program wakes up three hundred
// times a second. Here the event loop itself draws, once it has worked through a
// message: at once if the frame before is old enough, else when it is, for which one
// timer sends a message. The cells, and what is written to change them, are
// ultraviolet's, as they are Bubble Tea's.
//
// Keys, pastes and answers are read here too (reader.go, package input): Bubble Tea's
// reader gives up after a twentieth of a second, and what a network cut in two becomes
// keys that nobody pressed, or a paste that never ends.
//
// What Bubble Tea's renderer does besides is done here too: raw mode, the terminal's
// modes, its size, and giving all of it back. Where that cannot be done (no terminal,
// no Unix), the program is drawn by Bubble Tea.
//
//	from                      message               to
//	the terminal              keys, pastes, answers the reader, then the event loop
//	SIGWINCH                  tea.WindowSizeMsg     the event loop
//	the timer                 frame                 the event loop, which draws
//	the event loop            what is shown         the terminal, in one write for a frame
//	a command that asks the   its sequence          the terminal, at once: Bubble Tea would
//	terminal or tells it                            write it when its ticker ticks
//
// A terminal that is held takes nothing, and the event loop waits for it; when the
// program is told to end, it does not any longer (outlet.go).
//
// The terminal is given back when Run returns, and before that when Update, View or a
// command panics, so that what Bubble Tea prints then is read; and around tea.Suspend
// and tea.Exec. What the terminal is, terminal's lock guards; all else is the event
// loop's. The reader is a goroutine, which waits for the event loop to take what it has;
// Run waits for it.
//
// Pictures that the program gives the terminal by the kitty graphics protocol (tea.Raw)
// are taken away again when the terminal is given back. Others (picture.Pixels) are drawn
// here, over the cells that the program shows for them (pixels.go).
//
// The package knows nothing of chat.
package screen
