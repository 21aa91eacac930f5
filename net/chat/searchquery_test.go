package chat

import "testing"

func TestUnfinished(t *testing.T) {
	for q, want := range map[string]string{
		"graph": "graph*", "the graph": "the graph*", "in:#ops graph": "in:#ops graph*", "é2": "é2*",
		"": "", "g": "g", "graph ": "graph ", "gra*": "gra*", `"the graph`: `"the graph`, `"the graph"`: `"the graph"`,
		"v4.go": "v4.go", "from:ada": "from:ada", "東京": "東京", "🎉": "🎉",
	} {
		if got := Unfinished(q); got != want {
			t.Errorf("%q is %q, not %q", q, got, want)
		}
	}
}
