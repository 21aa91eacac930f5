package tui

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestExamplesOfTheDocuments: what they show can be written so.
func TestExamplesOfTheDocuments(t *testing.T) {
	b, err := os.ReadFile("../docs/screen.md")
	if err != nil {
		t.Fatal(err)
	}
	files, lines := 0, 0
	for _, m := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllSubmatch(b, -1) {
		if !strings.Contains(string(m[1]), "[keys]") {
			continue // colours, which package theme reads
		}
		files++
		if text := openSet(t, string(m[1]), nil).text(); strings.Contains(text, "mistake") {
			t.Errorf("%s%s", m[1], text)
		}
	}
	for _, m := range regexp.MustCompile("`(/set [a-z.]+ [a-z0-9+ ]+)`").FindAllSubmatch(b, -1) {
		lines++
		s := openSet(t, "", nil)
		s.keys(t, string(m[1])+"{enter}")
		if said := s.composer.Sentence(); !s.composer.Told() || strings.Contains(s.text(), "has none now") || !strings.Contains(s.text(), " now") {
			t.Errorf("%s: %s\n%s", m[1], said, s.text())
		}
	}
	if files == 0 || lines < 3 {
		t.Errorf("%d files and %d lines: are the others not found?", files, lines)
	}
}
