package bench

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
	"testing/iotest"
	"time"
)

// serverFrame is a frame as servers write it: not masked.
func serverFrame(op byte, payload []byte) []byte {
	b := []byte{0x80 | op}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}

// TestFrames reads frames of all three sizes of head, however they are cut.
func TestFrames(t *testing.T) {
	var sent []byte
	sizes := []int{0, 1, 125, 126, 5000, 1<<16 - 1, 1 << 16, 3}
	for i, n := range sizes {
		sent = append(sent, serverFrame(opText, bytes.Repeat([]byte{byte('a' + i)}, n))...)
	}
	for name, r := range map[string]io.Reader{
		"whole": bytes.NewReader(sent), "byte by byte": iotest.OneByteReader(bytes.NewReader(sent)),
	} {
		f := frames{r: r, buf: make([]byte, 64)}
		for i := 0; i < len(sizes); {
			op, payload, ok, err := f.next()
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !ok {
				if err := f.fill(); err != nil {
					t.Fatalf("%s, frame %d: %v", name, i, err)
				}
				continue
			}
			if op != opText || len(payload) != sizes[i] || bytes.Count(payload, []byte{byte('a' + i)}) != sizes[i] {
				t.Errorf("%s: frame %d has %d bytes, want %d", name, i, len(payload), sizes[i])
			}
			i++
		}
		if err := f.fill(); err != io.EOF { //nolint:errorlint // the reader's own
			t.Errorf("%s: after the last frame: %v", name, err)
		}
	}
}

func TestFramesRefuses(t *testing.T) {
	for name, b := range map[string][]byte{
		"a fragment":     {0x01, 1, 'x'},
		"a continuation": {0x80, 1, 'x'},
		"a masked frame": appendFrame(nil, opText, []byte("x")),
		"a huge frame":   {0x81, 127, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		f := frames{r: bytes.NewReader(b), buf: make([]byte, 64)}
		if err := f.fill(); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := f.next(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

// FuzzFrames: no bytes of a server make the reader loop, grow without bound, or
// panic; nor do they the protocols behind it.
func FuzzFrames(f *testing.F) {
	f.Add(serverFrame(opText, []byte(`42["message","hi"]`)))
	f.Add(serverFrame(opText, []byte(`431[{"ok":true}]`)))
	f.Add([]byte{0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, p := range []Protocol{Hobnob(true), SocketIO(), Hub(), Centrifuge()} {
			r := frames{r: bytes.NewReader(b), buf: make([]byte, 16)}
			for r.fill() == nil {
				for {
					_, payload, ok, err := r.next()
					if err != nil {
						return
					}
					if !ok {
						break
					}
					_, _, _ = p.take(payload, &visitor{})
					_, _ = readStamp(payload)
				}
			}
			if len(r.buf) > 2*len(b)+16 {
				t.Fatalf("%d bytes kept of %d", len(r.buf), len(b))
			}
		}
	})
}

func TestStamp(t *testing.T) {
	want := stamp{run: 0xabcdef, sender: 0xfffff, number: 1234567, due: int64(3 * time.Hour)}
	body := appendBody(nil, want, 128)
	if len(body) != 130 || body[0] != '"' || body[129] != '"' {
		t.Fatalf("%s has %d bytes", body, len(body))
	}
	_, rest, _ := bytes.Cut(body, markBytes)
	if got, ok := readStamp(rest); !ok || got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	rest[3] = 'x'
	if _, ok := readStamp(rest); ok {
		t.Error("a broken stamp is taken")
	}
	if _, ok := readStamp(rest[:9]); ok {
		t.Error("half a stamp is taken")
	}
}

func TestHistogram(t *testing.T) {
	var h histogram
	for i := 1; i <= 1000; i++ {
		h.add(time.Duration(i) * time.Millisecond)
	}
	l := h.latency()
	for _, q := range []struct{ got, want float64 }{{l.P50, 500}, {l.P95, 950}, {l.P99, 990}, {l.Max, 1000}} {
		if q.got < q.want || q.got > q.want*1.02 {
			t.Errorf("%.3f ms, want %.0f", q.got, q.want)
		}
	}
	for d := time.Microsecond; d < 100*time.Hour; d += d/7 + time.Microsecond {
		if b := bucket(d); upper(b) < d.Truncate(unit) || b > 0 && upper(b-1) >= d {
			t.Fatalf("%s is in bucket %d, which ends at %s", d, b, upper(b))
		}
	}
	if bucket(-time.Second) != 0 || bucket(1<<62) != buckets-1 {
		t.Error("a duration out of bounds has no bucket")
	}
}
