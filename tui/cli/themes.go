package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/adrg/xdg"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// themes are the files with colours below a folder of settings. chosen is the file in which
// hobnob kept which one is put on, before that was a setting.
type themes struct{ folder, chosen string }

func userThemes() themes {
	return themes{filepath.Join(xdg.ConfigHome, "hobnob", "themes"), filepath.Join(xdg.StateHome, "hobnob", "theme")}
}

// Names implements tui.Themes.
func (t themes) Names() (names []string) {
	entries, err := os.ReadDir(t.folder)
	if err != nil {
		return nil // who has no such folder has no such files
	}
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".toml"); ok {
			names = append(names, shown(name, maxTeamName))
		}
	}
	return names
}

// Load implements tui.Themes. A file is not named as one that is built in.
func (t themes) Load(name string) (_ *theme.Scheme, wrong []string, err error) {
	if s := theme.BuiltIn(name); s != nil {
		return s, nil, nil
	}
	if name == "" || strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
		return nil, nil, exit.New(exit.Failed, "", "%q is no name of a theme", shown(name, maxTeamName))
	}
	path := filepath.Join(t.folder, name+".toml")
	b, err := readTheme(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, exit.New(exit.Failed, "", "there is no theme %s; one of your own would be in %s", name, short(path))
	}
	if err != nil {
		return nil, nil, exit.New(exit.Storage, "", "%s cannot be read: %w", short(path), pathless(err))
	}
	s, wrong, err := theme.Parse(name, b)
	if err != nil {
		return nil, nil, exit.New(exit.Failed, "", "%s is no theme: %w", short(path), err)
	}
	for i := range wrong {
		wrong[i] = short(path) + ": " + wrong[i]
	}
	return s, wrong, nil
}

// readTheme reads a file of a theme, or one byte more than any has: what is no file may have no end.
func readTheme(path string) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, theme.MaxFile+1))
}

// of is the theme that is set, nil for the default, and what is wrong with it. A theme that
// was chosen when the settings had none yet is taken over into them, once.
func (t themes) of(set *tui.Settings) (*theme.Scheme, []string) {
	t.move(set)
	return t.set(set)
}

// set is of that changes no file.
func (t themes) set(set *tui.Settings) (*theme.Scheme, []string) {
	name, line := "", 0
	for _, e := range set.Entries {
		if text, ok := e.Value.(string); ok && e.Name == "theme" {
			name, line = text, e.Line
		}
	}
	if name == "" {
		return nil, nil // nothing was chosen
	}
	s, wrong, err := t.Load(name)
	switch {
	case err == nil:
	case line > 0: // one of the mistakes of that file
		says := "theme: " + err.Error()
		if near := settings.Nearest(name, append(theme.BuiltInNames(), t.Names()...)); near != "" {
			says += fmt.Sprintf("; did you mean %q?", near)
		}
		set.Mistakes = append(set.Mistakes, settings.Mistake{Line: line, Says: says})
	default:
		wrong = append(wrong, err.Error())
	}
	return s, wrong
}

// move takes the theme over that was chosen in a file of its own, as hobnob did at first. The
// file goes when the settings have it; where they cannot be written, it stays in force.
func (t themes) move(set *tui.Settings) {
	b, err := readTheme(t.chosen)
	if err != nil {
		return
	}
	name := strings.TrimSpace(string(b))
	has := slices.ContainsFunc(set.Entries, func(e settings.Entry) bool { return e.Name == "theme" })
	if !has && name != "" {
		set.Entries = append(set.Entries, settings.Entry{Name: "theme", Value: name})
		if set.Save == nil || set.Save("theme", name) != nil {
			return
		}
	}
	_ = os.Remove(t.chosen) // what stays is not looked at where the settings have a theme
}
