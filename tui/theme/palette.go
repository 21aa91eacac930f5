package theme

// palette is a set of colours for one kind of background, as "#rrggbb". All but
// the rule have a contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) against black
// or white, and 4.2 against the usual backgrounds near them; a test measures it.
type palette struct {
	dim, rule, accent, good, warn, bad string
	names                              []string
}

// The hues of names go round the circle at one lightness, so that none is
// louder than another.
var (
	dark = palette{
		dim: "#9096a1", rule: "#4b515b", accent: "#62c4ec",
		good: "#6fcf97", warn: "#e6c15c", bad: "#f28b82",
		names: []string{
			"#f28b82", "#f0a366", "#dfbd5a", "#a8cb6a", "#6fcf97", "#5ccfc0",
			"#62c4ec", "#86aef7", "#a99bf5", "#cd93ee", "#f08bc7", "#d9a58f",
		},
	}
	light = palette{
		dim: "#666c76", rule: "#c3c8d0", accent: "#00639b",
		good: "#146c43", warn: "#7d5700", bad: "#b3261e",
		names: []string{
			"#b3261e", "#9c4300", "#7d5700", "#4b6600", "#146c43", "#006869",
			"#00639b", "#2b55c4", "#5b45c9", "#8a35b3", "#a9246f", "#7a4a36",
		},
	}
)
