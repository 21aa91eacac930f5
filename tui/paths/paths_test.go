package paths

import (
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestFilesNamed(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"a.png", []string{"a.png"}},
		{"  a.png   b.txt ", []string{"a.png", "b.txt"}},
		{`my\ photo.jpg`, []string{"my photo.jpg"}},
		{`'my photo.jpg' "an other.jpg"`, []string{"my photo.jpg", "an other.jpg"}},
		{`~/a '~/b' \~/c`, []string{"~/a", "./~/b", "./~/c"}},
		{`it\'s "a \"b\" \n" 'c\'`, []string{"it's", `a "b" \n`, `c\`}},
		{`a'b c'd`, []string{"ab cd"}},
		{`''`, nil},
		{"日本\u3000語.txt", []string{"日本\u3000語.txt"}},
	} {
		got, err := filesNamed(c.line)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", c.line, got, err, c.want)
		}
	}
	for _, line := range []string{`"a`, `a b.txt'`, `'a"`} {
		if got, err := filesNamed(line); err == nil {
			t.Errorf("%s: %q", line, got)
		}
	}
}

// Every path can be written in every way, and is read as it is.
func TestQuotedIsReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.StringOfN(rapid.RuneFrom([]rune("a~ '\"\\$`é/.*\t日")), 1, 12, -1).Draw(t, "path")
		if strings.HasPrefix(path, "~") {
			path = "~/" + strings.TrimLeft(path, "~")
		}
		for _, quote := range []byte{0, '\'', '"'} {
			want := path
			if quote != 0 && path[0] == '~' {
				want = "./" + path
			}
			got, err := filesNamed(Quote(path, quote, true) + " b")
			if err != nil || len(got) != 2 || got[0] != want {
				t.Fatalf("%q in %q: %q, %v", path, quote, got, err)
			}
		}
	})
}

// filesNamed are the paths that a line names, of which all are there.
func filesNamed(line string) (paths []string, err error) {
	_, paths, _, err = Open(line, func(string) (File, error) { return File{Closer: io.NopCloser(nil)}, nil })
	return paths, err
}

// TestAFileIsPostedOnce, however many times and ways it is named.
func TestAFileIsPostedOnce(t *testing.T) {
	open := func(path string) (File, error) {
		return File{Closer: io.NopCloser(nil), Full: "/home/ada/" + strings.TrimPrefix(path, "~/")}, nil
	}
	files, paths, _, err := Open("~/p99.png p99.png b.txt ~/p99.png", open)
	if err != nil || len(files) != 2 || !slices.Equal(paths, []string{"~/p99.png", "b.txt"}) {
		t.Errorf("%q, %v", paths, err)
	}
}

func TestCommon(t *testing.T) {
	for want, list := range map[string][]string{
		"":       {"a", "b"},
		"no":     {"notes.txt", "nobody"},
		"~/note": {"~/note", "~/notes"},
		"日":      {"日本", "日曜"}, // which share a byte more
		"alone":  {"alone"},
	} {
		if got := Common(list); got != want {
			t.Errorf("%q begin with %q, want %q", list, got, want)
		}
	}
	if Common(nil) != "" {
		t.Error("none begin with something")
	}
}
