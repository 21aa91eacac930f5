package cli

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
)

// TestPasted has the keys of somebody who pastes a token.
func TestPasted(t *testing.T) {
	for keys, want := range map[string]string{
		"eyJ.a.b\r":            "eyJ.a.b",
		"eyJ.a.b\nls\n":        "eyJ.a.b",
		"wrong\x15eyJ\r":       "eyJ",
		"eyx\x7fJ\b\bé\x7fz\r": "ez",
		"\x7f\x7fa\x04b":       "a",
		"no end":               "no end",
		"0123456789ABC\r":      "0123456789A", // one more than the limit, so that it is seen to be too long
	} {
		got, err := pasted(strings.NewReader(keys), 10)
		if string(got) != want || err != nil {
			t.Errorf("%q: %q, %v", keys, got, err)
		}
	}
	if _, err := pasted(strings.NewReader("eyJ\x03\r"), 10); !errors.Is(err, errLeft) {
		t.Errorf("Ctrl+C: %v", err)
	}
}

// TestReadTokenEnds: somebody who asks for it does not wait for a program that
// gives none.
func TestReadTokenEnds(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ReadToken(ctx, r, io.Discard, maxToken); !errors.Is(err, errLeft) {
		t.Errorf("%v", err)
	}
}
