package socketio

import (
	"bytes"
	"testing"
)

// FuzzPlain: what plain passes, compact takes and leaves as it is.
func FuzzPlain(f *testing.F) {
	for _, s := range []string{`""`, `"a"`, `"ä 日本"`, `"`, ``, `"a\"`, `"a"b"`, `"\n"`, "\"\n\"", "\"\x7f\"", "\"\xff\"", `{"a":1}`, `"a" `, ` "a"`, `1`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if !plain(b) {
			return
		}
		if c, err := compact(b); err != nil || !bytes.Equal(b, c) {
			t.Errorf("compact(%q) is %q, %v", b, c, err)
		}
	})
}

func TestPlain(t *testing.T) {
	for _, s := range []string{`""`, `"a"`, `"ä 日本 <&>"`, "\"\x7f\""} {
		if !plain([]byte(s)) {
			t.Errorf("%s is plain", s)
		}
	}
	for _, s := range []string{``, `"`, `"a\"`, `"a"b"`, `"\n"`, "\"\n\"", "\"\xff\"", `{"a":1}`, `"a" `, `1`} {
		if plain([]byte(s)) {
			t.Errorf("%q is not plain", s)
		}
	}
}
