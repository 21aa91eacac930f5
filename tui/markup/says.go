package markup

import (
	"strings"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxWhole is how much of an address is shown beside a text that says another one, in
// characters: a row of a terminal.
const maxWhole = 80

// spelled is an address of the web in its parts, be it one that can be opened or one that a text
// says.
type spelled struct {
	scheme string // "" where the text has none
	host   string
	port   string // "" for that of the scheme
	rest   string // path, query and fragment
}

// spell takes an address apart. What only looks like a slash ends the host as one does.
func spell(s string) (a spelled) {
	for _, scheme := range []string{"https", "http"} {
		if n := len(scheme + "://"); len(s) >= n && strings.EqualFold(s[:n], scheme+"://") {
			a.scheme, s = scheme, s[n:]
			break
		}
	}
	a.host = s
	if i := strings.IndexFunc(s, func(r rune) bool { return inNoHost(r) && !strings.ContainsRune("@[]", r) }); i >= 0 {
		a.host, a.rest = s[:i], s[i:]
	}
	if i := strings.LastIndexByte(a.host, ':'); i > strings.LastIndexByte(a.host, ']') {
		a.host, a.port = a.host[:i], a.host[i+1:]
	}
	a.host = strings.TrimPrefix(strings.ToLower(strings.Trim(a.host, "[]")), "www.")
	a.rest = strings.TrimRight(a.rest, "/")
	return a
}

// usual leaves out the port that a scheme has if nothing is said.
func (a spelled) usual(scheme string) spelled {
	if scheme == "https" && a.port == "443" || scheme == "http" && a.port == "80" {
		a.port = ""
	}
	return a
}

// says tells whether a text says where a link goes, and which word of it says an address that it does
// not go to, "" for none: the host may be right, and the path, the port or the scheme another one. Of
// several it is the one that is most like where the link goes.
func says(text string, a address) (same bool, other string) {
	if !a.web {
		return names(text, a), ""
	}
	to := spell(a.typed)
	to = to.usual(to.scheme)
	words := strings.Fields(text)
	most := -1
	for _, word := range words {
		said := spell(word).usual(to.scheme)
		if !said.means(to) { // unless what ends a sentence is at its end
			word = strings.Trim(word, ".,;!?()<>\"'")
			said = spell(word).usual(to.scheme)
		}
		like := 0
		if said.host == to.host {
			like = 1 + common(encoded(said.rest), encoded(to.rest))
		}
		switch {
		case said.means(to):
			same = len(words) == 1
		case (said.scheme != "" || said.host == to.host) && like > most:
			other, most = word, like
		}
	}
	return same, other
}

// common is how many bytes two texts begin with both.
func common(a, b string) (n int) {
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// means tells whether an address in a text is the one that a link goes to. A host alone means
// all that is there, as its scheme has it.
func (a spelled) means(to spelled) bool {
	if a.host != to.host || a.port != to.port || a.scheme != "" && a.scheme != to.scheme {
		return false
	}
	return encoded(a.rest) == encoded(to.rest) || a.scheme+a.port+a.rest == ""
}

// place is where a link goes, as it is said beside its text: the host, and a port that is not the
// usual one.
func (a address) place() string {
	to := spell(a.typed)
	port := to.usual(to.scheme).port
	switch {
	case !a.web || port == "":
		return a.host
	case strings.Contains(a.host, ":"): // IPv6
		return "[" + a.host + "]:" + port
	}
	return a.host + ":" + port
}

// whole is place with what follows it, for who reads a text of which a word says another address; and
// with the scheme where that is another one.
func (a address) whole(word string) string {
	to, said := spell(a.typed), spell(word)
	b := a.place()
	if said.scheme != "" && said.scheme != to.scheme {
		b = to.scheme + "://" + b
	}
	rest := to.rest
	if utf8.RuneCountInString(rest) > maxWhole {
		rest = differing(rest, said.rest)
	}
	return chat.SanitizeLine(b + rest)
}

// differing is of what follows a host, which is long, what is around the place in which it begins to
// differ from another: from the part on in which that is, or half a row before it.
func differing(rest, said string) string {
	rest, said = encoded(rest), encoded(said) // as they are compared: a letter differs from itself in no other way
	at := common(rest, said)
	from := max(0, strings.LastIndexAny(rest[:min(at+1, len(rest))], "/?#&"))
	from = max(from, at-maxWhole/2)
	before, after := "", ""
	if from > 0 {
		before = rest[:1] + "…" // the host ends here
	}
	if len(rest)-from > maxWhole {
		rest, after = rest[:from+maxWhole], "…"
	}
	return before + rest[from:] + after
}
