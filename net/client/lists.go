package client

// listsLimit is how long the lists of an answer may be: far more than a page, or the
// rooms of a team. Three bytes of JSON make an element of hundreds, so it is looked at
// before they are decoded.
const listsLimit = roomsLimit + 1

// listsFew tells whether the lists of an answer, which is compact JSON, are short. What
// is deeper than they are, such as what somebody said, is decoded by nobody, or with a
// bound of its own.
func listsFew(answer []byte) bool {
	depth, quoted, elements := 0, false, 0
	for i := 0; i < len(answer); i++ {
		switch c := answer[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		case c == ',' && depth == 2:
			if elements++; elements > listsLimit {
				return false
			}
		}
	}
	return true
}
