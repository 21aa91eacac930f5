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

// title is what stands above a block, in place of its bar: the language, and what else is said of
// it in plain words. Anything else could look like a row of the chat's own there.
func (f fence) title() string {
	if strings.Trim(f.info, titleLetters) != "" {
		return ""
	}
	return f.info
}

// titleLetters are what a title may be made of.
const titleLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .+#-_/:"

// enters takes the line of a fence, and tells whether a block begins with it: of a fence with
// nothing after it, nothing would be seen.
func (l *lines) enters(f fence) bool {
	left := *l
	left.next()
	next, in := f.within(left.peek())
	if !left.more || f.quoted > 0 && !in || f.ends(next) {
		return false
	}
	*l = left
	return true
}

// fenced draws a block of code, and tells whether there is one.
func (p *page) fenced(f fence) bool {
	at := p.left.n
	if !p.left.enters(f) {
		return false
	}
	quoted := strings.Repeat(quoteBar, f.quoted)
	bar := quoted
	if p.Width > 8 {
		bar += codeBar
	}
	if f.info != "" {
		ln := line{at: at, lead: bar, hang: bar, tone: toneRule}
		if f.title() != "" {
			ln.lead, ln.hang, ln.title = quoted, quoted, true
		}
		ln.add(f.info, look{tone: toneDim})
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
