package markup

import "strings"

// fence is the line that begins a block of code.
type fence struct {
	sign   string // "```", or more, or "~~~"
	indent int
	info   string // what stands behind it
	quoted int    // how many quotes it stands in
}

// within is a line without the quotes that the block stands in, and whether it is in
// them: where they end, the block does.
func (f fence) within(s string) (string, bool) {
	if f.quoted == 0 {
		return s, true
	}
	depth, content := quotes(s, f.quoted)
	return content, depth == f.quoted
}

// quotedFence reads a line that may begin a block of code in quotes, or in none.
func quotedFence(s string) (f fence, ok bool) {
	depth, content := quotes(s, maxDepth)
	if f, ok = opens(content); ok {
		f.quoted = depth
	}
	return f, ok && depth < maxDepth
}

// opens reads a line that may begin a block of code.
func opens(s string) (f fence, ok bool) {
	t := strings.TrimLeft(s, " ")
	if len(t) < 3 || t[0] != '`' && t[0] != '~' || len(s)-len(t) > 8 {
		return f, false
	}
	n := len(t) - len(strings.TrimLeft(t, t[:1]))
	info := strings.TrimSpace(t[n:])
	if n < 3 || t[0] == '`' && strings.Contains(info, "`") {
		return f, false
	}
	return fence{sign: t[:n], indent: len(s) - len(t), info: info}, true
}

// ends tells whether a line ends it.
func (f fence) ends(s string) bool {
	t := strings.TrimSpace(s)
	return len(t) >= len(f.sign) && strings.Trim(t, f.sign[:1]) == ""
}

// label is what is written at a block, beyond a language that its colours show.
func (f fence) label() string {
	if strings.ContainsAny(f.info, " \t") || !knows(f.info) {
		return f.info
	}
	return ""
}

// fenced draws a block of code, and tells whether there is one: of a fence with nothing
// after it, nothing would be seen.
func (p *page) fenced(f fence) bool {
	left := p.left
	_, at := left.next()
	next, in := f.within(left.peek())
	if !left.more || f.quoted > 0 && !in || f.ends(next) && f.label() == "" {
		return false
	}
	p.left = left
	bar := strings.Repeat(quoteBar, f.quoted)
	if p.Width > 8 {
		bar += codeBar
	}
	if label := f.label(); label != "" {
		ln := line{at: at, lead: bar, hang: bar, tone: toneRule}
		ln.add(label, look{tone: toneDim})
		p.put(ln)
	}
	var list []string
	at = p.left.n
	for p.left.more {
		s, in := f.within(p.left.peek())
		if !in {
			break
		}
		if f.ends(s) {
			p.left.next()
			break
		}
		if len(p.rows)+len(list) > p.Most {
			p.left.open = f // what is left is no Markdown
			break
		}
		p.left.next()
		n := min(f.indent, len(s)-len(strings.TrimLeft(s, " ")))
		list = append(list, s[n:])
	}
	language, _, _ := strings.Cut(f.info, " ")
	p.code(list, at, language, bar)
	return true
}

// codeBar stands before code.
const codeBar = "│ "
