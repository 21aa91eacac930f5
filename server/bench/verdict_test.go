package bench

import (
	"net/url"
	"strings"
	"testing"
)

// TestVerdicts holds what is said of a phase against what it went like.
func TestVerdicts(t *testing.T) {
	here := Config{FleetConfig: FleetConfig{URL: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}}}
	there := Config{FleetConfig: FleetConfig{URL: &url.URL{Scheme: "http", Host: "192.0.2.1:1"}}}
	// A thousand at once, and then fifty a second.
	var slowed, even []int64
	for i := range int64(40) {
		slowed = append(slowed, 1000+i*50/4)
		even = append(even, i*250)
	}
	queued := Latency{Count: 9, P50: 70} // by as many as the window lets wait for each other
	for name, tc := range map[string]struct {
		cfg   Config
		phase Phase
		want  string
	}{
		"a rate limit":       {here, Phase{Cost: Cost{ServerCores: 0.1}, paces: slowed}, "at 50 messages a second: that is its rate limit"},
		"the machine":        {here, Phase{Cost: Cost{ServerCores: 1.1, OwnCores: 0.8}, paces: even}, "2 processors are used up"},
		"other programs":     {here, Phase{Cost: Cost{ServerCores: 0.5, OwnCores: 0.3, MachineCores: 1.95}}, "1.15 by other programs"},
		"the server":         {here, Phase{Cost: Cost{ServerCores: 1, OwnCores: 0.3}}, "the server's processor time"},
		"this generator":     {there, Phase{Cost: Cost{OwnCores: 1.9}}, "this generator's processors"},
		"not known":          {there, Phase{Cost: Cost{OwnCores: 0.2}}, "--pid"},
		"a short one":        {here, Phase{Cost: Cost{ServerCores: 0.2}, Ack: queued, Delivery: queued}, "not seen from here: perhaps its disk, or its rate limit if it has one"},
		"from elsewhere":     {there, Phase{Cost: Cost{ServerCores: 0.2}, Delivery: queued}, "not seen from here: perhaps its disk, the network"},
		"an even pace alone": {here, Phase{Cost: Cost{ServerCores: 0.2}, Ack: queued, paces: even}, "not seen from here: perhaps its disk"},
	} {
		said := verdicts(&Result{Cores: 2, Saturated: &tc.phase}, tc.cfg)
		if len(said) != 1 || !strings.Contains(said[0], tc.want) {
			t.Errorf("%s: %q, want %q", name, said, tc.want)
		}
		if shown := len(tc.phase.paces) > 0; shown && !strings.Contains(tc.want, "limit") && strings.Contains(said[0], "limit") {
			t.Errorf("%s: a limit that would have shown is blamed: %q", name, said)
		}
		if strings.Contains(said[0], "70") {
			t.Errorf("%s: its own window is blamed: %q", name, said)
		}
	}
	if said := verdicts(&Result{Steady: &Phase{Asked: 50}}, here); said[0] != "none at 50 messages a second" {
		t.Errorf("a phase that went as asked: %q", said)
	}
	late := &Phase{Asked: 5000, Late: 4, Cost: Cost{ServerCores: 1}}
	if said := verdicts(&Result{Cores: 2, Steady: late}, here); !strings.Contains(said[0], "more than it could take") {
		t.Errorf("a phase that was late: %q", said)
	}
	if said := verdicts(&Result{Faults: Faults{Missing: 1}, Steady: &Phase{}}, here); len(said) != 1 || !strings.Contains(said[0], "1 missing") {
		t.Errorf("a phase that failed: %q", said)
	}
}

// TestSecretTokens: a token has three parts, and no two clients have the same.
func TestSecretTokens(t *testing.T) {
	mint := SecretTokens([]byte("secret"))
	a, err := mint(1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := mint(2)
	if err != nil || a == b || strings.Count(a, ".") != 2 {
		t.Errorf("%s, %s, %v", a, b, err)
	}
}
