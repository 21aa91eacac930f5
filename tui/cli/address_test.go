package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

func TestCanonical(t *testing.T) {
	for typed, want := range map[string]string{
		"chat.example.com":             "https://chat.example.com:4626",
		"Chat.Example.COM:443":         "https://chat.example.com",
		"https://chat.example.com/":    "https://chat.example.com",
		"http://chat.example.com:80":   "http://chat.example.com",
		"http://chat_1.example:8080":   "http://chat_1.example:8080",
		"127.0.0.1":                    "http://127.0.0.1:4626",
		"localhost:99":                 "http://localhost:99",
		"[::1]":                        "http://[::1]:4626",
		"https://[2001:DB8::1]":        "https://[2001:db8::1]",
		"xn--bcher-kva.example":        "https://xn--bcher-kva.example:4626",
		"":                             "",
		"ftp://chat.example.com":       "",
		"https://ada@chat.example":     "",
		"https://":                     "",
		"chat example":                 "",
		"chat.example:0":               "",
		"chat.example:65536":           "",
		"http://a;id":                  "",
		"http://a'b":                   "",
		"http://[fe80::1%25eth0]":      "",
		"http://[a:b]":                 "",
		"http://a%1bb":                 "",
		"http://a\u202eb":              "",
		strings.Repeat("a", maxHost+1): "",
	} {
		got, err := canonical(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q, %v, want %q", typed, got, err, want)
		}
		if err != nil && exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q ends with %d", typed, exit.CodeOf(err))
		}
	}
	_, err := canonical("https://bücher.example")
	if err == nil || !strings.Contains(err.Error(), "letters outside ASCII") {
		t.Errorf("a name outside ASCII: %v", err)
	}
}

// TestTypedLink: an address without a scheme is what login takes it for.
func TestTypedLink(t *testing.T) {
	const code = "7Q4XR-0M2NB-QZ8FA-9TKDW"
	for typed, want := range map[string]string{
		"127.0.0.1:4626/join/" + code:           "http://127.0.0.1:4626",
		"localhost/join/" + code:                "http://localhost:4626",
		" chat.example.com/join/" + code + "\n": "https://chat.example.com:4626",
		"[::1]:99/join/" + code:                 "http://[::1]:99",
		"http://chat.example.com/join/" + code:  "http://chat.example.com",
		"ftp://chat.example.com/join/" + code:   "",
		"chat.example.com/joint/" + code:        "",
		"chat.example.com":                      "",
		"ada@chat.example.com/join/" + code:     "",
		"join/":                                 "",
		"":                                      "",
	} {
		server, got, err := typedLink(typed)
		if server != want || (err == nil) != (want != "") || (err == nil && got != code) {
			t.Errorf("%q is %q at %q, %v", typed, got, server, err)
		}
		if err != nil && exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q ends with %d", typed, exit.CodeOf(err))
		}
	}
	for _, part := range []string{"7Q4XR-0M2NB-QZ8FA-9TKD", "7Q4XR", code + "-0"} {
		_, _, err := typedLink("https://chat.example.com/join/" + part)
		if err == nil || !strings.Contains(err.Error(), "is not whole") || exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q: %v", part, err)
		}
	}
	for _, alone := range []string{code, "7Q4XR0M2NBQZ8FA9TKDW", "/join/" + code, "join/" + code} {
		_, _, err := typedLink(alone)
		e, ok := errors.AsType[*exit.Error](err)
		if !ok || !strings.Contains(e.Text, "address before the code is missing") || !strings.Contains(e.Hint, "https://chat.example.com/join/7Q4XR") {
			t.Errorf("%q: %v", alone, err)
		}
	}
}
