package server

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxQueryWords is how many words, phrases and operators a search may have: each is
// a walk over all messages that have it.
const maxQueryWords = 32

// query is what somebody typed to look for something, taken apart.
type query struct {
	words, begins []string // as in chat.SearchQuery
	rooms, from   []string // as the asker calls them
	since, until  chat.Millis
	file, link    bool
	pinned        bool
}

// narrow tells whether the query names something that few messages have.
func (q *query) narrow() bool {
	return len(q.words)+len(q.begins)+len(q.rooms)+len(q.from) > 0 || q.file || q.link || q.pinned
}

// parseQuery takes a query apart: words, "phrases in quotes", wor* for the beginning
// of a word, and operators. What looks like an operator and is none is a word. There
// is no query it cannot take apart, but an operator may ask for what there is not, and
// there may be too much.
func parseQuery(text string) (query, error) {
	var q query
	if len(text) > chat.MaxQuery {
		return q, &chat.Error{Code: chat.CodeTooLarge, Message: "the query is too long; look for less of it"}
	}
	if !utf8.ValidString(text) {
		return q, badRequest("the query must be valid UTF-8 text")
	}
	for n := 0; ; n++ {
		text = strings.TrimSpace(text)
		if text == "" {
			return q, nil
		}
		if n == maxQueryWords {
			return q, badRequest("a search takes %d words at most; look for fewer", maxQueryWords)
		}
		if phrase, rest, ok := cutQuoted(text); ok {
			q.words, text = append(q.words, phrase), rest
			continue
		}
		word := text[:wordEnd(text)]
		text = text[len(word):]
		operator, value, _ := strings.Cut(word, ":")
		apply := operators[strings.ToLower(operator)]
		if apply == nil || len(operator) == len(word) {
			q.word(word)
			continue
		}
		if phrase, rest, ok := cutQuoted(text); ok && value == "" {
			value, text = phrase, rest
		}
		if value == "" {
			return q, badRequest("%s: needs a value right after it; in quotes it is a word like others", operator)
		}
		if err := apply(&q, value); err != nil {
			return q, err
		}
	}
}

// word adds a word that is no operator. With a star at its end it is a beginning; of
// a single letter that would be half of all words.
func (q *query) word(word string) {
	begin := strings.TrimRight(word, "*")
	if begin != word && utf8.RuneCountInString(begin) > 1 {
		q.begins = append(q.begins, begin)
		return
	}
	q.words = append(q.words, word)
}

// quotes are what a phrase may begin and end with: some keyboards and editors make
// pairs of them.
const quotes = "\"“”„"

// cutQuoted cuts the phrase that text begins with. One that is not closed goes to
// the end.
func cutQuoted(text string) (phrase, rest string, ok bool) {
	r, size := utf8.DecodeRuneInString(text)
	if text == "" || !strings.ContainsRune(quotes, r) {
		return "", text, false
	}
	phrase = text[size:]
	if end := strings.IndexAny(phrase, quotes); end >= 0 {
		_, size = utf8.DecodeRuneInString(phrase[end:])
		phrase, rest = phrase[:end], phrase[end+size:]
	}
	return phrase, rest, true
}

// wordEnd is where the word that text begins with ends: at a space or a quote.
func wordEnd(text string) int {
	for i, r := range text {
		if strings.ContainsRune(quotes, r) || unicode.IsSpace(r) {
			return i
		}
	}
	return len(text)
}

// operators are what may stand before a colon, and what each does with the value
// after it.
var operators = map[string]func(q *query, value string) error{
	"from": func(q *query, value string) error { q.from = append(q.from, value); return nil },
	"in":   func(q *query, value string) error { q.rooms = append(q.rooms, value); return nil },
	"has": func(q *query, value string) error {
		switch strings.ToLower(value) {
		case "file":
			q.file = true
		case "link":
			q.link = true
		default:
			return badRequest("has: takes file or link")
		}
		return nil
	},
	"is": func(q *query, value string) error {
		if q.pinned = strings.EqualFold(value, "pinned"); !q.pinned {
			return badRequest("is: takes pinned")
		}
		return nil
	},
	"before": func(q *query, value string) error {
		first, _, err := days(value)
		q.end(first)
		return err
	},
	"after": func(q *query, value string) error {
		_, next, err := days(value)
		q.begin(next)
		return err
	},
	"on": func(q *query, value string) error {
		first, next, err := days(value)
		q.begin(first)
		q.end(next)
		return err
	},
}

func (q *query) begin(t chat.Millis) { q.since = max(q.since, t) }

func (q *query) end(t chat.Millis) {
	t = max(t, 1) // 0 is no end; before that nobody wrote anything
	if q.until == 0 || t < q.until {
		q.until = t
	}
}

// days reads a day, a month or a year, in UTC: where it begins, and where the next
// one does.
func days(value string) (first, next chat.Millis, err error) {
	for _, form := range []struct {
		layout       string
		years, month int
		days         int
	}{{time.DateOnly, 0, 0, 1}, {"2006-01", 0, 1, 0}, {"2006", 1, 0, 0}} {
		if t, err := time.Parse(form.layout, value); err == nil {
			return chat.ToMillis(t), chat.ToMillis(t.AddDate(form.years, form.month, form.days)), nil
		}
	}
	return 0, 0, badRequest("before:, after: and on: take a day as in 2026-11-28, a month as in 2026-11, or a year")
}
