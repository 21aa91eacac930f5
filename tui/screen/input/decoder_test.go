package input

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// brief says what events are, one word each.
func brief(events []uv.Event) string {
	var words []string
	for _, e := range events {
		switch e := e.(type) {
		case uv.KeyPressEvent:
			words = append(words, e.String())
		case uv.PasteEvent:
			words = append(words, fmt.Sprintf("paste:%q", e.Content))
		default:
			words = append(words, strings.TrimPrefix(fmt.Sprintf("%T", e), "uv."))
		}
	}
	return strings.Join(words, ", ")
}

// ms is so many milliseconds, before each piece.
func ms(n ...int) (gaps []time.Duration) {
	for _, n := range n {
		gaps = append(gaps, time.Duration(n)*time.Millisecond)
	}
	return gaps
}

func TestCutByTheNetwork(t *testing.T) {
	for _, c := range []struct {
		name   string
		pieces []string
		gaps   []time.Duration
		want   string
	}{
		{"end of a paste", []string{"\x1b[200~precious words \x1b[20", "1~", "more", "\x1b"}, ms(0, 100, 200, 200), `paste:"precious words ", m, o, r, e, esc`},
		{"end of a paste, behind the ESC", []string{"\x1b[200~words\x1b", "[201~", " more\r"}, ms(0, 900), `paste:"words", space, m, o, r, e, enter`},
		{"a paste that never ends", []string{"\x1b[200~words\rand more\x1b[20", "\x03"}, ms(0, 1500), `paste:"words\rand more", ctrl+c`},
		{"a paste that never ends, and a line", []string{"\x1b[200~words", "h", "i", "\r"}, ms(0, 1500, 80, 80), `paste:"words", h, i, enter`},
		{"a paste that rests", []string{"\x1b[200~one\rtwo\r", "three\rfour\r", "five\x1b[201~", "\r"}, ms(0, 5000, 5000, 60), `paste:"one\rtwo\r", paste:"three\rfour\r", paste:"five", enter`},
		{"an ESC in a paste that rests", []string{"\x1b[200~one \x1b", "x\rtwo\x1b[201~"}, ms(0, 1500), `paste:"one ", paste:"\x1bx\rtwo"`},
		{"a character in a paste that rests", []string{"\x1b[200~caf\xc3", "\xa9\rtwo\x1b[201~"}, ms(0, 1500), `paste:"caf", paste:"é\rtwo"`},
		{"Ctrl+C in a paste that hangs", []string{"\x1b[200~words", "\x03", "\x03"}, ms(0, 300), `paste:"words", ctrl+c, ctrl+c`},
		{"start of a paste", []string{"\x1b[20", "0~a\rb\r\x1b[201~"}, ms(0, 120), `paste:"a\rb\r"`},
		{"start of a paste, behind the ESC", []string{"\x1b", "[200~a\rb\r\x1b[201~"}, ms(0, 90), `paste:"a\rb\r"`},
		{"start of a paste, far behind the ESC", []string{"\x1b", "[200~a\rb\r\x1b[201~"}, ms(0, 700), `esc, paste:"a\rb\r"`},
		{"focus and mouse, far behind the ESC", []string{"\x1b", "[I", "\x1b", "[<0;10;1", "0M", "\x1b", "[D"}, ms(0, 700, 700, 700, 700, 700, 700), `esc, FocusEvent, esc, MouseClickEvent, esc, left`},
		{"an answer far behind the ESC", []string{"\x1b", "]11;rgb:ffff/dddd/eeee\x1b\\"}, ms(0, 700), `esc, BackgroundColorEvent`},
		{"keys after Esc", []string{"\x1b", "[", "I", "\x1b", "[[set]"}, ms(0, 150), `esc, [, I, esc, [, [, s, e, t, ]`},
		{"an answer", []string{"\x1b]11;rgb:1e1e/1e", "1e/1e1e\x1b", "\\\x1b[?2026;2$", "y\x1b[?20", "27;0$y"}, ms(0, 1000), `BackgroundColorEvent, ModeReportEvent, ModeReportEvent`},
		{"an answer that does not end, then keys", []string{"\x1b]11;rgb:1e1e/1e", "hi\r"}, ms(0, 300), `h, i, enter`},
		{"an answer that does not end", []string{"\x1b]11;rgb:1e1e/1e", "a"}, ms(0, 3000), `a`},
		{"focus", []string{"\x1b", "[I", "\x1b[", "O"}, ms(0, 70), `FocusEvent, BlurEvent`},
		{"an arrow", []string{"abc", "\x1b", "[D", "x"}, ms(0, 70), `a, b, c, left, x`},
		{"a character", []string{"caf\xc3", "\xa9"}, ms(0, 120), `c, a, f, é`},
		{"half a character", []string{"caf\xc3", "e"}, ms(0, 3000), "c, a, f, \ufffd, e"},
		{"Esc", []string{"\x1b", "x"}, ms(0, 110), `esc, x`},
		{"Esc twice", []string{"\x1b\x1b"}, nil, `esc, esc`},
		{"Alt", []string{"\x1b", "x", "\x1b", "\xc3", "\xa9", "\x1b\r"}, ms(0, 50), `alt+x, alt+é, alt+enter`},
		{"Alt and what begins a sequence", []string{"\x1b[", "x\x1b]", "y", "\x1bO", "\x1bP", "z"}, ms(0, 400), `alt+[, x, alt+], y, alt+shift+o, alt+shift+p, z`},
		{"an answer with a line end", []string{"\x1b_Gi=1;bad\rname\x1b\\x"}, nil, `x`},
		{"an answer with line ends, cut behind one", []string{"\x1bP>|XTerm\r", "\n\x1b", "\\", "hi\r"}, ms(0, 300), `h, i, enter`},
		{"a colour with a line end", []string{"a\x1b]11;rgb:1e1e/\r\n1e1e\x07b"}, nil, `a, b`},
		{"a long one, and what is typed behind it", []string{"\x1b_Gi=1;" + strings.Repeat("bad\r", 20) + "\x1b\\", "words\r"}, ms(0, 100), `w, o, r, d, s, enter`},
		{"one that does not end, and what is typed behind it", []string{"\x1bP>|XTerm\r", "hi", "\r"}, ms(0, 2100), `paste:">|XTerm\r", h, i, enter`},
		{"what is typed into one that does not end", []string{"\x1bP>|XTerm", "h", "i", "\r", "\x1b[D", "y"}, ms(0, 300), `paste:">|XTermhi\r", left, y`},
		{"a number after Alt", []string{"\x1b]12", "a"}, ms(0, 3000), `alt+], 1, 2, a`},
	} {
		if got := brief(run(&Decoder{}, stream{c.pieces, c.gaps})); got != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, got, c.want)
		}
	}
}

// TestAnEndThatWasPasted: what a paste has behind the mark that ends it presses nothing; what somebody
// presses after a paste does.
func TestAnEndThatWasPasted(t *testing.T) {
	const pasted = "\x1b[200~abc\x1b[201~"
	for _, c := range []struct {
		name   string
		pieces []string
		gaps   []time.Duration
		want   string
	}{
		{"a command", []string{pasted + "\r/quit\r\x1b[200~def\x1b[201~"}, nil, `paste:"abc", paste:"\r/quit\r", paste:"def"`},
		{"without the mark that begins one", []string{pasted + "\r/whois bob\r"}, nil, `paste:"abc", paste:"\r/whois bob\r"`},
		{"in the next read", []string{pasted, "\r", "/quit", "\r"}, ms(0, 30), `paste:"abc", paste:"\r/quit\r"`},
		{"as a key of kitty", []string{pasted + "/quit\x1b[13u"}, nil, `paste:"abc", paste:"/quit\x1b[13u"`},
		{"as one, in the next read", []string{pasted + "/quit", "\x1b[13u"}, ms(0, 40), `paste:"abc", paste:"/quit\x1b[13u"`},
		{"slowly", []string{pasted, "/quit", " now", "\x1b[13u"}, ms(0, 40), `paste:"abc", paste:"/quit now\x1b[13u"`},
		{"more slowly", []string{pasted + "/quit", "\x1b[13u"}, ms(0, 60), `paste:"abc", paste:"/quit\x1b[13u"`},
		{"as slowly as a burst", []string{pasted + "/qu", "it", "\x1b[13u", "\x03"}, ms(0, 240), `paste:"abc", paste:"/quit\x1b[13u\x03"`},
		{"a key that was cut", []string{pasted, "\x1b", "[13u"}, ms(0, 45, 45), `paste:"abc", paste:"\x1b[13u"`},
		{"a key that was cut, in a burst", []string{pasted + "/quit", "\x1b[1", "3u"}, ms(0, 200, 200), `paste:"abc", paste:"/quit\x1b[13u"`},
		{"an arrow between", []string{pasted + "/quit", "\x1b[D", "\x1b[13u"}, ms(0, 60), `paste:"abc", paste:"/quit", left, paste:"\x1b[13u"`},
		{"a paste between", []string{pasted + "/quit", pasted, "\x1b[13u"}, ms(0, 60), `paste:"abc", paste:"/quit", paste:"abc", paste:"\x1b[13u"`},
		{"and the true end", []string{pasted + "/quit\x1b[201~", "\x1b[201~"}, ms(0, 30), `paste:"abc", paste:"/quit"`},
		{"behind the true end", []string{pasted, "\x1b[201~", "\x1b[13u"}, ms(0, 40), `paste:"abc", paste:"\x1b[13u"`},
		{"a click in a burst", []string{pasted + "/quit", "\x1b[<0;5;6M", "\x1b[D\x1b[<0;5;6m"}, ms(0, 100), `paste:"abc", paste:"/quit", left`},
		{"somebody's Enter behind such an end", []string{pasted + "/quit", "\x1b[13u", "\r"}, ms(0, 255), `paste:"abc", paste:"/quit", enter, enter`},
		{"and while the mouse moves", []string{pasted + "/quit", "\x1b[<35;1;1M", "\x1b[I", "\r"}, ms(0, 100), `paste:"abc", MouseMotionEvent, FocusEvent, paste:"/quit", enter`},
		{"of the keypad", []string{pasted + "/quit\x1bOM"}, nil, `paste:"abc", paste:"/quit\x1bOM"`},
		{"keys that do something", []string{pasted + "\x0f\x1be\x1b[111;5u\x03"}, nil, `paste:"abc", paste:"\x0f\x1be\x1b[111;5u\x03"`},
		{"letters", []string{pasted + "dy"}, nil, `paste:"abc", paste:"dy"`},
		{"no more than a line end", []string{pasted + "\r", "\r"}, ms(0, 400), `paste:"abc", paste:"\r", enter`},
		{"keys that move", []string{pasted + "\x1b[D\x1b[C\x7f\t"}, nil, `paste:"abc", left, right, backspace, tab`},
		{"keys that move, and do something with others", []string{pasted + "\x1b[1;2D\x1b[1;3A\x1b[D"}, nil, `paste:"abc", paste:"\x1b[1;2D\x1b[1;3A\x1b[D"`},
		{"with Ctrl, with Alt", []string{pasted, "\x1b[1;5C", pasted, "\x1b\x7f", pasted, "\x1b\x1b[A"}, ms(0, 30, 1000, 30, 1000, 30), `paste:"abc", paste:"\x1b[1;5C", paste:"abc", paste:"\x1b\x7f", paste:"abc", paste:"\x1b\x1b[A"`},
		{"function keys", []string{pasted + "\x1b[15~\x1bOP"}, nil, `paste:"abc", paste:"\x1b[15~\x1bOP"`},
		{"the keypad's digits", []string{pasted + "\x1b[57400u\x1bOq"}, nil, `paste:"abc", paste:"\x1b[57400u\x1bOq"`},
		{"a click", []string{pasted + "\x1b[<0;5;6M\x1b[<0;5;6m\x1b[M !!"}, nil, `paste:"abc"`},
		{"in the next read", []string{pasted, "\x1b[<0;5;6M", "\x1b[<0;5;6m\x1b[D\x1b[<65;5;6M"}, ms(0, 40), `paste:"abc", left, MouseWheelEvent`},
		{"in a text", []string{pasted + "/\x1b[<0;5;6M\x1b[<0;5;6mquit\r"}, nil, `paste:"abc", paste:"/quit\r"`},
		{"somebody's click", []string{pasted, "\x1b[<0;5;6M", "\x1b[<0;5;6m"}, ms(0, 60), `paste:"abc", MouseClickEvent, MouseReleaseEvent`},
		{"the mouse", []string{pasted + "\x1b[<35;1;1M\rx"}, nil, `paste:"abc", MouseMotionEvent, paste:"\rx"`},
		{"somebody's Enter", []string{pasted, "\r"}, ms(0, 60), `paste:"abc", enter`},
		{"somebody's Enter while the mouse moves", []string{pasted, "\x1b[<35;1;1M", "\r"}, ms(0, 30), `paste:"abc", MouseMotionEvent, enter`},
		{"somebody's words", []string{pasted, "o", "k", "\r"}, ms(0, 60), `paste:"abc", o, k, enter`},
	} {
		if got := brief(run(&Decoder{}, stream{c.pieces, c.gaps})); got != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, got, c.want)
		}
	}
	whole := pasted + "\r/quit\x1b[13u\x1b[200~def\x1b[201~\r"
	for at := 1; at < len(whole); at++ {
		for _, gap := range []int{0, 45, 240} {
			if gap > 45 && at <= len(pasted) {
				continue // then what is behind it may have been typed
			}
			events := run(&Decoder{}, stream{[]string{whole[:at], whole[at:]}, ms(0, gap)})
			for _, e := range events {
				if k, ok := e.(uv.KeyPressEvent); ok && (gap <= 45 || k.Code != uv.KeyEscape) { // half of a key
					t.Errorf("cut at %d, %d ms: %s is pressed: %s", at, gap, k, brief(events))
				}
			}
		}
	}
}

// TestOwed: while the terminal owes an answer its pieces may come slowly.
func TestOwed(t *testing.T) {
	answer := "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"
	for at := 1; at < len(answer); at++ {
		d := &Decoder{}
		d.Owes(1, start)
		if got := brief(run(d, stream{[]string{answer[:at], answer[at:]}, ms(10, 250)})); got != "BackgroundColorEvent" {
			t.Errorf("cut at %d: %s", at, got)
		}
		if got := brief(run(d, stream{[]string{"\x1b", "x"}, ms(0, 200)})); got != "esc, x" {
			t.Errorf("cut at %d, once it came: %s", at, got)
		}
	}
}

// TestEscIsASequence: where the terminal says so, a lone ESC is no key yet.
func TestEscIsASequence(t *testing.T) {
	got := brief(run(&Decoder{}, stream{[]string{"\x1b[?1u", "\x1b", "[I", "\x1b[27u"}, ms(0, 10, 1500)}))
	if got != "KeyboardEnhancementsEvent, FocusEvent, esc" {
		t.Error(got)
	}
}

func TestBursts(t *testing.T) {
	lines := func(n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "leak %d\r", i)
		}
		return b.String()
	}
	long := strings.Repeat("many words ", 40)
	for _, c := range []struct {
		name   string
		pieces []string
		gaps   []time.Duration
		want   string
	}{
		{"lines", []string{lines(100)}, nil, fmt.Sprintf("paste:%q", lines(100))},
		{"in several reads", []string{lines(100), lines(100), "last\r", "\r"}, ms(0, 5), fmt.Sprintf("paste:%q", lines(100)+lines(100)+"last\r\r")},
		{"its end comes slowly", []string{lines(100), "last\rone\r", "\r"}, ms(0, 700, 400), fmt.Sprintf("paste:%q, "+"paste:%q, enter", lines(100), "last\rone\r")},
		{"one line, long", []string{long + "\r"}, nil, fmt.Sprintf("paste:%q", long+"\r")},
		{"with a key behind it", []string{lines(10), "\x03"}, ms(0, 20), fmt.Sprintf("paste:%q, ctrl+c", lines(10))},
		{"with a key in its read", []string{lines(10) + "\x03"}, nil, fmt.Sprintf("paste:%q, ctrl+c", lines(10))},
		{"with Esc behind it", []string{lines(10), "\x1b"}, ms(0, 20), fmt.Sprintf("paste:%q, esc", lines(10))},
		{"with the mouse in it", []string{"\x1b[I" + lines(10) + "\x1b[<35;1;1M", lines(2)}, ms(0, 20), fmt.Sprintf("FocusEvent, MouseMotionEvent, paste:%q", lines(10)+lines(2))},
		{"with colours in it", []string{"\x1b[31mred\x1b[0m and so on\rand more of the same, as it comes\r"}, nil, `paste:"\x1b[31mred\x1b[0m and so on\rand more of the same, as it comes\r"`},
		{"many bytes with keys in it", []string{lines(40) + "\x1b." + lines(2)}, nil, fmt.Sprintf("paste:%q", lines(40)+"\x1b."+lines(2))},
		{"many bytes, though the terminal marks pastes", []string{"\x1b[?2004;2$y", lines(60)}, nil, fmt.Sprintf("ModeReportEvent, paste:%q", lines(60))},
		{"it marks none", []string{"\x1b[?2004;0$y", lines(10)}, nil, fmt.Sprintf("ModeReportEvent, paste:%q", lines(10))},
		{"a marked paste behind it", []string{lines(10) + "\x1b[200~x\x1b[201~"}, nil, fmt.Sprintf("paste:%q, paste:\"x\"", lines(10))},
		{"no burst: with keys between", []string{"c000z\rc001z\rc002z\rc003z\rc004z\r\x1b.c005z\rc006z\rc007z\r"}, nil, ""},
		{"no burst: corrected", []string{"this was typed\x7f\x7f\rwhile the network stood\r"}, nil, ""},
		{"no burst: a line", []string{"this is what somebody typed while the network stood\r"}, nil, ""},
		{"no burst: short lines", []string{"ok\rthanks\rsee you\r"}, nil, ""},
		{"no burst: a held key", []string{strings.Repeat("x", 60), strings.Repeat("\r", 60)}, ms(0, 5), ""},
		{"no burst: keys", []string{strings.Repeat("\x1b[A", 200) + strings.Repeat("\x1b[<35;1;1M", 200)}, nil, ""},
	} {
		events := run(&Decoder{}, stream{c.pieces, c.gaps})
		got := brief(events)
		if c.want == "" {
			if strings.Contains(got, "paste") || strings.ReplaceAll(text(events), "\r", "") != strings.ReplaceAll(text(run(&Decoder{single: true}, stream{c.pieces, c.gaps})), "\r", "") {
				t.Errorf("%s: %s", c.name, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s:\n%s\nnot\n%s", c.name, got, c.want)
		}
	}
}

// TestEveryByteOfAPaste: what is pasted is given out as it is.
func TestEveryByteOfAPaste(t *testing.T) {
	for pasted, want := range map[string]string{
		"a\xffb\xc3(c":                   "aÿbÃ(c", // nothing in it is UTF-8
		"r\xe9sum\xe9 \x80":              "résumé €",
		"日本 a\xffb":                      "日本 a\ufffdb",
		"a\x1b[31mred\x1b[0m \x1b]0;t\a": "a\x1b[31mred\x1b[0m \x1b]0;t\a",
		"\x1b[I\x1bOP\x1b[<0;1;1M\x00\t": "\x1b[I\x1bOP\x1b[<0;1;1M\x00\t",
		"":                               "",
		"\x1b[200~twice":                 "\x1b[200~twice",
	} {
		got := run(&Decoder{}, stream{pieces: []string{pasteStart + pasted + pasteEnd}})
		if len(got) != 1 || text(got) != want {
			t.Errorf("%q: %s", pasted, brief(got))
		}
	}
}

// TestMuch: it takes time by what comes, and not by its square; and holds no more than
// it says.
func TestMuch(t *testing.T) {
	line := "these are words that came without a mark\r"
	for _, begin := range []string{"\x1b]11;", "\x1b]0;", "\x1bP>|", "\x1b_G", "\x1b[", "\x1b[200~", "\x1b]52;c;", ""} {
		d := &Decoder{}
		now, n := start, 0
		took := time.Now()
		var events []uv.Event
		feed := func(s string) {
			now = now.Add(time.Microsecond)
			events = append(events, d.Feed([]byte(s), now)...)
		}
		feed(begin)
		for range 200 {
			s := strings.Repeat(line, 100)
			n += len(s)
			feed(s)
			if len(d.held) > maxClipboard {
				t.Fatalf("%q: %d bytes are held", begin, len(d.held))
			}
		}
		events = append(events, wait(d, now, now.Add(time.Hour))...)
		if got := text(events); !strings.HasSuffix(got, strings.Repeat(line, 200*100)[1:]) {
			t.Errorf("%q: of %d bytes %d came", begin, n, len(got))
		}
		if slices.ContainsFunc(events, func(e uv.Event) bool { k, ok := e.(uv.KeyPressEvent); return ok && k.Code == uv.KeyEnter }) {
			t.Errorf("%q: a line was sent", begin)
		}
		if took := time.Since(took); took > 10*time.Second {
			t.Errorf("%q: %d bytes took %v", begin, n, took)
		}
	}
}

// TestRest: what is not over when the program ends is not lost.
func TestRest(t *testing.T) {
	for _, s := range []string{"\x1b[200~words\rand more\x1b[2", strings.Repeat("words\r", 9)} {
		d := &Decoder{}
		if got := d.Feed([]byte(s), start); len(got) > 0 {
			t.Errorf("%q: %s", s, brief(got))
		}
		if got := text(d.Rest()); !strings.HasPrefix(got, "words\r") {
			t.Errorf("%q leaves %q", s, got)
		}
	}
}

// TestEscaped: what may be Esc and a character, and whether something follows it.
func TestEscaped(t *testing.T) {
	for _, c := range []struct {
		pieces []string
		want   uv.KeyMod
	}{
		{[]string{"\x1b/create"}, uv.ModAlt | Escaped | GoesOn},
		{[]string{"\x1b", "/create"}, uv.ModAlt | Escaped | GoesOn},
		{[]string{"\x1b/", "create"}, uv.ModAlt | Escaped},
		{[]string{"\x1b/\r"}, uv.ModAlt | Escaped},
		{[]string{"\x1b\x0b"}, uv.ModAlt | uv.ModCtrl | Escaped},
		{[]string{"\x1b", "\x03"}, uv.ModAlt | uv.ModCtrl | Escaped},
		{[]string{"\x1b\b"}, uv.ModAlt | uv.ModCtrl},
		{[]string{"\x1b\rx"}, uv.ModAlt},
		{[]string{"\x1b[47;3ux"}, uv.ModAlt}, // of a terminal that tells them apart
		{[]string{"\x1b\x1b[Ax"}, uv.ModAlt},
	} {
		k, ok := run(&Decoder{}, stream{c.pieces, ms(0, 10)})[0].(uv.KeyPressEvent)
		if !ok || k.Mod != c.want {
			t.Errorf("%q: %#v", c.pieces, k)
		}
	}
}

// TestTypedAhead: of what was typed before anybody read, ESC and a character are two keys;
// sequences are what they are.
func TestTypedAhead(t *testing.T) {
	d := &Decoder{}
	got := brief(d.FeedAhead([]byte("\x1baé\x1bÉ\x1b[A\x1b\r\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\"), start))
	if got != "esc, a, é, esc, É, up, alt+enter, BackgroundColorEvent" {
		t.Error(got)
	}
	if got := brief(d.Feed([]byte("\x1ba"), start.Add(time.Second))); got != "alt+a" {
		t.Errorf("later: %s", got)
	}
}

// TestTypedAheadWhereATerminalMarksPastes: what comes at once after a network stood still was typed,
// and each key is one.
func TestTypedAheadWhereATerminalMarksPastes(t *testing.T) {
	ahead := "the first line\rthe second line\rand the third of them\r"
	want := brief(run(&Decoder{single: true}, stream{pieces: []string{ahead}}))
	for _, marks := range []string{"\x1b[?2004;1$y", "\x1b[?2004;2$y", "\x1b[?2004;3$y", "\x1b[200~x\x1b[201~"} {
		got := brief(run(&Decoder{}, stream{[]string{marks, ahead}, ms(0, 3000)}))
		if _, keys, _ := strings.Cut(got, ", "); keys != want {
			t.Errorf("after %q: %s", marks, got)
		}
	}
	if got := brief(run(&Decoder{}, stream{pieces: []string{ahead}})); got != fmt.Sprintf("paste:%q", ahead) {
		t.Errorf("where nothing is known: %s", got)
	}
}
