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

// says tells whether a text says where a link goes, and whether it says an address that it does
// not go to: the host may be right, and the path, the port or the scheme another one.
func says(text string, a address) (same, other bool) {
	if !a.web {
		return names(text, a), false
	}
	to := spell(a.typed)
	to = to.usual(to.scheme)
	words := strings.Fields(text)
	for _, word := range words {
		said := spell(word).usual(to.scheme)
		if !said.means(to) { // unless what ends a sentence is at its end
			said = spell(strings.Trim(word, ".,;!?()<>\"'")).usual(to.scheme)
		}
		switch {
		case said.means(to):
			same = len(words) == 1
		case said.scheme != "" || said.host == to.host:
			other = true
		}
	}
	return same, other
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

// whole is place with what follows it, for who reads a text that says another address; and with
// the scheme where that is another one.
func (a address) whole(text string) string {
	to := spell(a.typed)
	said := spell(strings.TrimSpace(text))
	b := a.place()
	if said.scheme != "" && said.scheme != to.scheme {
		b = to.scheme + "://" + b
	}
	rest := to.rest
	if utf8.RuneCountInString(rest) > maxWhole { // from the part on in which they differ
		from := 0
		for i := 0; i < min(len(rest), len(said.rest)) && rest[i] == said.rest[i]; i++ {
			if strings.IndexByte("/?#&", rest[i]) >= 0 {
				from = i
			}
		}
		if from > 0 {
			rest = "…" + rest[from:]
		}
	}
	if cut := []rune(rest); len(cut) > maxWhole {
		rest = string(cut[:maxWhole]) + "…"
	}
	return chat.SanitizeLine(b + rest)
}
