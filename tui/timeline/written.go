package timeline

import "maps"

// writesMark is said of a thread in which the user is writing something, or was.
const writesMark = "✎"

// SetWritten says in which threads the user is writing something, by the IDs of the messages
// that began them. It takes the map.
func (t *Timeline) SetWritten(threads map[string]bool) {
	if !maps.Equal(threads, t.written) {
		t.hold(func() { t.written = threads })
	}
}

// writes tells whether the user is writing something in the thread that an item began, or
// that it is an answer in.
func (t *Timeline) writes(it *item) bool {
	if len(t.written) == 0 || t.thread != "" || it.kind != kindMessage {
		return false
	}
	return t.written[it.id] || t.collapses(it) && t.written[it.thread()]
}
