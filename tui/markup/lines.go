package markup

import "strings"

// lines are those of a text that were not taken yet.
type lines struct {
	rest string
	more bool
	n    int   // how many were taken
	open fence // the block of code they are in
}

// next takes a line, of which there has to be one.
func (l *lines) next() (s string, at int) {
	at = l.n
	s, l.rest, l.more = strings.Cut(l.rest, "\n")
	l.n++
	return s, at
}

// peek is the next line.
func (l *lines) peek() string {
	s, _, _ := strings.Cut(l.rest, "\n")
	return s
}

// count takes the lines that are left, and counts those that make rows. Fences make none.
func (l *lines) count(fences bool) (n int) {
	if !l.more {
		return 0
	}
	if !fences || l.open.sign == "" && !strings.Contains(l.rest, "```") && !strings.Contains(l.rest, "~~~") {
		return strings.Count(l.rest, "\n") + 1
	}
	for l.more {
		s, _ := l.next()
		inner, in := l.open.within(s)
		if !in {
			l.open = fence{}
		}
		if l.open.sign != "" {
			if l.open.ends(inner) {
				l.open = fence{}
				continue
			}
		} else if f, ok := quotedFence(s); ok {
			if l.open = f; f.info == "" {
				continue
			}
		}
		n++
	}
	return n
}

// markdown draws the next line, or the lines that have to be read together with it.
func (p *page) markdown() {
	s := p.left.peek()
	if f, ok := quotedFence(s); ok && p.fits(f.quoted) {
		if p.fenced(f) {
			return
		}
		if f.quoted == 0 {
			_, at := p.left.next()
			p.typed(s, at)
			return
		}
	}
	if columns := p.tableHere(); len(columns) > 0 && p.table(columns) {
		return
	}
	if ln, content, heavy, ok := p.begins(s); ok {
		_, ln.at = p.left.next()
		var w weight
		if heavy {
			w = bold
		}
		if made := p.inline(content, w); len(made) == 1 && made[0].clean() {
			ln.text, ln.spans = made[0].text, made[0].spans
			p.put(ln)
			return
		}
		p.typed(s, ln.at)
		return
	}
	p.paragraph()
}

// paragraph draws lines that have no sign at their beginning.
func (p *page) paragraph() {
	var list, indents []string
	at, size := p.left.n, 0
	for p.left.more && len(list) <= p.Most {
		s := p.left.peek()
		if len(list) > 0 && (s == "" || p.special(s) || len(p.tableHere()) > 0) || size > 0 && size+len(s) > maxParagraph {
			break
		}
		p.left.next()
		text := strings.TrimLeft(s, " \t")
		list, indents = append(list, text), append(indents, s[:len(s)-len(text)])
		size += len(s) + 1
		if text == "" {
			break
		}
	}
	made := p.inline(strings.Join(list, "\n"), 0)
	for i := range list {
		if len(made) != len(list) || !made[i].clean() {
			p.typed(indents[i]+list[i], at+i)
			continue
		}
		ln := line{at: at + i, text: indents[i] + made[i].text, spans: made[i].spans}
		if n := len(indents[i]); n > 0 && len(ln.spans) > 0 {
			for j := range ln.spans {
				ln.spans[j].end += n
			}
			ln.spans = append([]span{{n, look{}}}, ln.spans...)
		}
		p.put(ln)
	}
}

// special tells whether a line has a sign at its beginning.
func (p *page) special(s string) bool {
	if _, ok := quotedFence(s); ok {
		return true
	}
	_, _, _, ok := p.begins(s)
	return ok
}

// typed draws a line as it was typed, but for addresses and names.
func (p *page) typed(s string, at int) {
	b := builder{page: p, src: s, tokens: p.tokens(s)}
	b.source(0, len(s), look{})
	b.end()
	b.made[0].at = at
	p.put(b.made[0])
}

// begins reads the sign at the beginning of a line: of a quote, an item of a list or
// a heading, which is heavy. ">" and "#" need a space after them, as ">_<", ">>> x"
// and "#room" mean something else; "+" is no item, as it begins lines of patches.
func (p *page) begins(s string) (ln line, content string, heavy, ok bool) {
	depth, content := quotes(s, maxDepth)
	if depth > 0 && depth < maxDepth && p.fits(depth) {
		ln.lead = strings.Repeat(quoteBar, depth)
		ln.hang, ln.tone = ln.lead, toneDim
		return ln, content, false, true
	}
	indent := len(s) - len(strings.TrimLeft(s, " "))
	rest := s[indent:]
	switch n := marker(rest); {
	case n > 0 && indent+n+8 <= p.Width:
		sign, content := rest[:n], rest[n:]
		if rest[0] == '-' || rest[0] == '*' {
			sign = "•" + rest[1:n]
			ln.sign = Tab{At: indent, N: len("•"), As: rest[:1]}
			if box := taskBox(content); box != "" {
				ln.sign = Tab{At: indent, N: len(box) + 1, As: rest[:n] + content[:len("[x] ")]}
				sign, content = box+" ", content[len("[x] "):]
			}
		}
		ln.lead = s[:indent] + sign
		ln.hang = strings.Repeat(" ", indent+n)
		return ln, content, false, true
	case indent <= 3 && heading(rest) > 0:
		content = rest[heading(rest):]
		if p.theme.Signs > 0 {
			content = rest
		}
		return ln, content, true, true
	}
	return ln, s, false, false
}

// quotes takes the signs of quotes away that a line begins with, as many as most.
func quotes(s string, most int) (depth int, content string) {
	for depth < most {
		t := strings.TrimLeft(s, " ")
		if len(s)-len(t) > 3 || !strings.HasPrefix(t, "> ") && t != ">" {
			break
		}
		s = strings.TrimPrefix(t[1:], " ")
		depth++
	}
	return depth, s
}

// fits tells whether there is place beside the bars of so many quotes.
func (p *page) fits(quotes int) bool { return quotes == 0 || p.Width >= 8+2*quotes }

// taskBox is the box of an item that is to be done, or was; "" if it is no such item
// (GitHub Flavored Markdown, section 5.3).
func taskBox(s string) string {
	switch {
	case len(s) < len("[x] ?") || s[len("[x]")] != ' ':
	case strings.HasPrefix(s, "[ ]"):
		return "☐"
	case strings.HasPrefix(s, "[x]"), strings.HasPrefix(s, "[X]"):
		return "☑"
	}
	return ""
}

// quoteBar stands before what is quoted.
const quoteBar = "▎ "

// marker is the length of the sign of an item: "- ", "* ", "12. ", "3) ".
func marker(s string) int {
	n := 0
	for n < len(s) && n < 4 && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	switch {
	case n == 0 && s != "" && (s[0] == '-' || s[0] == '*'):
	case n > 0 && n < len(s) && (s[n] == '.' || s[n] == ')'):
	default:
		return 0
	}
	if rest := s[n+1:]; !strings.HasPrefix(rest, " ") || strings.TrimLeft(rest, " ") == "" || rest[1] == ' ' {
		return 0
	}
	return n + 2
}

// heading is the length of the sign of a heading.
func heading(s string) int {
	n := len(s) - len(strings.TrimLeft(s, "#"))
	if n == 0 || n > 6 || n == len(s) || s[n] != ' ' || strings.Trim(s[n:], " ") == "" {
		return 0
	}
	return n + 1
}
