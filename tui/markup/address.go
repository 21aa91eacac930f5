package markup

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// maxAddress is how long an address is that can be opened: terminals take no
	// more than some two thousand bytes.
	maxAddress = 2000
	// maxHost is how much of a host is shown: its end, which says whose it is.
	maxHost = 60
)

// address is where a link goes.
type address struct {
	typed string
	url   string // of ASCII only
	web   bool   // else it is a mailbox
	host  string // as it is shown; the mailbox of a mailto link
	doubt string // why the host may not be what it looks like
}

// parseAddress reads an address that may be opened: of the web or a mailbox.
func parseAddress(s string) (a address, ok bool) {
	if len(s) > maxAddress || strings.ContainsAny(s, " \n\t") {
		return a, false
	}
	u, err := url.Parse(s)
	if err != nil {
		return a, false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		host := strings.ToLower(u.Hostname())
		if host == "" {
			return a, false
		}
		a.doubt = doubtful(u, host)
		if i := strings.LastIndexFunc(host, inNoHost); i >= 0 {
			_, size := utf8.DecodeRuneInString(host[i:])
			host = "…" + host[i+size:] // whose it is, without what looks like its end
		}
		a.host, a.web = shownHost(host), true
	case "mailto":
		box, _, _ := strings.Cut(u.Opaque, "?")
		if !strings.Contains(box, "@") {
			return a, false
		}
		a.host = shownHost(box)
	default:
		return a, false
	}
	a.typed, a.url = s, encoded(s)
	return a, len(a.url) <= maxAddress
}

// doubtful tells why a host may not be what it looks like.
func doubtful(u *url.URL, host string) string {
	if found := chat.MixedScripts(host); found != nil {
		return "mixes " + found[0] + " and " + found[1] + " letters"
	}
	for label := range strings.SplitSeq(host, ".") {
		if strings.HasPrefix(label, "xn--") {
			return "punycode"
		}
	}
	switch {
	case u.User != nil:
		return "what is before the @ is no host"
	case strings.ContainsFunc(host, inNoHost):
		return "a sign in it only looks like one of an address"
	}
	return ""
}

// inNoHost tells whether r is nothing that a host has (RFC 5891, section 4.2.2, and what
// is in use): there are slashes and dots that are none.
func inNoHost(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("-._:%", r)
}

// shownHost is a host that is safe to draw.
func shownHost(s string) string {
	s = strings.TrimSpace(chat.SanitizeLine(s))
	if len(s) <= maxHost {
		return s
	}
	i := len(s) - maxHost
	for !utf8.RuneStart(s[i]) {
		i++
	}
	return chat.SanitizeLine("…" + s[i:])
}

// encoded has no byte that a terminal could take for something else.
func encoded(s string) string {
	if ascii(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c > ' ' && c < 0x7f {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// names tells whether a text says where a link to a mailbox goes.
func names(s string, a address) bool {
	box := said(s)
	return box != "" && strings.EqualFold(box, a.host)
}

// said is the host that a text names, be it one or not, "" if it has other words.
func said(s string) string {
	s = strings.TrimSpace(s)
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) {
			s = s[len(scheme):]
			break
		}
	}
	if i := strings.IndexAny(s, "/?#:"); i >= 0 {
		s = s[:i]
	}
	if strings.ContainsAny(s, " \t") {
		return ""
	}
	return s
}

// namesAnother tells whether a text looks as if it named another host than that of its
// link: a word of it has a dot between letters.
func namesAnother(s, host string) bool {
	for word := range strings.FieldsSeq(s) {
		word = strings.Trim(said(word), ".,;!?()\"'")
		if strings.EqualFold(strings.TrimPrefix(word, "www."), strings.TrimPrefix(host, "www.")) {
			continue
		}
		if i := strings.LastIndexByte(word, '.'); i > 0 && len(word)-i > 2 && strings.IndexFunc(word[i+1:], func(r rune) bool { return !unicode.IsLetter(r) }) < 0 {
			return true
		}
	}
	return false
}

// token is an address or a name in a text.
type token struct {
	start, end int
	address    address // of an address
	look       look    // of a name
}

// tokens finds the addresses and names of a text.
func (p *page) tokens(s string) (list []token) {
	for i := 0; i < len(s); i++ {
		var t token
		switch s[i] {
		case 'h', 'H', 'm', 'M':
			t = p.addressAt(s, i)
		case '@':
			t = p.personAt(s, i)
		case '#':
			t = p.roomAt(s, i)
		}
		if t.end > 0 {
			list = append(list, t)
			i = t.end - 1
		}
	}
	return list
}

// token adds one.
func (b *builder) token(t token, as look) {
	s := b.src[t.start:t.end]
	if t.address.url != "" {
		b.address(s, t.address, as)
		return
	}
	if as.link == 0 {
		as.tone, as.who = t.look.tone, t.look.who
		as.weight |= t.look.weight
	}
	b.now.add(s, as)
}

// joined tells whether what is before i belongs to the same word.
func joined(s string, i int) bool {
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || unicode.IsMark(r)
}

// addressAt finds an address that begins at i, if its scheme is one that is opened.
func (p *page) addressAt(s string, i int) (t token) {
	rest := s[i:]
	scheme := ""
	for _, c := range []string{"https://", "http://", "mailto:"} {
		if len(rest) > len(c) && strings.EqualFold(rest[:len(c)], c) {
			scheme = c
		}
	}
	if scheme == "" || p.seen >= maxLinks || joined(s, i) || i > 0 && s[i-1] == '<' || i > 1 && s[i-2:i] == "](" {
		return t
	}
	n := len(scheme)
	for n < len(rest) && n <= maxAddress {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if r <= ' ' || strings.ContainsRune("<>\"`|⟨⟩。、，；：！？）」』】》", r) || unicode.IsSpace(r) || r == ']' && strings.HasPrefix(rest[n:], "](") {
			break
		}
		n += size
	}
	rest = trimmed(rest[:min(n, len(rest))])
	p.seen++
	a, ok := parseAddress(rest)
	if !ok || len(rest) <= len(scheme) {
		return t
	}
	return token{start: i, end: i + len(rest), address: a}
}

// trimmed leaves out what stands at the end of an address and belongs to the
// sentence around it.
func trimmed(s string) string {
	for s != "" {
		c := s[len(s)-1]
		switch {
		case strings.IndexByte(".,:;!?'*_~", c) >= 0:
		case c == ')' && strings.Count(s, ")") > strings.Count(s, "("):
		case c == ']' && strings.Count(s, "]") > strings.Count(s, "["):
		default:
			return s
		}
		s = s[:len(s)-1]
	}
	return s
}

// personAt finds the name of somebody who is called at i.
func (p *page) personAt(s string, i int) (t token) {
	if joined(s, i) {
		return t
	}
	for _, you := range p.You {
		if n := len(you); n > 1 && n > t.end-i && len(s)-i >= n && strings.EqualFold(s[i:i+n], you) && !wordGoesOn(s[i+n:]) {
			t = token{start: i, end: i + n, look: look{tone: toneYou}}
		}
	}
	if t.end > 0 || p.Names == nil {
		return t
	}
	if n := p.spacedAt(s[i+1:]); n > 0 {
		name := s[i+1 : i+1+n]
		return token{start: i, end: i + 1 + n, look: look{tone: toneName, who: p.Names.People[strings.ToLower(name)]}}
	}
	n := wordLength(s[i+1:], "_-.")
	for name := s[i+1 : i+1+n]; name != ""; name = name[:len(name)-1] {
		if id, ok := p.Names.People[strings.ToLower(name)]; ok {
			return token{start: i, end: i + 1 + len(name), look: look{tone: toneName, who: id}}
		}
		if c := name[len(name)-1]; c != '.' && c != '-' && c != '_' {
			break
		}
	}
	return t
}

// spacedAt is the length of the longest name with spaces that s begins with, 0 where it begins
// with none. The first word says whether there can be one, so that most cost nothing.
func (p *page) spacedAt(s string) int {
	first := strings.IndexByte(s[:min(len(s), maxWord)], ' ')
	if first < 1 {
		return 0
	}
	for n := min(p.Names.Spaced[strings.ToLower(s[:first])], len(s)); n > first; n-- {
		if wordGoesOn(s[n:]) {
			continue
		}
		if _, known := p.Names.People[strings.ToLower(s[:n])]; known {
			return n
		}
	}
	return 0
}

// roomAt finds the name of a room at i.
func (p *page) roomAt(s string, i int) (t token) {
	if p.Names == nil || joined(s, i) {
		return t
	}
	n := wordLength(s[i+1:], "_-")
	if n == 0 || !p.Names.Rooms[strings.ToLower(s[i+1:i+1+n])] {
		return t
	}
	return token{start: i, end: i + 1 + n, look: look{tone: toneRoom}}
}

// maxWord is how long names of people and rooms are at most, in bytes.
const maxWord = 256

// wordLength is the length of the letters, digits and some signs that s begins with.
func wordLength(s, signs string) (n int) {
	for n < len(s) && n < maxWord {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune(signs, r) {
			break
		}
		n += size
	}
	return n
}

func wordGoesOn(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s != "" && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// AddressAt is the address that a byte of a text is part of, and whether it is of one.
func AddressAt(s string, at int) (from, to int, ok bool) {
	p := page{}
	for _, t := range p.tokens(s) {
		if t.address.url != "" && t.start <= at && at < t.end {
			return t.start, t.end, true
		}
	}
	return 0, 0, false
}
