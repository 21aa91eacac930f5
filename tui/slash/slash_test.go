package slash

import (
	"slices"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	for _, list := range [][]Command{OnScreen(), InLines()} {
		known := make(map[string]string)
		for _, c := range list {
			for _, word := range append([]string{c.Name}, c.Also...) {
				if known[word] != "" {
					t.Errorf("/%s is /%s and /%s", word, known[word], c.Name)
				}
				known[word] = c.Name
				if found, ok := Find(list, strings.ToUpper(word)); !ok || found.Name != c.Name {
					t.Errorf("/%s is %+v", word, found)
				}
			}
			if c.Help == "" || strings.HasSuffix(c.Help, ".") || c.Name != strings.ToLower(c.Name) {
				t.Errorf("%+v", c)
			}
		}
	}
	if _, ok := Find(InLines(), "theme"); ok {
		t.Error("there are colours in lines")
	}
	if c, _ := Find(InLines(), "topic"); c.Wants() || c.Alone() || c.Usage() != "/topic [TEXT]" {
		t.Errorf("%+v", c)
	}
}

// TestOneNameOneThing: what is another command in lines than on the screen has another
// name. So a name stands once in the table.
func TestOneNameOneThing(t *testing.T) {
	words := make(map[string]bool)
	for _, e := range table {
		for _, w := range append([]string{e.Name}, e.Also...) {
			if words[w] {
				t.Errorf("/%s stands twice", w)
			}
			words[w] = true
		}
	}
}

func TestLines(t *testing.T) {
	for text, want := range map[string]bool{"/x": true, "/": true, "/me waves": true, "/etc/hosts": false, "//x": false, "x": false, "": false, "/a b/c": true, "/a\n/b": true} {
		if Is(text) != want {
			t.Errorf("%q: %t", text, !want)
		}
	}
	for text, want := range map[string]string{
		"/msg ada  well \nmore\n": "msg|ada  well \nmore",
		"/me\n  a\n  b":           "me|  a\n  b",
		"/me  \n\nx":              "me|\nx",
		"/me":                     "me|",
		"/ me":                    "|me",
	} {
		if word, rest := Split(text); word+"|"+rest != want {
			t.Errorf("%q: %q, %q", text, word, rest)
		}
	}
	for word, want := range map[string]string{
		"zzzzz":                 "no command /zzzzz: /help lists them.",
		"jion":                  "no command /jion: did you mean /join?",
		"theme":                 "no command /theme: there are no colours here.",
		"up":                    "no command /up: a file is sent from a shell, with: hobnob upload ROOM FILE.",
		"logout":                "no command /logout: you sign out from a shell, with: hobnob logout.",
		"foo":                   "no command /foo: /help lists them.",
		"his":                   "no command /his: did you mean /history?",
		strings.Repeat("é", 40): "no command /" + strings.Repeat("é", 20) + "…: /help lists them.",
	} {
		if got := Unknown(InLines(), word); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// TestHarmfulIsNotSuggested: nobody who slips is offered what others would suffer from.
func TestHarmfulIsNotSuggested(t *testing.T) {
	for _, list := range [][]Command{OnScreen(), InLines()} {
		for _, word := range []string{"archive", "ban", "delete", "kick", "role"} {
			if !slices.ContainsFunc(list, func(c Command) bool { return c.Name == word }) {
				continue
			}
			for _, slip := range []string{word[:len(word)-1], word[1:], word + "e", strings.ToUpper(word)} {
				if got := Nearest(list, slip); got == word {
					t.Errorf("for %s it suggests %s", slip, got)
				}
			}
		}
	}
}

func TestPeople(t *testing.T) {
	for line, want := range map[string]string{
		"bob":                       "bob|",
		"@bob hi, all":              "bob|hi, all",
		"bob,cyn hi, all":           "bob+cyn|hi, all",
		"@bob, @cyn hi":             "bob+cyn|hi",
		`"Bob Smith",@"Cy N", d ho`: "Bob Smith+Cy N+d|ho",
		`@"Bob Smith",@"Cy N",d ho`: "Bob Smith+Cy N+d|ho",
		`@"Bob Smith"`:              "Bob Smith|",
		`@"Bob Smith",`:             "Bob Smith|",
		`"Bob Smith" ho, ho`:        "Bob Smith|ho, ho",
		"bob,":                      "bob|",
		",":                         "|",
		"@,bob hi":                  "bob|hi",
		`"bob hi`:                   `"bob|hi`,
		`bob "quoted", he said`:     `bob|"quoted", he said`,
		"bob\nhi, all":              "bob|hi, all",
		"bob,cyn\n  hi\nall":        "bob+cyn|  hi\nall",
		"\"Bob Smith\"\nhi":         "Bob Smith|hi",
		"bob a\nb, c":               "bob|a\nb, c",
	} {
		who, rest := People(line)
		if got := strings.Join(who, "+") + "|" + rest; got != want {
			t.Errorf("%q is %q, not %q", line, got, want)
		}
	}
}

// TestWhatOthersCallThem: the words of IRC's clients and of Slack lead where they do there.
func TestWhatOthersCallThem(t *testing.T) {
	for line, want := range map[string]string{
		"n": "members", "names": "members", "wi bob": "whois", "c": "clear", "cl": "clear", "close": "part", "wc": "part", "ls": "list", "inv bob": "invite",
		"th": "thread", "t": "thread", "up x": "upload", "kb bob": "kick", "remove bob": "kick", "rm": "delete", "del": "delete", "signoff": "quit", "open ops": "join", "active": "back",
		"q": "quit", "q bob": "msg", "Q bob hi": "msg", "query bob": "msg", "w bob": "whois",
	} {
		word, rest := Split("/" + line)
		if c, ok := Called(OnScreen(), word, rest); !ok || c.Name != want {
			t.Errorf("/%s is %s, not %s", line, c.Name, want)
		}
	}
}

// TestNearest: of those that a word begins the most usual, and else only what is a slip away.
func TestNearest(t *testing.T) {
	for word, want := range map[string]string{
		"u": "upload", "un": "unmute", "re": "reply", "rea": "react", "rec": "reconnect", "thr": "thread", "win": "", "me": "me", "men": "mentions", "mem": "members", "mute": "mute",
		"serach": "search", "topci": "topic", "jion": "join", "mgs": "msg", "xyz": "", "quti": "quit", "se": "search", "set": "settings",
	} {
		if got := Nearest(OnScreen(), word); got != want {
			t.Errorf("%s: %q, not %q", word, got, want)
		}
	}
	if got := Nearest(InLines(), "u"); got != "unmute" {
		t.Errorf("in lines: %q", got)
	}
}

// TestFewWordsSayMoreThanTheName: where there is little room, what stands beside a command is read
// on the narrowest screen, and is more than the name once again.
func TestFewWordsSayMoreThanTheName(t *testing.T) {
	const narrowest = 20
	for _, c := range OnScreen() {
		if row := "/" + c.Name + " " + c.Brief; len(row) > narrowest || c.Brief == "" {
			t.Errorf("%q has %d cells of %d", row, len(row), narrowest)
		}
		more := slices.ContainsFunc(strings.Fields(c.Brief), func(w string) bool {
			return !slices.Contains([]string{"a", "be", "go", "it", "its", "the", "to", "your"}, w) && strings.TrimSuffix(w, "s") != strings.TrimSuffix(c.Name, "s")
		})
		if !more {
			t.Errorf("/%s · %s says nothing", c.Name, c.Brief)
		}
	}
}
