package input

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	uv "github.com/charmbracelet/ultraviolet"
)

// stream is what the decoder is told: pieces, and the time before each.
type stream struct {
	pieces []string
	gaps   []time.Duration // the last one is repeated
}

// start is when streams begin.
var start = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// run returns the events of a stream, and of the silence behind it.
func run(d *Decoder, s stream) (events []uv.Event) {
	now := start
	for i, p := range s.pieces {
		if len(s.gaps) > 0 {
			then := now.Add(s.gaps[min(i, len(s.gaps)-1)])
			events = append(events, wait(d, now, then)...)
			now = then
		}
		events = append(events, d.Feed([]byte(p), now)...)
	}
	return append(events, wait(d, now, now.Add(time.Hour))...)
}

// wait lets time go by.
func wait(d *Decoder, now, then time.Time) (events []uv.Event) {
	for at := d.Due(); !at.IsZero() && at.Before(then); at = d.Due() {
		if at.Before(now) {
			panic("it is due before it was told")
		}
		events = append(events, d.Expire(at)...)
	}
	return events
}

// text is what events write, with pastes in it.
func text(events []uv.Event) string {
	var b strings.Builder
	for _, e := range events {
		switch e := e.(type) {
		case uv.KeyPressEvent:
			b.WriteString(e.Text)
			if e.Code == uv.KeyEnter && e.Mod == 0 {
				b.WriteByte('\r')
			}
		case uv.PasteEvent:
			b.WriteString(e.Content)
		}
	}
	return b.String()
}

// whole are complete sequences, and what else comes in one go.
var whole = []string{
	"a", "Z", " ", "é", "日本", "👩‍👩‍👧", "\u0301", "\r", "\t", "\x03", "\x7f", "\x00",
	"\x1b[A", "\x1b[1;5D", "\x1b[200~", "\x1b[201~", "\x1b[13;2u", "\x1b[97;;97u", "\x1b[27;3;91~", "\x1b[23$", "\x1b[[A", "\x1bOP", "\x1bO5P", "\x1b\r", "\x1bn", "\x1b\x7f", "\x1bé",
	"\x1b\x1b[A", "\x1b\x1b", "\x1b[I", "\x1b[O", "\x1b[<0;10;10M", "\x1b[<0;10;10m", "\x1b[M !!", "\x1b[?2026;2$y", "\x1b[?1u", "\x1b[?62;4c", "\x1b[1;1R",
	"\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]11;rgb:ff/ff/ff\x07", "\x1b]52;c;YWJj\x07", "\x1bP>|XTerm(390)\x1b\\", "\x1bP1+r524742=38\x1b\\", "\x1b_Gi=1;OK\x1b\\",
	"\x1b[200~pasted\rtext\x1b[31m and more\x1b[201~", "\x1b]11;", "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1b", "\xff", "\xc3", "\x9b", "\xf0\x9f",
}

// here are events without what depends on the read: GoesOn.
func here(events []uv.Event) string {
	for i, e := range events {
		if k, ok := e.(uv.KeyPressEvent); ok {
			k.Mod &^= GoesOn
			events[i] = k
		}
	}
	return fmt.Sprintf("%#v", events)
}

// FuzzSplit: whatever comes, and wherever it is cut, the events are those of the whole.
func FuzzSplit(f *testing.F) {
	for i, s := range whole {
		f.Add([]byte(s+whole[(i*7+3)%len(whole)]+"x"), uint64(i))
	}
	f.Add([]byte(strings.Join(whole, "")), uint64(9))
	f.Add([]byte("\x1b["+strings.Repeat("1;", 200)+"u\x1b]0;"+strings.Repeat("t", maxString+9)+"\x07"), uint64(10))
	f.Fuzz(func(t *testing.T, b []byte, seed uint64) {
		want := run(&Decoder{single: true}, stream{pieces: []string{string(b)}})
		r := rand.New(rand.NewPCG(seed, 1))
		var bytewise, pieces []string
		for i := range b {
			bytewise = append(bytewise, string(b[i:i+1]))
			if len(pieces) == 0 || r.IntN(3) == 0 {
				pieces = append(pieces, "")
			}
			pieces[len(pieces)-1] += string(b[i : i+1])
		}
		for _, p := range [][]string{bytewise, pieces} {
			if got := run(&Decoder{single: true}, stream{pieces: p}); here(got) != here(want) {
				t.Fatalf("%q in one piece:\n%#v\nin %d, %q:\n%#v", b, want, len(p), p, got)
			}
		}
		if got, plain := text(run(&Decoder{}, stream{pieces: pieces})), text(want); !strings.ContainsAny(plain, "\x1b\r\n\t") && !bytes.ContainsAny(b, "\x1b\x00\x7f") && utf8.Valid(b) && got != plain {
			t.Fatalf("%q with bursts is %q, without %q", b, got, plain)
		}
	})
}

// FuzzNoWordLost: between whatever comes, with whatever time in between, a text that is
// typed or pasted arrives.
func FuzzNoWordLost(f *testing.F) {
	for i := range 40 {
		f.Add(uint64(i), uint8(i))
	}
	f.Fuzz(func(t *testing.T, seed uint64, n uint8) {
		r := rand.New(rand.NewPCG(seed, 2))
		var s stream
		want := ""
		add := func(p string, gap time.Duration) {
			for len(p) > 0 { // in pieces, so close together that nothing is given up
				n := 1 + r.IntN(len(p))
				s.pieces, s.gaps = append(s.pieces, p[:n]), append(s.gaps, gap)
				p, gap = p[n:], time.Duration(r.IntN(90))*time.Millisecond
			}
		}
		for i := range int(n % 40) {
			word := fmt.Sprintf("w%dé日", i)
			gap := []time.Duration{5 * time.Millisecond, 120 * time.Millisecond, 3 * time.Second}[r.IntN(3)]
			switch r.IntN(6) {
			case 0:
				add(word, gap)
				want += word
			case 1:
				p := strings.Repeat(word+"\r", 1+r.IntN(30))
				add("\x1b[200~"+p+"\x1b[201~", gap)
				want += p
			case 2: // from a terminal that does not mark it, which sends it at once
				p := strings.Repeat(word+"\r", 10) + word
				s.pieces, s.gaps = append(s.pieces, p), append(s.gaps, gap)
				want += p
			case 3: // a paste that has no end
				s.pieces, s.gaps = append(s.pieces, "\x1b[200~"+word+pasteEnd[:r.IntN(6)]), append(s.gaps, gap)
				s.pieces, s.gaps = append(s.pieces, "x"), append(s.gaps, 2*time.Second)
				want += word + "x"
			default:
				add([]string{
					"\x1b[A", "\x1b[I", "\x1b[<35;1;2M", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b[?2026;2$y", "\x1b\x7f", "\x1bOP", "\x1b[13;2u", "\x1bP>|XTerm(390)\x1b\\", "\x1b_Gi=1;OK\x1b\\",
				}[r.IntN(10)], max(gap, 260*time.Millisecond)) // a burst is over then
			}
		}
		if got := text(run(&Decoder{}, s)); got != want {
			t.Fatalf("%q, %v\nis  %q\nnot %q", s.pieces, s.gaps, got, want)
		}
	})
}
