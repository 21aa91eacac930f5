// Package input makes events of the bytes that a terminal sends: keys, pastes, the
// mouse, and answers to what it was asked.
//
// What comes is cut into pieces wherever a network likes. So an escape sequence that is
// not complete is held back, and what it becomes does not depend on where it was cut. It
// is held for a time, by what it looks like:
//
//	a lone ESC              escTime: it is most likely the Esc key
//	ESC and one more        briefTime: Alt and a key, or the beginning of a sequence
//	more of a sequence      longTime: nobody types that
//	part of a character     longTime
//	an open paste           pasteTime without a byte; what came until then is given out
//
// While the terminal owes an answer, and where it said that it sends the Esc key as a
// sequence of its own, a lone ESC is held longer. What is held and never completed is the keys
// it may have been, or nothing if no key sends it. A sequence that is longer than any
// terminal sends was none, and is text.
//
// ESC and a character are Alt and that character, marked as what may also have been two
// keys, and whether more was typed in the same read (escaped.go): who has the keys decides.
// In what was typed before anybody read, they are two keys.
//
// An answer with a line end in it is none, and nothing of it is typed. What may have been one,
// has a line end and never ends, is given as a paste, which sends nothing.
//
// A paste is what stands between the two marks of bracketed paste, byte for byte. So is
// a burst: more in one read than a person types (burst.go), from a terminal that is not
// known to mark pastes. Neither ever presses a key. So what comes with the mark at the end of a paste,
// or closeTime behind it, is pasted as well, and what follows it within burstTime: the mark may have
// been in what was pasted. What comes later is typed.
//
// What is no UTF-8 is Windows-1252 if nothing in the paste is UTF-8, and else U+FFFD.
// No byte of a text is left out.
//
// The package knows no file and no clock: it is told what came and when, and says when
// it wants to be asked again. Which key a sequence is, ultraviolet knows.
package input
