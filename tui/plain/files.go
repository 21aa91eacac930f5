package plain

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxFiles is how many files can be asked for by their numbers: more than anybody goes back
// to. The oldest are forgotten first, and no number means another one later.
const maxFiles = 1000

// lines is what a message says, as it is heard.
func (t *talk) lines(m *chat.Message) []string { return t.Lines(m, t.fileLine) }

// fileLine is a file as it is heard: what is known of it, and a number to ask for it with, in
// place of an ID of 36 letters.
func (t *talk) fileLine(f chat.File, about string) string {
	at := slices.Index(t.files, f.ID)
	if at < 0 {
		if len(t.files) == maxFiles {
			t.files = slices.Delete(t.files, 0, 1)
			t.forgot++
		}
		at = len(t.files)
		t.files = append(t.files, f.ID)
	}
	return fmt.Sprintf("[file %s, number %d]", about, t.forgot+at+1)
}

// file says how one is had.
func (t *talk) file(number string) {
	n, err := strconv.Atoi(number)
	if err != nil || n <= t.forgot || n > t.forgot+len(t.files) {
		t.wrong("nothing was done: no file was printed with that number; a file has its number behind its name")
		return
	}
	t.say(t.shell("it is saved by: hobnob download ") + t.files[n-t.forgot-1])
}
