package chat

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ChooseName is CleanName for a name that is taken now. It also refuses one
// that mixes the letters of several scripts, in which one person can be written
// to look like another: the level "Highly Restrictive" of UTS #39, section 5.2; those
// that mean somebody else wherever they are read; and those with a colon, as stands
// between a name and what is said, or with a sign of those that programs draw.
// What was taken before stays a clean name: nobody loses theirs to a new rule.
func ChooseName(s string) (string, error) {
	name, err := CleanName(s)
	if err != nil {
		return "", err
	}
	if found := mixed(name); found != nil {
		return "", nameError("a name must not mix " + found[0] + " and " + found[1] + " letters, which can look alike; write it in one alphabet")
	}
	if strings.ContainsFunc(name, ofPrograms) {
		return "", nameError("a name must not have a colon, an arrow, a line or a tick")
	}
	if look := Skeleton(name); slices.Contains(spokenFor, look) {
		return "", nameError("the name " + name + " means somebody else here; choose another")
	}
	return name, nil
}

// ofPrograms tells whether r is a sign with which programs set apart what they say.
func ofPrograms(r rune) bool {
	switch {
	case r == ':' || r == '\u0589' || r == '\u05c3' || r == '\u2236' || r == '\ua789' || r == '\u02d0': // colons, and what looks like one
	case r >= '\u2190' && r <= '\u21ff' || r >= '\u27f0' && r <= '\u27ff' || r >= '\u2900' && r <= '\u297f' || r >= '\u2b00' && r <= '\u2b4f': // arrows
	case r >= '\u2500' && r <= '\u25ff': // lines, blocks and shapes
	case r >= '\u2713' && r <= '\u2718': // ticks and crosses
	default:
		return false
	}
	return true
}

// spokenFor are the skeletons of names that nobody takes: of the program itself, of
// everybody, and of whoever reads.
var spokenFor = []string{Skeleton(System.Name), Skeleton("system"), Skeleton("room"), Skeleton("here"), Skeleton("everyone"), Skeleton("you")}

// MixedScripts is the scripts of a text whose letters are not written together in one
// word, at least two, nil where all are.
func MixedScripts(s string) []string { return mixed(s) }

// mixed is the scripts of a name whose letters are not written together, nil where
// all are.
func mixed(name string) []string {
	found := scriptsOf(name)
	if len(found) < 2 || slices.ContainsFunc(writtenTogether, func(system []string) bool {
		return !slices.ContainsFunc(found, func(script string) bool { return !slices.Contains(system, script) })
	}) {
		return nil
	}
	return found
}

// writtenTogether are the scripts that one name may have side by side: those of
// East Asia, each with Latin (UTS #39, section 5.2).
var writtenTogether = [][]string{
	{"Latin", "Han", "Hiragana", "Katakana"},
	{"Latin", "Han", "Bopomofo"},
	{"Latin", "Han", "Hangul"},
}

// scriptsOf lists the scripts of a text's letters in order, each once. What many
// scripts share, digits and punctuation, has none of its own.
func scriptsOf(s string) []string {
	var found []string
	for _, r := range s {
		if unicode.In(r, unicode.Common, unicode.Inherited) {
			continue
		}
		if slices.ContainsFunc(found, func(script string) bool { return unicode.Is(unicode.Scripts[script], r) }) {
			continue
		}
		for script, table := range unicode.Scripts {
			if unicode.Is(table, r) {
				found = append(found, script)
				break
			}
		}
	}
	return found
}

// Skeleton returns what two names have in common that look alike, after the
// skeleton of UTS #39, section 4: letters of other scripts become the Latin one
// they are drawn as, digits the letter or digit they are read as. Case matters as
// far as it shows: "Ian" looks like "lan", and "ian" does not. It takes any
// string, is idempotent, and its result is for comparing and never for showing.
func Skeleton(s string) string {
	s = norm.NFKC.String(strings.ToValidUTF8(s, "\ufffd"))
	// Characters first and their case after, so that capitals are taken for what
	// they are drawn like: Η is H, while its small η is no h. What folding makes of
	// the rest can look like something again; three rounds do, and the bound is
	// there for what nobody has found yet.
	for range 6 {
		next := FoldName(drawn(norm.NFD.String(s)))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// drawn replaces each character by what it is drawn like.
func drawn(s string) string {
	var b strings.Builder
	for _, r := range s {
		r = decimal(r)
		if as, ok := prototypes[r]; ok {
			b.WriteString(as)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// decimal turns a digit of any script into the one of ASCII with its value: two
// of one value are read aloud alike, whatever they look like. Scripts have their
// digits in runs of ten, from zero on (The Unicode Standard, section 4.6).
func decimal(r rune) rune {
	if r <= unicode.MaxASCII || !unicode.Is(unicode.Nd, r) || drawnDigit(r) {
		return r
	}
	for _, x := range unicode.Nd.R16 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return '0' + (r-rune(x.Lo))%10
		}
	}
	for _, x := range unicode.Nd.R32 {
		if rune(x.Lo) <= r && r <= rune(x.Hi) {
			return '0' + (r-rune(x.Lo))%10
		}
	}
	return r
}

// drawnDigit tells the Arabic fives, which are circles, from other digits.
func drawnDigit(r rune) bool { return r == '\u0665' || r == '\u06f5' }

// prototypes says for each character of lookAlikes what it is drawn like.
var prototypes = func() map[rune]string {
	m := make(map[rune]string)
	for _, l := range lookAlikes {
		for _, r := range l.chars {
			m[r] = l.as
		}
	}
	return m
}()

// lookAlikes is a selection of Unicode's confusables.txt (UTS #39, section 4):
// letters of the scripts whose whole words can pass for Latin ones, or for words
// of each other, and what mixes within one script. A few pairs that table holds
// apart are joined since a terminal's font does not (к and k). Wide and styled
// letters are not here: NFKC has united them. A character that stands in as is
// in no chars.
//
// What is changed here changes skeletons that are stored: package store has to
// make them anew, by a migration.
var lookAlikes = []struct{ as, chars string }{
	// Small letters: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic.
	{"a", "ɑαа"},
	{"ae", "æӕ"},
	{"c", "ᴄс"},
	{"d", "ԁ"},
	{"e", "е"},
	{"g", "ɡցᶃ"},
	{"h", "һհ"},
	{"i", "ıɩιіꙇ"},
	{"j", "ϳјյ"},
	{"k", "кκĸ"},
	{"l", "I1|ǀΙІӀӏוןا∣"},
	{"n", "ոռ"},
	{"o", "0ᴏοσоօסه٥۵〇"},
	{"oe", "œ"},
	{"p", "ρр"},
	{"q", "ԛգ"},
	{"r", "гᴦ"},
	{"rn", "m"},
	{"s", "ꜱѕ"},
	{"u", "ᴜʋυս"},
	{"v", "ᴠνѵ"},
	{"w", "ᴡѡԝա"},
	{"x", "х"},
	{"y", "ʏɣγуүყ"},
	{"z", "ᴢ"},
	{"τ", "тᴛ"},
	{"φ", "фɸ"},
	{"л", "ᴫ"},
	{"п", "πᴨ"},
	{"ɛ", "εєҽԑ"},
	{"з", "ӡʒ3"},

	// Capitals: Greek, Cyrillic, Armenian, Cherokee, Lisu.
	{"A", "ΑАᎪꓮ"},
	{"B", "ΒВᏴꓐ"},
	{"C", "СᏟꓚ"},
	{"D", "Ꭰꓓ"},
	{"E", "ΕЕᎬꓰ"},
	{"F", "Ϝꓝ"},
	{"G", "Ꮐꓖ"},
	{"H", "ΗНᎻꓧ"},
	{"J", "ͿЈᎫꓙ"},
	{"K", "ΚКᏦꓗ"},
	{"L", "ԼᏞꓡ"},
	{"M", "ΜМᎷꓟ"},
	{"N", "Νꓠ"},
	{"O", "ΟОՕꓳ"},
	{"P", "ΡРᏢꓑ"},
	{"Q", "Ԛ"},
	{"R", "Ꮢꓣ"},
	{"S", "ЅՏᏚꓢ"},
	{"T", "ΤТᎢꓔ"},
	{"U", "Սꓴ"},
	{"V", "ѴᏙꓦ"},
	{"W", "ԜᎳꓪ"},
	{"X", "ΧХꓫ"},
	{"Y", "ΥУҮꓬ"},
	{"Z", "ΖᏃꓜ"},
	{"Г", "Γ"},
	{"П", "Π"},
	{"З", "Ʒ"},

	// Han and kana, which one name may have side by side.
	{"二", "ニ"},
	{"八", "ハ"},
	{"力", "カ"},
	{"千", "チ"},
	{"卜", "ト"},
	{"口", "ロ囗"},
	{"夕", "タ"},
	{"工", "エ"},
	{"一", "ー"},
	{"へ", "ヘ"},
	{"り", "リ"},

	// Punctuation.
	{"-", "\u2010\u2012\u2013\u2014\u2212\u02d7"},
	{"'", "`‘’ʻʼʹ′"},
}
