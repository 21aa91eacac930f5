package markup

import "testing"

// TestEdges are seen as they are drawn: a title is none, and neither is what only looks like a block.
func TestEdges(t *testing.T) {
	for text, want := range map[string][2]Edge{
		"":                           {},
		"plain":                      {},
		"```\na\n```":                {CodeEdge, CodeEdge},
		"```\na":                     {CodeEdge, CodeEdge},
		"```\n- a\n```\n":            {CodeEdge, CodeEdge},
		"```go\na\n```":              {NoEdge, CodeEdge},
		"```── new ──\na\n```":       {CodeEdge, CodeEdge},
		"```\n```":                   {},
		"```":                        {},
		"see\n~~~\na\n~~~":           {NoEdge, CodeEdge},
		"```\na\n```\nafter":         {CodeEdge, NoEdge},
		"```\na\n```\n- b\n  - c":    {CodeEdge, ListEdge},
		"> a\n> b":                   {QuoteEdge, QuoteEdge},
		"> ```go\n> a\n> ```":        {QuoteEdge, QuoteEdge},
		"> ```\n> a\nmine":           {QuoteEdge, NoEdge},
		"- a\nb\n2. c":               {ListEdge, ListEdge},
		"-a\n>_<":                    {},
		"# - a":                      {},
		"```\na\n```\n```\n> b\n```": {CodeEdge, CodeEdge},
	} {
		if first, last := Edges(text); first != want[0] || last != want[1] {
			t.Errorf("%q begins with %d and ends with %d, not %d", text, first, last, want)
		}
	}
}
