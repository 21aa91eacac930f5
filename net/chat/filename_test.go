package chat

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func TestCleanFileName(t *testing.T) {
	long := strings.Repeat("x", 300)
	for in, want := range map[string]string{
		"report.pdf":             "report.pdf",
		"../../etc/passwd":       "passwd",
		"/etc/passwd/":           "passwd",
		`C:\Users\ada\photo.jpg`: "photo.jpg",
		`..\..\boot.ini`:         "boot.ini",
		"":                       "file",
		"..":                     "file",
		"/":                      "file",
		"../":                    "file",
		" . . ":                  "file",
		"\x00":                   "file",
		"\u2800":                 "file",
		"\u200b\u202e":           "file",
		".bashrc":                "bashrc",
		"...hidden.":             "hidden",
		"-rf":                    "rf",
		"--help.txt":             "help.txt",
		"a  b\t c\n.txt":         "a b c .txt",
		"photo\u202egpj.exe":     "photogpj.exe",
		"a\x1b[31mred.txt":       "a_[31mred.txt",
		"line\u2028break":        "line break",
		`what? "yes" <no>|*.txt`: "what_ _yes_ _no___.txt",
		"a:b":                    "a_b",
		"nul":                    "_nul",
		"Con.tar.gz":             "_Con.tar.gz",
		"com1.txt":               "_com1.txt",
		"lpt².x":                 "_lpt².x",
		"com10.txt":              "com10.txt",
		"console.log":            "console.log",
		"Jose\u0301.txt":         "José.txt",
		"写真.png":                 "写真.png",
		"می\u200cخواهم.txt":      "می\u200cخواهم.txt",
		"👩\u200d💻.md":            "👩\u200d💻.md",
		"\xff\xfe.bin":           "\ufffd.bin",
		"trailing. . .":          "trailing",
		"e\u0301\u0301\u0301\u0301\u0301\u0301.x": "é\u0301\u0301\u0301\u0301.x",
		long + ".tar.gz":                  strings.Repeat("x", MaxFileName-3) + ".gz",
		strings.Repeat("写", 100) + ".png": strings.Repeat("写", 78) + ".png",
		"a." + long:                       "a." + strings.Repeat("x", MaxFileName-2),
		strings.Repeat("../", 3000) + "x": "x",
		strings.Repeat("y", MaxFileName-1) + " .md" + strings.Repeat("z", 20): strings.Repeat("y", MaxFileName-1),
	} {
		if got := CleanFileName(in); got != want {
			t.Errorf("CleanFileName(%+.80q) = %+q, want %+q", in, got, want)
		}
	}
}

func FuzzCleanFileName(f *testing.F) {
	for _, s := range []string{
		"../../etc/passwd", `C:\a\b.txt`, "nul.txt", "a\u202eb", ". -.", "com1", "con .txt", "e\u0301", "\u1100\u1161.x",
		strings.Repeat("a.", 200), "\u00ad", "\u0344", "a\u0300\u200d", "🏴" + flagTags[0], "\xc3(", "\u2126.\u212b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name := CleanFileName(s)
		if again := CleanFileName(name); again != name {
			t.Errorf("not idempotent: %+q, %+q, %+q", s, name, again)
		}
		switch {
		case name == "" || len(name) > maxFileNameBytes || utf8.RuneCountInString(name) > MaxFileName:
			t.Errorf("%+q is %d bytes long: %+q", s, len(name), name)
		case !utf8.ValidString(name) || !norm.NFC.IsNormalString(name) || SanitizeLine(name) != name:
			t.Errorf("%+q cannot be shown: %+q", s, name)
		case strings.ContainsAny(name, `/\<>:"|?*`) || strings.ContainsFunc(name, unicode.IsControl):
			t.Errorf("%+q cannot be saved: %+q", s, name)
		case strings.ContainsAny(name[:1], ".- ") || strings.ContainsAny(name[len(name)-1:], ". ") || isDevice(name):
			t.Errorf("%+q surprises: %+q", s, name)
		}
	})
}
