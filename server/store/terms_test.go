package store

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestAppendTerms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{" \t\n", ""},
		{"?! -- ()", ""},
		{"Ship it, NOW", "ship·it·now"},
		{"server/store/schema_v4.go", "server·store·schema·v4·go"},
		{"https://example.com/a?b=1", "https·example·com·a·b·1"},
		{"don't", "don·t"},
		{"Café Über naïve Ångström", "cafe·uber·naive·angstrom"},
		{"Straße STRASSE ﬁne ①", "strasse·strasse·fine·1"},
		{"Łódź Øre Ísafjörður Đorđe", "lodz·ore·isafjorður·dorde"},
		{"İstanbul ISPARTA ısparta", "istanbul·isparta·isparta"},
		{"ΌΣΟΣ όσος", "οσοσ·οσοσ"},
		{"Ёлка елка мой мои́", "елка·елка·мой·мои"},
		{"שָׁלוֹם שלום", "שלום·שלום"},
		{"مُحَمَّد محمد أحمد محـمد", "محمد·محمد·احمد·محمد"},
		{"हिन्दी में", "हिन्दी·में"},
		{"می\u200cخواهم", "میخواهم"},
		{"co\u00adoperate zero\u200bwidth", "cooperate·zero·width"},
		{"Ｆｕｌｌ ｗｉｄｔｈ", "full·width"},
		{"東京都庁", "東京·京都·都庁·庁"},
		{"猫", "猫"},
		{"猫、犬", "猫·犬"},
		{"Go言語でAPIを作る", "go·言語·語で·で·api·を作·作る·る"},
		{"ｶﾞｷﾞ サーバー", "ガギ·ギ·サー·ーバ·バー·ー"},
		{"か\u3099", "が"},
		{"서버가 죽었다", "서버·버가·가·죽었·었다·다"},
		{"ที่นี่", "ที·ี่·่น·นี·ี่·่"},
		{"done 🎉🎉 👩‍🚀 👍🏽", "done·🎉·🎉·👩·🚀·👍"},
		{"1\ufe0f\u20e3", "1"},
		{"a\u0301\u0302b", "ab"},
		{"\u0301x", "x"},
		{"\ue000r1 \ue002f", "r1·f"},
		{"null\x00byte", "null·byte"},
		{"bro\xffken", "bro·ken"},
	} {
		if got := strings.Join(appendTerms(nil, c.text), "·"); got != c.want {
			t.Errorf("terms of %q are %q, not %q", c.text, got, c.want)
		}
	}
}

func TestLongTerms(t *testing.T) {
	for _, text := range []string{strings.Repeat("x", maxTerm+1), strings.Repeat("я", maxTerm), "x" + strings.Repeat("я", maxTerm)} {
		terms := appendTerms(nil, text)
		if len(terms) != 1 || len(terms[0]) > maxTerm || len(terms[0]) < maxTerm-1 || !utf8.ValidString(terms[0]) {
			t.Errorf("terms of %d bytes: %q", len(text), terms)
		}
	}
}

// TestPhrase: what stands in a text is found in it, whatever is around it and
// however it is written.
func TestPhrase(t *testing.T) {
	for _, c := range []struct {
		text, look string
		begins     bool
		want       bool
	}{
		{"the deploy failed", "deploy", false, true},
		{"the deployment failed", "deploy", false, false},
		{"the deployment failed", "deploy", true, true},
		{"the deploy failed", "DEPLOY FAILED", false, true},
		{"the deploy has failed", "deploy failed", false, false},
		{"the deploy failed", "deploy fai", true, true},
		{"the deployed failed", "deploy failed", true, false},
		{"failed", "deploy failed", false, false},
		{"host 10.0.0.12", "10.0.0.1", false, false},
		{"host 10.0.0.1:80", "10.0.0.1", false, true},
		{"東京都庁に行く", "京都", false, true},
		{"東京都庁に行く", "都庁", false, true},
		{"東京都庁に行く", "東京都", false, true},
		{"東京都庁に行く", "東京庁", false, false},
		{"東京都庁に行く", "く", false, true},
		{"東京都庁に行く", "東", false, true},
		{"東京都庁に行く", "都", true, true},
		{"東京都庁に行く", "北", false, false},
		{"Go言語を学ぶ", "go言語", false, true},
		{"Go言語を学ぶ", "go言", false, true},
		{"Go言語を学ぶ", "goを", false, false},
		{"言語Go", "語go", false, true},
		{"言語とGo", "語go", false, false},
		{"サーバーが落ちた", "サーバ", false, true},
		{"서버가 죽었다", "서버", false, true},
		{"ไปโรงเรียน", "โรงเรียน", false, true},
		{"shipped 🎉", "🎉", false, true},
		{"猫猫", "猫猫", false, true},
		{"猫", "猫猫", false, false},
	} {
		p := makePhrase(c.look, c.begins)
		if got := p.in(appendTerms(nil, c.text)); got != c.want {
			t.Errorf("%q (begins %v) in %q: %v", c.look, c.begins, c.text, got)
		}
	}
}

// FuzzTerms: no text breaks the terms, what was folded stays as it is, and each part
// of a text that is looked for is found in it.
func FuzzTerms(f *testing.F) {
	for _, s := range []string{"Ship it", "東京都庁 Go言語", "İıſß\u0345", "a\u0301\u0306и\u0306", "ที่ 👩‍🚀", "\ue000x\xff\x00"} {
		f.Add(s, 3)
	}
	f.Fuzz(func(t *testing.T, text string, at int) {
		terms := appendTerms(nil, text)
		for _, term := range terms {
			if term == "" || len(term) > maxTerm || !utf8.ValidString(term) || strings.ContainsAny(term, " \"\x00") {
				t.Fatalf("%q has the term %q", text, term)
			}
			for _, r := range term {
				if k := kindOf(r); k == separator || '\ue000' <= r && r <= '\uf8ff' {
					t.Fatalf("%q has the term %q with %U", text, term, r)
				}
			}
		}
		words := strings.Fields(text)
		if len(words) == 0 {
			return
		}
		word := words[max(at, -at-1)%len(words)]
		p := makePhrase(word, false)
		if len(p.terms) > 0 && !p.in(terms) {
			t.Fatalf("%q (%q) is not found in %q (%q)", word, p.terms, text, terms)
		}
		if !slices.Equal(appendTerms(nil, text), terms) {
			t.Fatal("another time, other terms")
		}
	})
}
