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
		{Lo: 0x1bca0, Hi: 0x1bca3, Stride: 1}, // shorthand format controls
		{Lo: 0x1d173, Hi: 0x1d17a, Stride: 1}, // musical format controls
		{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}, // tags and further selectors
	},
}

// isNoncharacter tells whether r is a code point that is never a character (The
// Unicode Standard, section 23.7).
func isNoncharacter(r rune) bool {
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef
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

// emojiModifier are the five skin tones: marks after an emoji, emoji otherwise.
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
// the vowels and final consonants of decomposed Hangul, and the halfwidth sound
// marks of kana.
func isMark(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r >= 0x1160 && r <= 0x11ff, r >= 0xd7b0 && r <= 0xd7ff, r == 0xff9e, r == 0xff9f:
		return true
	}
	return unicode.IsMark(r)
}
