package tui

// How much is kept of all rooms together. A timeline bounds itself; that of a room that is
// not shown is let go of but for its end when all together are too much. What is let go of
// is read again when somebody scrolls there.
const (
	// maxTogether is how many messages all rooms have at most, a busy room that is shown
	// whole among them, and maxTogetherBytes how much they may say: some 20 MB in all where messages are short.
	maxTogether      = 40_000
	maxTogetherBytes = 48 << 20

	// A room that is not shown keeps so many messages, at least and at most.
	leastHidden, mostHidden = 50, 2000

	// mostHiddenBytes is how much a room that is not shown may say.
	mostHiddenBytes = 1 << 20
)

// letGo keeps all rooms together within bounds.
func (m *Model) letGo() {
	items, bytes := 0, 0
	for _, t := range m.timelines {
		n, b := t.Held()
		items, bytes = items+n, bytes+b
	}
	if items <= maxTogether && bytes <= maxTogetherBytes {
		return
	}
	each := max(leastHidden, min(mostHidden, maxTogether/4/len(m.timelines)))
	for id, t := range m.timelines {
		if n, b := t.Held(); id != m.room && (n > 2*each || b > mostHiddenBytes) { // not a message at a time
			t.Shrink(each)
		}
	}
}
