package server

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func day(s string) chat.Millis {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return chat.ToMillis(t)
}

func TestParseQuery(t *testing.T) {
	for text, want := range map[string]query{
		"":                             {},
		" \t\u3000\n":                  {},
		"deploy noon":                  {words: []string{"deploy", "noon"}},
		`"deploy at noon" x`:           {words: []string{"deploy at noon", "x"}},
		`“at noon” „x“`:                {words: []string{"at noon", "x"}},
		`a"b c"d`:                      {words: []string{"a", "b c", "d"}},
		`"not closed from:ada`:         {words: []string{"not closed from:ada"}},
		`""`:                           {words: []string{""}},
		"deploy* a* 東*":                {begins: []string{"deploy"}, words: []string{"a*", "東*"}},
		"* ***":                        {words: []string{"*", "***"}},
		`"deploy*"`:                    {words: []string{"deploy*"}},
		"東京\u3000大阪":                   {words: []string{"東京", "大阪"}},
		"from:ada FROM:@bob":           {from: []string{"ada", "@bob"}},
		`from:"ada l" x`:               {from: []string{"ada l"}, words: []string{"x"}},
		`"from:ada"`:                   {words: []string{"from:ada"}},
		"in:#ops in:general":           {rooms: []string{"#ops", "general"}},
		"has:file HAS:Link is:pinned":  {file: true, link: true, pinned: true},
		"http://x y:z : :a a: ::":      {words: []string{"http://x", "y:z", ":", ":a", "a:", "::"}},
		"before:2026-11-01":            {until: day("2026-11-01")},
		"after:2026-11-01":             {since: day("2026-11-02")},
		"on:2026-11-01":                {since: day("2026-11-01"), until: day("2026-11-02")},
		"on:2026-12":                   {since: day("2026-12-01"), until: day("2027-01-01")},
		"after:2025 before:2027":       {since: day("2026-01-01"), until: day("2027-01-01")},
		"before:2027 before:2026":      {until: day("2026-01-01")},
		"after:2024-02-28":             {since: day("2024-02-29")},
		"before:1970-01-01":            {until: 1},
		"before:0000":                  {until: 1},
		"-x --json NOT (a OR b) x AND": {words: []string{"-x", "--json", "NOT", "(a", "OR", "b)", "x", "AND"}},
	} {
		got, err := parseQuery(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v; not %+v", text, got, err, want)
		}
	}
}

func TestParseQueryRefuses(t *testing.T) {
	for text, want := range map[string]struct {
		code chat.Code
		say  string
	}{
		strings.Repeat("x", chat.MaxQuery+1):      {chat.CodeTooLarge, "too long"},
		strings.Repeat("x ", maxQueryWords) + "x": {chat.CodeBadRequest, "32 words"},
		"x\xff":               {chat.CodeBadRequest, "UTF-8"},
		"from:":               {chat.CodeBadRequest, "from: needs a value"},
		"In: x":               {chat.CodeBadRequest, "In: needs a value"},
		`from:""`:             {chat.CodeBadRequest, "needs a value"},
		"has:cheese":          {chat.CodeBadRequest, "file or link"},
		"is:late":             {chat.CodeBadRequest, "pinned"},
		"before:tomorrow":     {chat.CodeBadRequest, "2026-11-28"},
		"after:2026-13-01":    {chat.CodeBadRequest, "2026-11-28"},
		"on:2026-02-30":       {chat.CodeBadRequest, "2026-11-28"},
		"before:2026-1-1 x y": {chat.CodeBadRequest, "2026-11-28"},
	} {
		_, err := parseQuery(text)
		if !errors.Is(err, &chat.Error{Code: want.code}) || !strings.Contains(err.Error(), want.say) {
			t.Errorf("%.40q: %v", text, err)
		}
	}
}

// FuzzParseQuery: every text is taken apart or refused with a sentence, what comes
// out was in it, and nothing that was a word is lost.
func FuzzParseQuery(f *testing.F) {
	for _, s := range []string{`from:"ada l" "at noon" deploy* in:#ops`, "before:2026-11-01 on:2026 after:2026-02", "has:file is:pinned “x„ \xff", "::: * \"\"\"", "東京*\u3000x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		q, err := parseQuery(text)
		if err != nil {
			known, ok := errors.AsType[*chat.Error](err)
			if !ok || known.Message == "" || !utf8.ValidString(known.Message) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		n := 0
		for _, list := range [][]string{q.words, q.begins, q.from, q.rooms} {
			for _, s := range list {
				if n++; !strings.Contains(text, s) {
					t.Fatalf("%q has no %q", text, s)
				}
			}
		}
		if n > maxQueryWords {
			t.Fatalf("%q has %d words", text, n)
		}
		if !strings.ContainsAny(text, quotes+":*") && !reflect.DeepEqual(q, query{words: nonNil(strings.Fields(text))}) {
			t.Fatalf("%q is %+v", text, q)
		}
	})
}

func nonNil(list []string) []string {
	if len(list) == 0 {
		return nil
	}
	return list
}
