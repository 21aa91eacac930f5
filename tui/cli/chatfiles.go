package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/paths"
)

const (
	// chatPatience is how long a file of the chat may go on without going forward: a
	// network that comes back within that is not noticed but by the time it takes.
	chatPatience = 2 * time.Minute

	// maxEntries is how many names of a folder are looked at for paths that begin as one does.
	maxEntries = 10_000
)

// uploadIn is how files of the chat come to the server.
func uploadIn(at *seat) func(context.Context, tui.Upload) (chat.File, error) {
	return func(ctx context.Context, u tui.Upload) (chat.File, error) {
		file, err := at.files(chatPatience).Upload(ctx, client.Upload{
			ID: u.ID, Room: u.Room, Name: u.Name, Content: u.Content, Size: u.Size, Sent: u.Sent,
		})
		if _, own := errors.AsType[*os.PathError](err); own {
			return file, fmt.Errorf("%s cannot be read: %w", chat.SanitizeLine(u.Name), reason(err))
		}
		return file, err
	}
}

// openLocal opens a file that somebody in the chat named.
func openLocal(path string) (paths.File, error) {
	full, err := expandHome(path)
	if err != nil {
		return paths.File{}, err
	}
	said := chat.SanitizeLine(path)
	info, err := os.Stat(full)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return paths.File{}, paths.NotThereError("there is no file " + said + inFolder(full))
	case err != nil:
		return paths.File{}, fmt.Errorf("%s cannot be read: %w", said, reason(err))
	case info.IsDir():
		return paths.File{}, fmt.Errorf("%s is a folder; pack it, and post that: tar czf %s", said,
			chat.SanitizeLine(exit.Quote(filepath.Base(full)+".tar.gz")+" "+exit.Quote(path)))
	case !info.Mode().IsRegular():
		return paths.File{}, fmt.Errorf("%s is no file: it is a device, a pipe or a socket", said)
	}
	f, err := os.Open(full)
	if err != nil {
		return paths.File{}, fmt.Errorf("%s cannot be read: %w", said, reason(err))
	}
	return paths.File{ReaderAt: f, Closer: f, Name: filepath.Base(full), Size: info.Size(), Full: wholePath(full)}, nil
}

// wholePath is a path from the root without links, "" where that is not known.
func wholePath(path string) string {
	whole, err := filepath.EvalSymlinks(path)
	if err == nil {
		whole, err = filepath.Abs(whole)
	}
	if err != nil {
		return ""
	}
	return whole
}

// inFolder says from where a path that is not absolute was looked for.
func inFolder(path string) string {
	if filepath.IsAbs(path) {
		return ""
	}
	here, err := os.Getwd()
	if err != nil {
		return ""
	}
	return " in " + chat.SanitizeLine(here)
}

// expandHome puts the home of its user, or of another one, for the tilde that a path
// begins with.
func expandHome(path string) (string, error) {
	if !strings.HasPrefix(path, "~") {
		return path, nil
	}
	name, rest := path[1:], ""
	if i := strings.IndexFunc(name, func(r rune) bool { return r < 0x80 && os.IsPathSeparator(uint8(r)) }); i >= 0 {
		name, rest = name[:i], name[i:]
	}
	home, err := os.UserHomeDir()
	if name != "" {
		var who *user.User
		if who, err = user.Lookup(name); err == nil {
			home = who.HomeDir
		}
	}
	if err != nil || home == "" {
		return "", fmt.Errorf("nobody here is called %s, whose home ~%[1]s would be", chat.SanitizeLine(name))
	}
	return home + rest, nil
}

// pathsLike are the paths that begin so, as far as they are written: with the tilde they
// begin with. Hidden ones are only among them where that was begun.
func pathsLike(begun string) (list []string) {
	cut := strings.LastIndexByte(begun, '/') + 1
	if runtime.GOOS == "windows" {
		cut = strings.LastIndexAny(begun, `/\`) + 1
	}
	in, name := begun[:cut], begun[cut:]
	if in == "" && name == "~" {
		return []string{"~/"}
	}
	folder := in
	if folder == "" {
		folder = "."
	}
	folder, err := expandHome(folder)
	if err != nil {
		return nil
	}
	d, err := os.Open(folder)
	if err != nil {
		return nil
	}
	defer d.Close()
	entries, _ := d.ReadDir(maxEntries) // of a folder that is read in part, those
	for _, fold := range []bool{false, true} {
		for _, e := range entries {
			if likeFile(e.Name(), name, fold) {
				list = append(list, in+e.Name()+slashOf(folder, e))
			}
		}
		if len(list) > 0 {
			break // a name that begins so is meant before one that does in other letters
		}
	}
	slices.Sort(list)
	return list
}

func likeFile(name, begun string, fold bool) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(begun, ".") {
		return false
	}
	if fold {
		return strings.HasPrefix(chat.FoldName(name), chat.FoldName(begun))
	}
	return strings.HasPrefix(name, begun)
}

// slashOf is what stands behind the name of a folder, also of one by a link.
func slashOf(folder string, e fs.DirEntry) string {
	dir := e.IsDir()
	if e.Type()&fs.ModeSymlink != 0 {
		info, err := os.Stat(filepath.Join(folder, e.Name()))
		dir = err == nil && info.IsDir()
	}
	if dir {
		return "/"
	}
	return ""
}
