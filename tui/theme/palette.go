package theme

// palette is a set of colours for one kind of background, as "#rrggbb". All but
// the rule have a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) against black
// or white, and 4.2 against the usual backgrounds near them; those for either
// have 4 to 1 against both. A test measures it.
type palette struct {
	dim, rule, accent, good, warn, bad string
	code                               syntax
	names                              []string
	chosen                             string // behind what is selected; all but the rule are readable on it, too
}

// syntax are the colours of code: in a sentence, and of what it is made of.
type syntax struct{ span, word, text, number, call, kind string }

func (s syntax) all() []string {
	return []string{s.span, s.word, s.text, s.number, s.call, s.kind}
}

// The hues of names go round the circle at one lightness, so that none is
// louder than another, and leave out those of what is well, waits or failed, of where
// one is, and of code in a sentence: a name says none of that. They are six, and each is told
// apart from all others at a glance (likeness), as with more some would not be. Those for
// either are of the 256 that every terminal with so many has: brought near them, others
// would be too light or too dark for one of the two.
var (
	dark = palette{
		dim: "#9096a1", rule: "#4b515b", accent: "#62c4ec",
		good: "#6fcf97", warn: "#e6c15c", bad: "#f28b82",
		code: syntax{span: "#f0a366", word: "#cd93ee", text: "#a8cb6a", number: "#f0a366", call: "#62c4ec", kind: "#5ccfc0"},
		names: []string{
			"#a8cb6a", "#5ccfc0", "#86aef7", "#cd93ee", "#fa86ba", "#d9a58f",
		},
		chosen: "#2c323d",
	}
	light = palette{
		dim: "#666c76", rule: "#c3c8d0", accent: "#00639b",
		good: "#146c43", warn: "#7d5700", bad: "#b3261e",
		code: syntax{span: "#9c4300", word: "#8a35b3", text: "#4b6600", number: "#9c4300", call: "#00639b", kind: "#006869"},
		names: []string{
			"#4b6600", "#006869", "#2b55c4", "#8a35b3", "#a9246f", "#7a4a36",
		},
		chosen: "#e8ebf0",
	}
	either = palette{
		dim: "#767676", rule: "#8a8a8a", accent: "#0087af",
		good: "#00875f", warn: "#af5f00", bad: "#d7005f",
		code: syntax{span: "#af5f5f", word: "#875fd7", text: "#5f8700", number: "#af5f5f", call: "#0087af", kind: "#008787"},
		names: []string{
			"#5f8700", "#008787", "#005fff", "#af00ff", "#d700af", "#af5f87",
		},
	}
)
