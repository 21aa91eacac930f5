package chat

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

func TestSanitizeCluster(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{name: "conjuncts piled up", in: strings.Repeat("क्", 12) + "क", want: "क्क्क्क्क्◌क्क्क्क्क्◌क्क्क"},
		{
			name: "conjuncts with joiners",
			in:   strings.Repeat("क्\u200d", 7) + "क",
			want: "क्\u200dक्\u200dक्\u200dक्\u200dक्\u200d◌क्\u200dक्\u200dक",
		},
		{
			name: "conjuncts with other marks",
			in:   strings.Repeat("क़्\u0951", 5) + "क",
			want: "क़्\u0951क़्\u0951क़्\u0951क़्\u0951◌क़्\u0951क",
		},
		{
			name: "non-joiners part conjuncts",
			in:   strings.Repeat("क्\u200c", 7) + "क", want: strings.Repeat("क्\u200c", 7) + "क",
		},
		{name: "joiners after a virama", in: "ക്\u200d\u200d\u200d.", want: "ക്\u200d."},
		{name: "joiners between letters", in: "क्\u200d\u200c\u200dष", want: "क्\u200dष"},
		{name: "joiners before a virama", in: "র\u200d\u200d্য", want: "র\u200d্য"},
		{name: "joiner before a virama without room", in: "র\u0981\u0981\u0981\u0981\u200d্য", want: "র\u0981\u0981\u0981\u0981য"},
		{name: "virama on no consonant", in: strings.Repeat("1\u094d", 7) + "क", want: strings.Repeat("1\u094d", 7) + "क"},
		{name: "pulli joins nothing", in: strings.Repeat("க்", 7) + "க", want: strings.Repeat("க்", 7) + "க"},
		{name: "prefixes piled up", in: "\u0600\u0600\u0600a", want: "\u0600◌◌\u0600◌◌\u0600a"},
		{name: "prefixes of letters piled up", in: "ൎൎൎമ", want: "ൎ◌ൎ◌ൎമ"},
		{name: "prefix of a long conjunct", in: "ൎ" + strings.Repeat("ക്", maxJoins) + "ക", want: "ൎ" + strings.Repeat("ക്", maxJoins) + "ക"},
		{name: "prefixes of Unicode 15 alone", in: "\U00011a3a\U00011a3aa", want: "\U00011a3a◌\U00011a3aa"},
		{name: "prefixes in a row", in: "\u0600a\u0600b\u0600c d\u06dd", want: "\u0600a◌\u0600b◌\u0600c d\u06dd"},
		{name: "prefixes on lines", in: "\u0600\n\u0600", want: "\u0600\n\u0600"},
		{name: "prefixes of letters in a row", in: "സൎവാൎത്ഥ", want: "സൎവാൎത്ഥ"},
		{name: "prefix before what is replaced", in: "\u06dd\u202e\u06dd\x1b\u06dd", want: "\u06dd⟨RLO⟩\u06dd␛◌\u06dd"},
		{name: "leading jamo piled up", in: strings.Repeat("\u1100", 8) + "가", want: "ᄀᄀᄀ◌ᄀᄀᄀ◌ᄀᄀ가"},
		{name: "three leading jamo", in: "ᄀᄀᄀ가ᄀ", want: "ᄀᄀᄀ가ᄀ"},
		{name: "sara am piled up", in: "x" + strings.Repeat("\u0e33", 300), want: "x" + strings.Repeat("\u0e33", maxMarks)},
		{name: "lao am piled up", in: strings.Repeat("\u0eb3", 300), want: "◌" + strings.Repeat("\u0eb3", maxMarks)},
		{name: "skin tones on a letter", in: "a" + strings.Repeat("🏻", 300), want: "a" + strings.Repeat("🏻", maxMarks)},
		{name: "a skin tone alone", in: "🏻 🏿", want: "🏻 🏿"},
		{name: "marks newer than package unicode", in: "a" + strings.Repeat("\u0897", 9), want: "a" + strings.Repeat("\u0897", maxMarks)},
		{name: "kirat rai vowels", in: "\U00016d43" + strings.Repeat("\U00016d67", 9), want: "\U00016d43" + strings.Repeat("\U00016d67", maxMarks)},
		{
			name: "emoji joined with all their marks",
			in:   strings.Repeat("👩🏻🏻🏻🏻\u200d", 5) + "👩",
			want: "👩🏻🏻🏻🏻\u200d👩🏻🏻🏻🏻\u200d👩🏻🏻🏻👩🏻🏻🏻🏻\u200d👩🏻🏻🏻🏻\u200d👩",
		},
		{
			name: "no room for a joiner and an emoji",
			in:   strings.Repeat("👩🏻🏻🏻🏻\u200d", 2) + "👩🏻🏻\u200d👩",
			want: strings.Repeat("👩🏻🏻🏻🏻\u200d", 2) + "👩🏻🏻👩",
		},
		{
			name: "no room for a selector",
			in:   strings.Repeat("👩🏻🏻🏻🏻\u200d", 2) + "👩🏻\u200d☠\ufe0f☠\ufe0f",
			want: strings.Repeat("👩🏻🏻🏻🏻\u200d", 2) + "👩🏻\u200d☠☠\ufe0f",
		},
		{
			name: "emoji of Latin-1 joined",
			in:   strings.Repeat("©\u200d", 8) + "®",
			want: strings.Repeat("©\u200d", maxJoins) + "©" + strings.Repeat("©\u200d", 3) + "®",
		},
		{
			name: "flags joined",
			in:   strings.Repeat("🏴"+flagTags[0]+"\u200d", 5),
			want: strings.Repeat("🏴"+flagTags[0], 5),
		},
		{name: "a flag joined to an emoji", in: "👩\u200d🏴" + flagTags[0], want: "👩\u200d🏴"},
		{name: "letters of flags", in: "🇫🇷🇩🇪🇫🇷🇩", want: "🇫🇷🇩🇪🇫🇷🇩"},
		{name: "marks after many flags", in: strings.Repeat("🇫🇷", 9) + "\u0301", want: strings.Repeat("🇫🇷", 9) + "\u0301"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Sanitize(tt.in); got != tt.want {
				t.Errorf("Sanitize(%+q)\n got %+q\nwant %+q", tt.in, got, tt.want)
			}
			checkSanitized(t, tt.in)
		})
	}
}

// TestSanitizeKeepsWords holds that the bounds are above what people write.
func TestSanitizeKeepsWords(t *testing.T) {
	for script, words := range map[string][]string{
		"hindi":      {"नमस्ते", "क्षत्रिय", "राष्ट्रीय", "ज्योत्स्ना", "कार्त्स्न्यं", "ऱ्हस्व", "ड़कना", "क्\u200dष"},
		"sanskrit":   {"वैशिष्ट्य", "तार्क्ष्य", "अग्निमी॑ळे पु॒रोहि॑तं"},
		"bengali":    {"বাংলা", "স্বাস্থ্য", "উজ্জ্বল", "মন্ত্র", "র\u200d্যাব", "লক্ষ্মী"},
		"punjabi":    {"ਸ੍ਰੀ", "ਪੰਜਾਬੀ", "ਗੁਰਮੁਖੀ"},
		"gujarati":   {"સ્ત્રી", "રાષ્ટ્રીય", "વિજ્ઞાન"},
		"odia":       {"ଓଡ଼ିଆ", "ରାଷ୍ଟ୍ର", "ସ୍ୱାସ୍ଥ୍ୟ"},
		"tamil":      {"தமிழ்", "க்ஷேத்திரம்", "ஸ்ரீ", "லக்ஷ்மி", "இன்ஸ்ட்ருமெண்ட்"},
		"telugu":     {"తెలుగు", "స్త్రీ", "రాష్ట్రం", "ఎక్స్\u200cప్రెస్", "ఎక్స్ప్రెస్"},
		"kannada":    {"ಕನ್ನಡ", "ರಾಷ್ಟ್ರೀಯ", "ಲಾರ್ಡ್ಸ್ಟ್ರೀಟ್", "ಸ್ವಾತಂತ್ರ್ಯ", "ಸರ\u200d್ವರ್"},
		"malayalam":  {"മലയാളം", "സ്ട്രൈക്ക്", "ഇംഗ്ലീഷ്", "ധൎമ്മം", "സൎവാൎത്ഥം", "സ്വാതന്ത്ര്യം", "വേൾഡ്", "അവന്\u200d വന്നു"},
		"sinhala":    {"ශ්\u200dරී", "සිංහල", "ක්\u200dෂේත්\u200dර", "මාර්\u200dග"},
		"thai":       {"น้ำ", "สวัสดีครับ", "ก๊วยเตี๋ยว", "ทำงานจำเป็น", "ผู้ใหญ่"},
		"lao":        {"ນ້ຳ", "ສະບາຍດີ", "ຄຳ", "ເຂົ້າ", "ຫຼິ້ນ"},
		"tibetan":    {"བོད་སྐད", "བསྒྲུབས", "རྒྱལ", "ཨོཾ་མ་ཎི་པདྨེ་ཧཱུྃ", "སྤྲུལ", "ཀཱུ"},
		"burmese":    {"မြန်မာ", "ကျွန်ုပ်", "မြို့", "တက္ကသိုလ်", "ဩဂုတ်", "သမ္မတ", "ယောက်ျား", "အင်္ဂလိပ်", "လွှဲ့"},
		"khmer":      {"ភាសាខ្មែរ", "ស្ត្រី", "សាស្ត្រា", "ក្រុង", "ទឹកជ្រោះ", "កញ្ចក់", "ល្ខោន"},
		"balinese":   {"ᬩᬮᬶ", "ᬰᬵᬲ᭄ᬢ᭄ᬭ", "ᬓ᭄ᬱᬢ᭄ᬭᬶᬬ"},
		"javanese":   {"ꦗꦮ", "ꦲꦏ꧀ꦱꦫ", "ꦱ꧀ꦠꦿꦶ"},
		"arabic":     {"السَّلَامُ عَلَيْكُمْ", "ٱلْحَمْدُ لِلَّٰهِ رَبِّ ٱلْعَٰلَمِينَ \u06dd٢", "مُحَمَّدٌ", "إِنَّهُۥ", "سنة \u0601١٤٤٦", "ــًّـ"},
		"persian":    {"می\u200cخواهم", "نامه\u200cای", "کتاب\u200cها"},
		"urdu":       {"اُردُو", "ہوئے", "پاکستان"},
		"syriac":     {"ܫܠܳܡܳܐ", "\u070fܩܢܐ ܘ\u070fܫܘ"},
		"hebrew":     {"בְּרֵאשִׁ֖ית בָּרָ֣א אֱלֹהִ֑ים", "שַּׁבָּת", "יְרוּשָׁלַ͏ִם", "צָהֳרַיִם"},
		"korean":     {"한국어", "\u1112\u1161\u11ab\u1100\u116e\u11a8\u110b\u1165", "\u1107\u1109\u1103\u1161\u11bc", "\ua972\u119e\ud7cb", "값"},
		"japanese":   {"ﾊﾟﾝｶﾞ", "か\u3099", "日本語ひらがな", "葛󠄀"},
		"vietnamese": {"Tie\u0302\u0301ng Vie\u0323\u0302t", "Nguye\u0302\u0303n", "u\u031b\u0301ng", "Tiếng Việt"},
		"african":    {"ẹ\u0301kọ\u0301", "ɔ\u0303\u0301", "ǹ̩"},
		"greek":      {"ᾄ", "α\u0313\u0301\u0345"},
		"emoji": {
			"👨\u200d👩\u200d👧\u200d👦", "👨🏻\u200d👩🏼\u200d👧🏽\u200d👦🏾", "👩🏻\u200d❤️\u200d💋\u200d👩🏿", "🏳️\u200d⚧️", "🏴\u200d☠️",
			"👩🏽\u200d💻", "🧑🏿\u200d🤝\u200d🧑🏻", "👁️\u200d🗨️", "🐻\u200d❄️", "🙂\u200d↔️", "🏃🏾\u200d♀️\u200d➡️", "❤️\u200d🔥", "☎︎",
			"👨🏻\u200d👩🏻\u200d👧🏻\u200d👦🏻\u200d👶🏻", "👍🏽👍", "🫱🏻\u200d🫲🏿",
		},
		"flags":   {"🇩🇪🇫🇷", "🇯🇵", "🏴" + flagTags[0], "🏴" + flagTags[1] + "🏴" + flagTags[2], "🏴 🏴\u200d☠️"},
		"keycaps": {"1️⃣", "#️⃣*️⃣", "0\u20e3"},
	} {
		for _, word := range words {
			want := strings.NewReplacer("\u034f", "", "\U000e0100", "").Replace(word) // they choose between glyphs
			if got := Sanitize(word); got != want {
				t.Errorf("%s: %s\n got %+q\nwant %+q", script, word, got, want)
			}
			for cluster := range clusters(word) {
				if n := utf8.RuneCountInString(cluster); n > maxCluster {
					t.Errorf("%s: %q has %d characters", script, cluster, n)
				}
			}
		}
	}
}

// TestSanitizeClusterOfEveryRune piles up every code point in every way that
// makes clusters.
func TestSanitizeClusterOfEveryRune(t *testing.T) {
	tried := 0
	for r := range everyRune {
		c := string(r)
		if !joinsAny(c) {
			continue
		}
		pile := strings.Repeat(c, 20)
		checkClusters(t, pile, Sanitize("a"+pile+"a "+pile+"क "+strings.Repeat("क"+c, 8)+
			strings.Repeat(c+"\u094d", 12)+strings.Repeat("\u1100"+c, 8)))
		checkClusters(t, c+" in rows", Sanitize(strings.Repeat(c+"a", 20)))
		if tried++; t.Failed() {
			t.Fatalf("%U", r)
		}
	}
	if tried < 2000 {
		t.Errorf("only %d characters join others", tried)
	}
}

// joinsAny tells whether the character c takes no cell, or ever shares a cluster
// with another.
func joinsAny(c string) bool {
	if _, width := ansi.FirstGraphemeCluster(c, ansi.GraphemeWidth); width == 0 {
		return true
	}
	for _, s := range []string{"a" + c, c + "a", "क्" + c, "\u1100" + c, "🇦" + c, "👩\u200d" + c} {
		if cluster, _ := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth); cluster == s {
			return true
		}
	}
	return false
}

// clusterRunes are of every kind that the rules of UAX #29 tell apart, and of
// what is dropped or replaced between them.
var clusterRunes = []rune("aé \n\t\x1b\u200b\u202e\ufffd◌1#\u20e3\u0301\u0903\u0897\u0e33\u0600\u06ddൎ\U00011a3aमक\u094d\u093cक\u094dക\u0d4d\u0bcdক\u200d\u200cم" +
	"\u1100\u1100\u1161\u11a8가각\U00016d67🇫🇷👩👩🏻🏿☠©\ufe0e\ufe0f🏴\U000e0067\U000e007f\U00011384\U000113d0က\u1039ᬓ\u1b44")

// FuzzSanitizeCluster makes its text of clusterRunes, one a byte: bytes that are
// taken for UTF-8 seldom come to a second character of a cluster.
func FuzzSanitizeCluster(f *testing.F) {
	f.Add([]byte("hello"))
	every := make([]byte, len(clusterRunes))
	for i := range every {
		every[i] = byte(i)
		f.Add(bytes.Repeat([]byte{byte(i)}, 2*maxCluster))
	}
	f.Add(every)
	f.Fuzz(func(t *testing.T, data []byte) {
		var b strings.Builder
		for _, c := range data {
			b.WriteRune(clusterRunes[int(c)%len(clusterRunes)])
		}
		checkSanitized(t, b.String())
	})
}

// checkClusters holds that no cluster of out, which is the sanitised s, is
// longer than promised, and that no line hides in less cells than it could be
// drawn in.
func checkClusters(t *testing.T, s, out string) {
	t.Helper()
	if utf8.RuneCountInString(out) <= maxCluster {
		return
	}
	for line := range strings.FieldsFuncSeq(out, func(r rune) bool { return r == '\n' || r == '\t' }) {
		runes, cells := 0, 0
		for cluster, width := range clusters(line) {
			n := utf8.RuneCountInString(cluster)
			if n > maxCluster {
				t.Errorf("%+q makes a cluster of %d characters: %+q", s, n, cluster)
			}
			runes += n
			cells += width
		}
		// At worst, a cluster that takes no cell follows each that takes one.
		if most := maxCluster * (2*cells + 1); runes > most {
			t.Errorf("%+q makes %d characters that are measured as %d cells: %+q", s, runes, cells, line)
		}
	}
}

// clusters are the grapheme clusters of s with their widths, as the newest
// terminals see them.
func clusters(s string) func(yield func(string, int) bool) {
	return func(yield func(string, int) bool) {
		for s != "" {
			cluster, width := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
			if !yield(cluster, width) {
				return
			}
			s = s[len(cluster):]
		}
	}
}
