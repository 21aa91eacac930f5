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
