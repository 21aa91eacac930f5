package chat

import "unicode"

// bidiName returns how a bidirectional control (UAX #9, section 2) is shown,
// and "" for all other characters. They reorder what is drawn after them, be it
// of the same text or not, so that they are shown and never obeyed.
func bidiName(r rune) string {
	switch r {
	case '\u061c':
		return "⟨ALM⟩"
	case '\u200e':
		return "⟨LRM⟩"
	case '\u200f':
		return "⟨RLM⟩"
	case '\u202a':
		return "⟨LRE⟩"
	case '\u202b':
		return "⟨RLE⟩"
	case '\u202c':
		return "⟨PDF⟩"
	case '\u202d':
		return "⟨LRO⟩"
	case '\u202e':
		return "⟨RLO⟩"
	case '\u2066':
		return "⟨LRI⟩"
	case '\u2067':
		return "⟨RLI⟩"
	case '\u2068':
		return "⟨FSI⟩"
	case '\u2069':
		return "⟨PDI⟩"
	}
	return ""
}

// invisible are the characters that take no cell of their own or a blank one,
// and could carry text that nobody sees: Default_Ignorable_Code_Point
// (DerivedCoreProperties), interlinear annotation, and the format controls of
// hieroglyphs, music and shorthand. Bidirectional controls, joiners and the
// selectors of emoji were dealt with before this table is asked.
var invisible = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, // soft hyphen
		{Lo: 0x034f, Hi: 0x034f, Stride: 1}, // combining grapheme joiner
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, // Hangul fillers
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, // Khmer inherent vowels
		{Lo: 0x180b, Hi: 0x180f, Stride: 1}, // Mongolian selectors and separator
		{Lo: 0x200b, Hi: 0x200d, Stride: 1}, // zero width space and joiners
		{Lo: 0x2060, Hi: 0x206f, Stride: 1}, // word joiner to deprecated controls
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, // Hangul filler
		{Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, // variation selectors
		{Lo: 0xfeff, Hi: 0xfeff, Stride: 1}, // byte order mark
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, // halfwidth Hangul filler
		{Lo: 0xfff0, Hi: 0xfffb, Stride: 1}, // reserved, interlinear annotation
	},
	R32: []unicode.Range32{
		{Lo: 0x13430, Hi: 0x1343f, Stride: 1}, // hieroglyph format controls
		{Lo: 0x13441, Hi: 0x13442, Stride: 1}, // and blanks
		{Lo: 0x1bca0, Hi: 0x1bca3, Stride: 1}, // shorthand format controls
		{Lo: 0x1d159, Hi: 0x1d159, Stride: 1}, // null notehead
		{Lo: 0x1d173, Hi: 0x1d17a, Stride: 1}, // musical format controls
		{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}, // tags and further selectors
	},
}

// blankBraille is the Braille pattern without a dot.
const blankBraille = '\u2800'

// isBraille tells whether r is one with dots.
func isBraille(r rune) bool { return r > blankBraille && r <= '\u28ff' }

// isNoncharacter tells whether r is a code point that is never a character (The
// Unicode Standard, section 23.7), or one of private use in whose place terminals draw
// a piece of a picture, or nothing (kitty's graphics protocol, Unicode placeholders).
func isNoncharacter(r rune) bool {
	return r == 0x10eeee || r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
}

// pictographic are the blocks that hold the characters of emoji sequences
// (Extended_Pictographic, UTS #51), a little generous: beside a symbol that is
// no emoji, a joiner does no harm.
var pictographic = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00a9, Hi: 0x00a9, Stride: 1},
		{Lo: 0x00ae, Hi: 0x00ae, Stride: 1},
		{Lo: 0x203c, Hi: 0x203c, Stride: 1},
		{Lo: 0x2049, Hi: 0x2049, Stride: 1},
		{Lo: 0x2122, Hi: 0x2122, Stride: 1},
		{Lo: 0x2139, Hi: 0x2139, Stride: 1},
		{Lo: 0x2190, Hi: 0x21ff, Stride: 1},
		{Lo: 0x2300, Hi: 0x23ff, Stride: 1},
		{Lo: 0x24c2, Hi: 0x24c2, Stride: 1},
		{Lo: 0x25a0, Hi: 0x27bf, Stride: 1},
		{Lo: 0x2934, Hi: 0x2935, Stride: 1},
		{Lo: 0x2b00, Hi: 0x2bff, Stride: 1},
		{Lo: 0x3030, Hi: 0x3030, Stride: 1},
		{Lo: 0x303d, Hi: 0x303d, Stride: 1},
		{Lo: 0x3297, Hi: 0x3297, Stride: 1},
		{Lo: 0x3299, Hi: 0x3299, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1f000, Hi: 0x1f1e5, Stride: 1}, // up to the letters of flags
		{Lo: 0x1f200, Hi: 0x1f3fa, Stride: 1}, // up to the skin tones
		{Lo: 0x1f400, Hi: 0x1faff, Stride: 1},
	},
	LatinOffset: 2,
}

// emojiModifier are the five skin tones: marks on what is before them, emoji if
// there is nothing.
var emojiModifier = &unicode.RangeTable{
	R32: []unicode.Range32{{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}},
}

// joining are the scripts whose spelling uses joiners between letters: the
// cursive ones and those with conjuncts (The Unicode Standard, sections 9, 12,
// 13 and 16).
var joining = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko,
	unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati,
	unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
	unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar,
}

// isMark tells whether r is drawn on the character before it: combining marks,
// the vowels and final consonants of decomposed Hangul, and what else extends a
// grapheme cluster.
func isMark(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r >= 0x1160 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7ff:
		return true
	}
	return unicode.IsMark(r) || unicode.Is(moreMarks, r)
}

// moreMarks are the characters that extend a cluster (Grapheme_Cluster_Break =
// Extend, SpacingMark or V, Unicode 17) though package unicode does not call
// them marks: letters that are drawn like one, and what is newer than its
// Unicode 15. Terminals do not wait for Go.
var moreMarks = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0897, Hi: 0x0897, Stride: 1},
		{Lo: 0x0e33, Hi: 0x0e33, Stride: 1}, // Thai sara am
		{Lo: 0x0eb3, Hi: 0x0eb3, Stride: 1}, // Lao am
		{Lo: 0x1acf, Hi: 0x1add, Stride: 1},
		{Lo: 0x1ae0, Hi: 0x1aeb, Stride: 1},
		{Lo: 0xff9e, Hi: 0xff9f, Stride: 1}, // halfwidth sound marks of kana
	},
	R32: []unicode.Range32{
		{Lo: 0x10d69, Hi: 0x10d6d, Stride: 1}, // Garay
		{Lo: 0x10efa, Hi: 0x10efc, Stride: 1}, // Arabic
		{Lo: 0x113b8, Hi: 0x113d0, Stride: 1}, // Tulu-Tigalari up to its stacker
		{Lo: 0x113d2, Hi: 0x113d2, Stride: 1},
		{Lo: 0x113e1, Hi: 0x113e2, Stride: 1},
		{Lo: 0x11b60, Hi: 0x11b67, Stride: 1}, // Sharada
		{Lo: 0x11f5a, Hi: 0x11f5a, Stride: 1}, // Kawi
		{Lo: 0x1611e, Hi: 0x1612f, Stride: 1}, // Gurung Khema
		{Lo: 0x16d63, Hi: 0x16d63, Stride: 1}, // Kirat Rai vowels, which join
		{Lo: 0x16d67, Hi: 0x16d6a, Stride: 1}, // each other as those of Hangul
		{Lo: 0x1e5ee, Hi: 0x1e5ef, Stride: 1}, // Ol Onal
		{Lo: 0x1e6e3, Hi: 0x1e6e3, Stride: 1}, // Tai Yo
		{Lo: 0x1e6e6, Hi: 0x1e6e6, Stride: 1},
		{Lo: 0x1e6ee, Hi: 0x1e6ef, Stride: 1},
		{Lo: 0x1e6f5, Hi: 0x1e6f5, Stride: 1},
	},
}

// prefix are the characters that belong to the base after them
// (Grapheme_Cluster_Break = Prepend, in any of Unicode 15 to 17): the Arabic,
// Syriac and Kaithi signs that enclose numbers and words, and letters of Indic
// scripts that are drawn on the next one.
var prefix = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x0600, Hi: 0x0605, Stride: 1},
		{Lo: 0x06dd, Hi: 0x06dd, Stride: 1},
		{Lo: 0x070f, Hi: 0x070f, Stride: 1},
		{Lo: 0x0890, Hi: 0x0891, Stride: 1},
		{Lo: 0x08e2, Hi: 0x08e2, Stride: 1},
		{Lo: 0x0d4e, Hi: 0x0d4e, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x110bd, Hi: 0x110bd, Stride: 1},
		{Lo: 0x110cd, Hi: 0x110cd, Stride: 1},
		{Lo: 0x111c2, Hi: 0x111c3, Stride: 1},
		{Lo: 0x113d1, Hi: 0x113d1, Stride: 1},
		{Lo: 0x1193f, Hi: 0x1193f, Stride: 1},
		{Lo: 0x11941, Hi: 0x11941, Stride: 1},
		{Lo: 0x11a3a, Hi: 0x11a3a, Stride: 1},
		{Lo: 0x11a84, Hi: 0x11a89, Stride: 1},
		{Lo: 0x11d46, Hi: 0x11d46, Stride: 1},
		{Lo: 0x11f02, Hi: 0x11f02, Stride: 1},
	},
}

// linker are the viramas that join a consonant to the next in one cluster
// (Indic_Conjunct_Break = Linker, Unicode 17).
var linker = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x094d, Hi: 0x094d, Stride: 1}, // Devanagari
		{Lo: 0x09cd, Hi: 0x09cd, Stride: 1}, // Bengali
		{Lo: 0x0acd, Hi: 0x0acd, Stride: 1}, // Gujarati
		{Lo: 0x0b4d, Hi: 0x0b4d, Stride: 1}, // Oriya
		{Lo: 0x0c4d, Hi: 0x0c4d, Stride: 1}, // Telugu
		{Lo: 0x0d4d, Hi: 0x0d4d, Stride: 1}, // Malayalam
		{Lo: 0x1039, Hi: 0x1039, Stride: 1}, // Myanmar
		{Lo: 0x17d2, Hi: 0x17d2, Stride: 1}, // Khmer
		{Lo: 0x1a60, Hi: 0x1a60, Stride: 1}, // Tai Tham
		{Lo: 0x1b44, Hi: 0x1b44, Stride: 1}, // Balinese
		{Lo: 0x1bab, Hi: 0x1bab, Stride: 1}, // Sundanese
		{Lo: 0xa9c0, Hi: 0xa9c0, Stride: 1}, // Javanese
		{Lo: 0xaaf6, Hi: 0xaaf6, Stride: 1}, // Meetei Mayek
	},
	R32: []unicode.Range32{
		{Lo: 0x10a3f, Hi: 0x10a3f, Stride: 1}, // Kharoshthi
		{Lo: 0x11133, Hi: 0x11133, Stride: 1}, // Chakma
		{Lo: 0x113d0, Hi: 0x113d0, Stride: 1}, // Tulu-Tigalari
		{Lo: 0x1193e, Hi: 0x1193e, Stride: 1}, // Dives Akuru
		{Lo: 0x11a47, Hi: 0x11a47, Stride: 1}, // Zanabazar Square
		{Lo: 0x11a99, Hi: 0x11a99, Stride: 1}, // Soyombo
		{Lo: 0x11f42, Hi: 0x11f42, Stride: 1}, // Kawi
	},
}

// isVirama tells whether r takes its vowel from a consonant, be it a linker or
// one of the viramas of scripts whose clusters end with it.
func isVirama(r rune) bool {
	switch r {
	case '\u0a4d', '\u0bcd', '\u0ccd', '\u0dca': // Gurmukhi, Tamil, Kannada, Sinhala
		return true
	}
	return unicode.Is(linker, r)
}

// isConsonant tells whether a linker may join r to another (Indic_Conjunct_Break
// = Consonant), a little generous: any letter of a script without case, and
// those of Tulu-Tigalari, which package unicode does not know yet.
func isConsonant(r rune) bool {
	return r >= 0x900 && unicode.Is(unicode.Lo, r) || r >= 0x11380 && r <= 0x113b5
}

// isLead tells whether r is a leading consonant of decomposed Hangul.
func isLead(r rune) bool {
	return r >= 0x1100 && r <= 0x115f || r >= 0xa960 && r <= 0xa97c
}

// isSyllable tells whether r is a composed syllable of Hangul.
func isSyllable(r rune) bool { return r >= 0xac00 && r <= 0xd7a3 }

// isRegional tells whether r is one of the letters that in pairs are flags.
func isRegional(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
