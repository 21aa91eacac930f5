package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/vt"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestGoldensFitTheirTerminals: what a golden screen shows is what a terminal of its size
// shows of it: no row is wider, none is lost, and no cluster is cut by the edge.
func TestGoldensFitTheirTerminals(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	size := regexp.MustCompile(`-(\d+)x(\d+)\.txt$`)
	seen := make(map[string]int)
	for _, file := range files {
		found := size.FindStringSubmatch(file)
		if found == nil {
			continue
		}
		seen[found[1]+"x"+found[2]]++
		var width, height int
		if _, err := fmt.Sscan(found[1], &width); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscan(found[2], &height); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.TrimRight(string(text), "\n")
		terminal := vt.NewEmulator(width, height)
		if _, err := terminal.WriteString(strings.ReplaceAll(want, "\n", "\r\n")); err != nil {
			t.Fatal(err)
		}
		rows := strings.Split(terminal.String(), "\n")
		for i := range rows {
			rows[i] = strings.TrimRight(rows[i], " ")
		}
		if diff := cmp.Diff(want, strings.TrimRight(strings.Join(rows, "\n"), "\n")); diff != "" {
			t.Errorf("%s (-golden +terminal):\n%s", file, diff)
		}
	}
	for _, size := range []string{"100x30", "40x12", "20x5", "250x80"} {
		if seen[size] == 0 {
			t.Errorf("there is no golden screen of %s", size)
		}
	}
}

// TestWideGolden: on the largest of screens nothing wraps wrong, and nothing is lost in
// the space.
func TestWideGolden(t *testing.T) {
	const width, height = 250, 80
	t.Run(fmt.Sprintf("wide-%dx%d", width, height), func(t *testing.T) {
		s := openTeam(width, height)
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: busyRoom()})
		s.send(chat.Connection{State: chat.Online})
		golden(t, s.text()+"\n")
	})
}
