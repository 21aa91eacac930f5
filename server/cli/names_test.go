package cli

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestNamesAreAskedFor once, where a team is made: of what no flag says. Enter takes what is
// offered, what is no name is asked for again, and who leaves has made no team.
func TestNamesAreAskedFor(t *testing.T) {
	usual := hostName()
	for typed, want := range map[string]struct{ name, team, asks string }{
		"\n\n":                          {usual, usual + "'s team", "Your name in the team [" + usual + "]: The team's name [" + usual + "'s team]: "},
		"  ada \nacme\n":                {"ada", "acme", "The team's name [ada's team]: "},
		"@\n#\nada\na\u202eb\n acme \n": {"ada", "acme", "hobnob: a team has a name of at most 64 characters"},
		"x\n" + strings.Repeat("y", 65) + "\ny\n": {"x", "y", "hobnob: a team has a name of at most 64 characters"},
	} {
		var talk strings.Builder
		c := defaults(t)
		h, err := startAsking(t.Context(), c, "test", io.Discard, askOn(strings.NewReader(typed), &talk))
		if err != nil {
			t.Errorf("%q: %v", typed, err)
			continue
		}
		if h.owner.Name != want.name || h.team.Name != want.team || !strings.Contains(talk.String(), want.asks) || len(h.notes) > 0 {
			t.Errorf("%q: %s in %s, and it said %q, %q", typed, h.owner.Name, h.team.Name, talk.String(), h.notes)
		}
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
		talk.Reset()
		if h, err = startAsking(t.Context(), c, "test", io.Discard, askOn(strings.NewReader(""), &talk)); err != nil || talk.Len() > 0 {
			t.Fatalf("a second start asks: %v, %q", err, talk.String())
		}
		if h.owner.Name != want.name || h.team.Name != want.team {
			t.Errorf("a second start: %s in %s", h.owner.Name, h.team.Name)
		}
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// TestOnlyWhatNoFlagSays is asked for.
func TestOnlyWhatNoFlagSays(t *testing.T) {
	for name, c := range map[string]config{"ada": {name: "ada"}, "acme": {team: "acme"}, "both": {name: "ada", team: "acme"}} {
		var talk strings.Builder
		with := defaults(t)
		with.name, with.team = c.name, c.team
		h, err := startAsking(t.Context(), with, "test", io.Discard, askOn(strings.NewReader("grace\n"), &talk))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(talk.String(), "["); name == "both" && got > 0 || name != "both" && got != 1 {
			t.Errorf("%s: it asked %q", name, talk.String())
		}
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// TestLeavingBeforeATeamIsMade: the next start asks again.
func TestLeavingBeforeATeamIsMade(t *testing.T) {
	c := defaults(t)
	for _, typed := range []string{"", "ada"} {
		_, err := startAsking(t.Context(), c, "test", io.Discard, askOn(strings.NewReader(typed), io.Discard))
		if exit.CodeOf(err) != exit.Failed || !strings.Contains(err.Error(), "you left before the team was made") {
			t.Errorf("%q: %v", typed, err)
		}
	}
	h, err := startAsking(t.Context(), c, "test", io.Discard, askOn(strings.NewReader("ada\nacme\n"), io.Discard))
	if err != nil || h.owner.Name != "ada" || h.team.Name != "acme" {
		t.Fatalf("%v", err)
	}
	if err := h.close(context.Background()); err != nil {
		t.Error(err)
	}
}

// TestNamesThatAreThere: a later start says what became of the names that its flags say.
func TestNamesThatAreThere(t *testing.T) {
	c := defaults(t)
	for _, step := range []struct{ name, team, is, in, says string }{
		{"ada", "acme", "ada", "acme", ""},
		{"ada", "acme", "ada", "acme", ""},
		{"", "", "ada", "acme", ""},
		{"grace", "", "ada", "acme", "--name grace: you have a name in this team, ada, and it stays; --name is for a team that is made by the same start"},
		{"", "beta", "ada", "beta", "--team beta: the team had a name, acme, and has this one from now on; the same way renames it back"},
		{"grace", "acme", "ada", "acme", "--team acme: the team had a name, beta"},
	} {
		c.name, c.team = step.name, step.team
		h, err := start(t.Context(), c, "test", io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		var says strings.Builder
		h.sayNotes(&says)
		if h.owner.Name != step.is || h.team.Name != step.in || !strings.Contains(says.String(), step.says) || (says.Len() == 0) != (step.says == "") {
			t.Errorf("%+v: %s in %s, says %q", step, h.owner.Name, h.team.Name, says.String())
		}
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// TestNameOfSomebodyElse: a host whose name is taken, as in a team that was brought here, is told
// what they are called.
func TestNameOfSomebodyElse(t *testing.T) {
	h := &host{config: config{name: "ada"}, owner: chat.User{Name: "ada-2"}, team: chat.Team{Name: "acme"}}
	if h.noteNames("acme"); len(h.notes) != 1 || !strings.Contains(h.notes[0], "ada-2") {
		t.Errorf("%q", h.notes)
	}
}
