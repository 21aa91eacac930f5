package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// naming asks whoever makes a team for a name. usual is taken by Enter; check says what is
// wrong with another. A nil one asks nobody.
type naming func(ctx context.Context, what, usual string, check func(name string) error) (string, error)

// askOn asks at a terminal, until the answer is a name.
func askOn(in io.Reader, talk io.Writer) naming {
	input, begun := bufio.NewReader(in), false
	return func(ctx context.Context, what, usual string, check func(string) error) (string, error) {
		if !begun {
			fmt.Fprintln(talk, "this makes a new team; enter takes what stands in brackets")
			begun = true
		}
		for {
			name, err := client.AskLine(ctx, input, talk, what, usual)
			if err != nil {
				return "", exit.New(exit.Failed, "the same command asks again; --team and --name say both names", "you left before the team was made")
			}
			err = check(name)
			if err == nil {
				return name, nil
			}
			exit.Print(talk, err)
		}
	}
}

// checkTeam says what is wrong with a name for a team.
func checkTeam(name string) error {
	if name == "" || utf8.RuneCountInString(name) > maxTeamName || chat.SanitizeLine(name) != name {
		return exit.New(exit.Usage, "", "a team has a name of at most %d characters, all of which can be seen", maxTeamName)
	}
	return nil
}

// checkPerson says what is wrong with a name for a person.
func checkPerson(name string) error {
	_, err := chat.ChooseName(name)
	return err
}

// newOwner is what the host of a new team is to be called.
func (h *host) newOwner(ctx context.Context) (name string, err error) {
	wish := h.config.name
	if wish == "" && h.ask != nil {
		if wish, err = h.ask(ctx, "Your name in the team", hostName(), checkPerson); err != nil {
			return "", err
		}
	}
	if name, err = chat.ChooseName(wish); err != nil {
		return hostName(), nil //nolint:nilerr // none was wished for: flags and answers are checked
	}
	return name, nil
}

// newTeam is what a new team is to be called.
func (h *host) newTeam(ctx context.Context) (string, error) {
	usual := h.owner.Name + "'s team"
	if h.ask == nil || utf8.RuneCountInString(usual) > maxTeamName {
		return usual, nil
	}
	return h.ask(ctx, "The team's name", usual, checkTeam)
}

// noteNames takes down what became of the names that flags said, where somebody may think
// otherwise: before is what the team was called until now, "" for a new one.
func (h *host) noteNames(before string) {
	if wish, err := chat.ChooseName(h.config.name); err == nil && h.config.name != "" && wish != h.owner.Name {
		h.notes = append(h.notes, "--name "+exit.Quote(wish)+": you have a name in this team, "+h.owner.Name+", and it stays; --name is for a team that is made by the same start")
	}
	if before != "" && before != h.team.Name {
		h.notes = append(h.notes, "--team "+exit.Quote(h.team.Name)+": the team had a name, "+before+", and has this one from now on; the same way renames it back")
	}
}

// sayNotes says that where the chat has not taken the terminal.
func (h *host) sayNotes(w io.Writer) {
	for _, note := range h.notes {
		fmt.Fprintln(w, chat.SanitizeLine(note))
	}
}
