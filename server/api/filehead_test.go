package api

import (
	"maps"
	"mime"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestDisposition(t *testing.T) {
	for name, want := range map[string]string{
		"a b.txt":   `attachment; filename="a b.txt"`,
		"naïve.txt": `attachment; filename="na_ve.txt"; filename*=UTF-8''na%C3%AFve.txt`,
		`q"\%.txt`:  `attachment; filename="q___.txt"; filename*=UTF-8''q%22%5C%25.txt`,
		"写真":        `attachment; filename="__"; filename*=UTF-8''%E5%86%99%E7%9C%9F`,
	} {
		if got := disposition("text/plain", name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	for kind := range maps.Keys(inline) {
		if !strings.HasPrefix(disposition(kind, "x"), "inline;") {
			t.Errorf("%s is no picture", kind)
		}
	}
}

func FuzzDisposition(f *testing.F) {
	f.Add("text/plain", "naïve.txt")
	f.Add("image/png", "\"; filename=x\r\nX: y")
	f.Fuzz(func(t *testing.T, mediaType, called string) {
		name := chat.CleanFileName(called)
		header := disposition(mediaType, name)
		kind, parameters, err := mime.ParseMediaType(header)
		if err != nil || parameters["filename"] != name || (kind == "inline") != inline[mediaType] {
			t.Errorf("%+q: %s is read as %s %+q, %v", name, header, kind, parameters["filename"], err)
		}
	})
}

func FuzzContentRange(f *testing.F) {
	for _, s := range []string{"bytes 0-9/10", "bytes 0-9/*", "bytes */10", "bytes 9-0/10", "bytes +1-2/3", "Bytes 1-1/9223372036854775807", "bytes 0-9/10, bytes 0-9/10"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first, last, size, ok := parseContentRange(s)
		if ok && (first < 0 || last < first || size <= last || last-first+1 <= 0) {
			t.Errorf("%q is %d-%d/%d", s, first, last, size)
		}
	})
}
