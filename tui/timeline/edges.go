package timeline

import (
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
)

// runsInto tells whether a message would look like a part of the one right above it: a block of code,
// a quote or a list that the one ends with, and the other begins with. It names its author again then,
// and its time: that takes no row.
func (it *item) runsInto(above *item) bool {
	first, _ := it.edge()
	if first == markup.NoEdge {
		return false
	}
	_, last := above.edge()
	return first == last
}

// edge is what a message begins and ends with.
func (it *item) edge() (first, last markup.Edge) {
	if it.deleted {
		return markup.NoEdge, markup.NoEdge
	}
	if !it.edges.read {
		it.edges = edges{read: true}
		if isBlock(it) { // it begins with what it is
			it.edges.last = markup.CodeEdge
		} else if text, plain := it.read(chat.Sanitize); plain {
			it.edges.first, it.edges.last = markup.Edges(text)
		}
	}
	first, last = it.edges.first, it.edges.last
	if it.extra != nil && len(it.extra.files) > 0 { // they are below what it says
		last = markup.NoEdge
	}
	return first, last
}
