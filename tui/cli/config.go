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
	"sync"

	"github.com/adrg/xdg"
	"github.com/google/renameio/v2/maybe"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// configFile is what a user sets: keys, and how the screen is.
func configFile() string { return filepath.Join(xdg.ConfigHome, "hobnob", "config.toml") }

// short is a path as people write it.
func short(path string) string {
	home, err := os.UserHomeDir()
	if rest, in := strings.CutPrefix(path, home+string(filepath.Separator)); err == nil && in {
		path = "~" + string(filepath.Separator) + rest
	}
	return chat.SanitizeLine(path)
}

// loadConfig reads the file. That there is none is no mistake; whatever is wrong is
// told, and nothing of it keeps the chat from opening.
func loadConfig() tui.Settings {
	path := configFile()
	set := tui.Settings{File: short(path), Save: (&configWriter{path: path}).save}
	b, err := readConfig(path)
	if err != nil {
		set.Unread, set.Mistakes = true, []settings.Mistake{{Says: "it cannot be read: " + pathless(err).Error()}}
		set.Save = func(string, any) error { return fmt.Errorf("the file cannot be read: %w", pathless(err)) }
		return set
	}
	set.Unread = settings.Refused(b)
	set.Entries, set.Mistakes = settings.Parse(b)
	return set
}

// firstTime tells whether nobody has opened a chat on this machine yet, nor set anything.
// Where that cannot be seen, it is not the first time.
func firstTime() bool {
	if _, err := os.Lstat(configFile()); !errors.Is(err, fs.ErrNotExist) {
		return false
	}
	states, err := os.ReadDir(filepath.Join(xdg.StateHome, "hobnob"))
	if err != nil {
		return errors.Is(err, fs.ErrNotExist)
	}
	return !slices.ContainsFunc(states, func(one fs.DirEntry) bool {
		_, err := os.Lstat(filepath.Join(xdg.StateHome, "hobnob", one.Name(), oldUnsent+".lock"))
		return err == nil
	})
}

// readConfig reads a file, or one byte more than any that is read.
func readConfig(path string) ([]byte, error) {
	f, err := openRegular(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, settings.MaxBytes+1))
}

// configWriter changes the file, one setting at a time.
type configWriter struct {
	path string // set once
	mu   sync.Mutex
}

// save sets one thing in the file as it is now: its user may have it open, too.
func (w *configWriter) save(name string, value any) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	path := w.path
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target // many have such files elsewhere, and links to them
	}
	b, err := readConfig(path)
	if err != nil {
		return pathless(err)
	}
	if b, err = settings.Set(b, name, value); err != nil {
		return err
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return pathless(err)
	}
	return pathless(maybe.WriteFile(path, b, mode))
}

func keysCommand() *cobra.Command {
	var asJSON bool
	keys := &cobra.Command{
		Use:   "keys",
		Short: "List the keys of the chat, as config.toml makes them",
		Long: "List the keys of the chat: what each is called in config.toml, which keys it has, and what it does.\n\n" +
			"What is wrong in the file is told on stderr, with its line; hobnob doctor tells it, too, and looks at your themes.",
		Example: "  hobnob keys\n  hobnob keys | grep rooms",
		Args:    exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if Homeless("XDG_CONFIG_HOME") {
				return NeedHome()
			}
			set := loadConfig()
			k, _ := set.Keys()
			var says []string
			for _, m := range set.Check() {
				says = append(says, fmt.Sprintf("%s:%d: %s", set.File, m.Line, chat.SanitizeLine(m.Says)))
			}
			for _, one := range settings.Told(says) {
				fmt.Fprintln(cmd.ErrOrStderr(), one)
			}
			rows := tabled(cmd.OutOrStdout(), "NAME", "KEYS", "DOES")
			for _, b := range k.Named() {
				var err error
				line := keyLine{keymap.Table + b.Name, strings.Join(b.Keys(), " "), b.Help().Desc}
				if asJSON {
					err = printLine(cmd.OutOrStdout(), line)
				} else {
					err = rows.row(line.Name, line.Keys, line.Does)
				}
				if err != nil {
					return quietly(err)
				}
			}
			return quietly(rows.end())
		},
	}
	keys.Flags().BoolVar(&asJSON, "json", false, "print each key as a line of JSON")
	return keys
}

// keyLine is what --json says of a key.
type keyLine struct {
	Name string `json:"name"`
	Keys string `json:"keys"`
	Does string `json:"does"`
}
