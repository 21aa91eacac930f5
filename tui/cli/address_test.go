package cli

import (
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
