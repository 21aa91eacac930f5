package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/tui"
)

const (
	// maxTwins is how many files of one name are kept beside each other.
	maxTwins = 1000

	// openerTime is how long the system's opener is watched: what fails, fails by then.
	openerTime = 2 * time.Second
)

// chatFiles is what the chat of an account does with files of messages.
func chatFiles(at *seat) tui.Files {
	folder := sync.OnceValues(downloadsFolder) // so that what is there in part is found again
	return tui.Files{
		Save: func(ctx context.Context, f chat.File, got func(int64)) (tui.Saved, error) {
			dir, err := folder()
			if err != nil {
				return tui.Saved{}, err
			}
			path, err := saveIn(ctx, at.files(chatPatience), dir, f.ID, got)
			return tui.Saved{Path: path, Said: underHome(path)}, err
		},
		Show: func(s tui.Saved) (string, bool) { return showFile(s.Path, os.Getenv) },
		Read: func(ctx context.Context, f chat.File, most int64) ([]byte, error) {
			return readFile(ctx, at.files(chatPatience), f.ID, most)
		},
	}
}

// downloadsFolder is where the user's downloads go, or where there is no such folder, one
// of their own among temporary files.
func downloadsFolder() (string, error) {
	dir := xdg.UserDirs.Download
	if info, err := os.Stat(dir); err == nil && info.IsDir() && filepath.IsAbs(dir) {
		return dir, nil
	}
	dir, err := os.MkdirTemp("", "hobnob-files-") // 0700
	if err != nil {
		return "", fmt.Errorf("there is no folder for downloads, and none can be made: %w", reason(err))
	}
	return dir, nil
}

// underHome writes a path as people do, with a tilde for their home.
func underHome(path string) string {
	if home, err := os.UserHomeDir(); err == nil && home != "" {
		if rest, ok := strings.CutPrefix(path, strings.TrimRight(home, string(filepath.Separator))+string(filepath.Separator)); ok {
			return "~" + string(filepath.Separator) + rest
		}
	}
	return path
}

// saveIn saves a file in a folder under its name there, or one like it that is free.
func saveIn(ctx context.Context, files *client.Files, dir, id string, got func(int64)) (string, error) {
	if !isFileID(id) {
		return "", errors.New("the server calls it by an ID that none has")
	}
	head, err := files.Head(ctx, id)
	if err != nil {
		return "", err
	}
	part := partIn(dir, id)
	if err := fetchPart(ctx, files, id, head, part, got); err != nil {
		return "", err
	}
	name := chat.CleanFileName(head.Name)
	for n := 1; n <= maxTwins; n++ {
		path := filepath.Join(dir, twin(name, n))
		switch err := settlePart(part, path); {
		case err == nil:
			return path, nil
		case !errors.Is(err, fs.ErrExist):
			return "", err
		}
	}
	return "", fmt.Errorf("there are too many files called %s", name)
}

// twin is a name for the n-th file of a name.
func twin(name string, n int) string {
	if n == 1 {
		return name
	}
	extension := filepath.Ext(name)
	return fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, extension), n, extension)
}

// settlePart gives a part that is whole a name, if nothing has it.
func settlePart(part, path string) error {
	err := os.Link(part, path)
	switch {
	case err == nil:
		return os.Remove(part)
	case errors.Is(err, fs.ErrExist):
		return fs.ErrExist
	}
	if _, err := os.Lstat(path); err == nil { // a file system without links
		return fs.ErrExist
	}
	if err := os.Rename(part, path); err != nil {
		return unwritable(path, err)
	}
	return nil
}

// readFile is the content of a file that has at most some bytes.
func readFile(ctx context.Context, files *client.Files, id string, most int64) ([]byte, error) {
	if !isFileID(id) {
		return nil, errors.New("the server calls it by an ID that none has")
	}
	head, err := files.Head(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case head.Size > most:
		return nil, fmt.Errorf("it has %s", chat.Size(head.Size))
	}
	var b limited
	b.most = most
	err = files.Download(ctx, id, head, 0, &b)
	return b.bytes, err
}

// limited keeps at most some bytes.
type limited struct {
	bytes []byte
	most  int64
}

// Write implements io.Writer.
func (l *limited) Write(b []byte) (int, error) {
	if int64(len(l.bytes)+len(b)) > l.most {
		return 0, io.ErrShortBuffer
	}
	l.bytes = append(l.bytes, b...)
	return len(b), nil
}

// openable are the files that are opened, by the end of their name, and what their content
// has to be: what a program opens is what its name says, and no name lies about it. What
// runs as a program, or has programs in it, is not among them.
var openable = map[string]string{
	".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".bmp": "image/bmp",
	".pdf": "application/pdf",
	".txt": "text/plain", ".log": "text/plain", ".md": "text/plain", ".json": "text/plain",
}

// showFile has the system open a file, and says why it does not.
func showFile(path string, getenv func(string) string) (why string, gone bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() {
		return "it is not there any more", true
	}
	want, known := openable[strings.ToLower(filepath.Ext(path))]
	if !known {
		return "open it yourself, if you trust it", false
	}
	if found := sniff(path); !strings.HasPrefix(found, want) {
		return "it is not what its name says, and was not opened", false
	}
	opener := openerOf(runtime.GOOS, getenv)
	if opener == nil {
		return "there is nothing here to open it with", false
	}
	return runOpener(append(opener, path)), false
}

// sniff is what a file has in it.
func sniff(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	b := make([]byte, 512)
	n, err := io.ReadFull(f, b)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return ""
	}
	return http.DetectContentType(b[:n])
}

// openerOf is the system's own opener, nil where what it opens would be seen by nobody, or
// would take this terminal.
func openerOf(system string, getenv func(string) string) []string {
	elsewhere := getenv("SSH_CONNECTION") != "" || getenv("SSH_TTY") != ""
	switch {
	case system == "darwin" && !elsewhere:
		return []string{"/usr/bin/open"}
	case system == "windows" && !elsewhere:
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	case system == "darwin", system == "windows":
		return nil
	case getenv("DISPLAY") == "" && getenv("WAYLAND_DISPLAY") == "":
		return nil // what it would open would take the terminal
	}
	return []string{"xdg-open"}
}

// runOpener runs it apart from this terminal, and says what went wrong at once.
func runOpener(command []string) (why string) {
	cmd := exec.CommandContext(context.Background(), command[0], command[1:]...) //nolint:gosec // the system's opener, and an absolute path
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return "there is nothing here to open it with"
	}
	// Some openers are the viewer itself, and end with it: it is not waited for, but by
	// who takes its exit code.
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	timer := time.NewTimer(openerTime)
	defer timer.Stop()
	select {
	case err := <-ended:
		if err != nil {
			return "nothing here opens it: " + err.Error()
		}
	case <-timer.C:
	}
	return ""
}
