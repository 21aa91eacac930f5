// Package plain is the chat as lines: for screen readers, for terminals that cannot be
// drawn on, and for pipes. What is printed is only ever added to; nothing moves the
// cursor, and there is no colour and no box.
//
// What is typed is read as lines. In a terminal they are the terminal's own, with its
// own echo and its own keys to correct them, which screen readers know.
//
//	from               what            to
//	the line reader    typed           the room, or a command; one at a time, in order
//	the client's pump  chat.Update     what is known, and a line where it is news
//	a request          func(*talk)     lines; meanwhile no other line is taken
//	a timer            news            the rooms in which something is new, in one go
//
// All of it happens in the goroutine of Run; the reader and the requests only hand over.
// Nothing here knows the network.
package plain
