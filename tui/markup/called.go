package markup

// Called is whom or what a byte of a line names: the ID of somebody who is called there, or the name of
// a room as it is written; "" for neither. Names in code are found as well.
func (n *Names) Called(line string, at int) (id, room string) {
	if n == nil || at >= len(line) {
		return "", ""
	}
	p := page{Text: Text{Names: n}}
	for i := at; i >= 0 && i > at-maxWord; i-- {
		switch line[i] {
		case '@':
			if t := p.personAt(line, i); t.end > at {
				return t.look.who, ""
			}
		case '#':
			if t := p.roomAt(line, i); t.end > at {
				return "", line[i+1 : t.end]
			}
		}
	}
	return "", ""
}
