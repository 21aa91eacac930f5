package chat

// SearchQuery says which messages are looked for: those for which all of it is true.
// It is a SearchRequest as the rules of chat understood it.
type SearchQuery struct {
	Words  []string // each a word, or a phrase: the words of it one after the other
	Begins []string // the same, with only the beginning of the last word
	Rooms  []string // IDs of the rooms to look in; no room has nothing
	From   []string // IDs of people, one of whom wrote it; anybody when empty
	Since  Millis
	Until  Millis // older ones alone; 0 is no end
	File   bool   // it has a file
	Link   bool   // it has a link
	Pinned bool
	Before Position // below this place in the log; the end when zero
	Limit  int      // as in History
}
