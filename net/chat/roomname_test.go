package chat

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestChooseRoomName(t *testing.T) {
	for in, want := range map[string]string{
		"general": "general", "#Ops": "ops", "  Release  Notes ": "release-notes", "ＷＩＤＥ": "wide", "v2.4": "v2.4", "a_b-c": "a_b-c",
		"straße": "straße", "Ärger": "ärger", "リリース": "リリース", "発表-2026": "発表-2026", "новости": "новости", "42": "42", "_": "",
		"# ops": "ops", "café": "café", "cafe\u0301": "café", "שלום": "שלום",
		"": "", " ": "", "#": "", "##ops": "", "a#b": "", "@ada": "", "a@b": "", "a/b": "", "../x": "", "a:b": "", "-ops": "", ".ops": "", "---": "",
		"a\nb": "a-b", "a\x00b": "", "a\u200db": "", "a\u202eb": "", "👍": "", "а-ops": "", "ops!": "", "a\\b": "", "a\"b": "", "<b>": "", "(x)": "",
		strings.Repeat("a", MaxRoomName): strings.Repeat("a", MaxRoomName), strings.Repeat("a", MaxRoomName+1): "", strings.Repeat("世", MaxRoomName+1): "",
		"\xff": "", strings.Repeat(" a", 2000): "",
	} {
		got, err := ChooseRoomName(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%+q is %+q, %v; want %+q", in, got, err, want)
		}
		if e, ok := errors.AsType[*Error](err); err != nil && (!ok || e.Code != CodeBadRequest || e.Message == "") {
			t.Errorf("%+q: %v", in, err)
		}
	}
}

// FuzzChooseRoomName: a name is taken again as it is, is one word that is shown as it
// stands, and can be called by typing it in any case.
func FuzzChooseRoomName(f *testing.F) {
	for _, s := range []string{"general", "#Release Notes", "ＷＩＤＥ", "straße", "リリース", "ﬁn", "İ", "ǅ", "a·b", "l·l", "שלום", "\u0345", "Σς", "１２", "٣", "ß"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := ChooseRoomName(s)
		if err != nil {
			return
		}
		if again, err := ChooseRoomName(name); err != nil || again != name {
			t.Fatalf("%+q is %+q, which is %+q, %v", s, name, again, err)
		}
		if again, err := ChooseRoomName("#" + name); err != nil || again != name {
			t.Fatalf("%+q is %+q with #, %v", name, again, err)
		}
		if !utf8.ValidString(name) || SanitizeLine(name) != name || strings.ContainsAny(name, " #@/:\t\n") || utf8.RuneCountInString(name) > MaxRoomName {
			t.Fatalf("%+q is %+q", s, name)
		}
		if FoldName(name) == "" || FoldName(strings.ToUpper(name)) != FoldName(FoldName(strings.ToUpper(name))) {
			t.Fatalf("%+q folds to %+q", name, FoldName(name))
		}
	})
}

// FuzzFoldName: the short way for plain ASCII is the long way.
func FuzzFoldName(f *testing.F) {
	for _, s := range []string{"Ada", " a  B ", "\t", "\x7f", "~", "É", "A\u00a0B"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := FoldName(s), foldName(s); got != want {
			t.Fatalf("%+q folds to %+q, and not to %+q", s, got, want)
		}
		if FoldName(FoldName(s)) != FoldName(s) {
			t.Fatalf("%+q folds to %+q and further", s, FoldName(s))
		}
	})
}
