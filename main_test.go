package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path"
	"strings"
	"testing"
)

const module = "github.com/hobnob-chat/hobnob"

// rooms are the packages of the tree and which of our packages each may import.
// A pattern ending in /... is a room and all below it. A package that is not
// here has no place in the tree yet: docs/architecture.md says what each is for.
var rooms = map[string][]string{
	".": {"server/cli", "tui/cli", "net/exit"},

	"net/chat":     {},
	"net/exit":     {"net/chat"},
	"net/socketio": {},
	"net/pipe":     {},
	"net/client":   {"net/chat", "net/socketio"},

	"keystore": {},

	"tui":              {"net/chat", "tui/theme", "tui/markup", "tui/timeline", "tui/composer", "tui/status", "tui/overlay", "tui/sidebar", "tui/members", "tui/emoji", "tui/settings", "tui/picture", "tui/slash", "tui/signin", "tui/screen/input", "tui/keymap", "tui/layout", "tui/notify", "tui/paths", "tui/unread"},
	"tui/theme":        {"net/chat"},
	"tui/markup":       {"net/chat", "tui/theme"},
	"tui/timeline":     {"net/chat", "tui/theme", "tui/markup"},
	"tui/composer":     {"net/chat", "tui/theme"},
	"tui/status":       {"net/chat", "tui/theme"},
	"tui/sidebar":      {"net/chat", "tui/theme"},
	"tui/overlay":      {"net/chat", "tui/theme"},
	"tui/settings":     {},
	"tui/keymap":       {"tui/composer", "tui/overlay", "tui/settings", "tui/slash"},
	"tui/layout":       {"tui/theme"},
	"tui/notify":       {},
	"tui/paths":        {"tui/theme"},
	"tui/unread":       {"net/chat", "tui/timeline"},
	"tui/plain":        {"net/chat", "tui/slash", "tui/emoji", "tui/signin", "tui/rows"},
	"tui/rows":         {},
	"tui/terminal":     {"tui/picture"},
	"tui/members":      {"net/chat", "tui/theme"},
	"tui/emoji":        {"net/chat"},
	"tui/picture":      {},
	"tui/screen":       {"tui/screen/input", "tui/picture"},
	"tui/signin":       {"net/chat"},
	"tui/slash":        {"tui/settings"},
	"tui/screen/input": {},
	"tui/bench":        {},
	"tui/bench/bare":   {},
	"tui/cli":          {"tui", "tui/keymap", "tui/notify", "tui/paths", "tui/settings", "tui/plain", "tui/rows", "tui/screen", "tui/picture", "tui/terminal", "tui/theme", "net/chat", "net/client", "net/exit", "keystore"},

	"server":                 {"net/chat"},
	"server/auth":            {"net/chat", "server/disk"},
	"server/transport":       {"net/socketio"},
	"server/transport/echo":  {"server/transport", "net/socketio"},
	"server/eventlog":        {"net/chat"},
	"server/eventlog/sqlite": {"net/chat"},
	"server/store":           {"net/chat", "server/disk"},
	"server/blob":            {"server/disk"},
	"server/files":           {"server/blob", "server/store", "net/chat"},
	"server/gateway":         {"server", "server/auth", "server/transport", "net/socketio", "net/chat"},
	"server/api":             {"server", "server/auth", "server/files", "server/slack", "net/chat"},
	"server/slack":           {},
	"server/slack/archive":   {"server/slack", "server/export", "net/chat"},
	"server/export":          {"net/chat"},
	"server/backup":          {"net/chat", "server/disk"},
	"server/metrics":         {},
	"server/disk":            {},
	"server/webhook":         {"net/chat"},
	"server/bench":           {"net/chat", "net/socketio"},
	"server/bench/compare":   {"server/bench"},
	"server/cli":             {"server", "server/...", "tui/cli", "net/chat", "net/exit"},
}

// drivers are the packages of others that only one room may know.
var drivers = map[string][]string{
	"github.com/gorilla/websocket":  {"server/transport", "net/client"},
	"modernc.org/sqlite":            {"server/eventlog/sqlite", "server/store", "net/client", "tui/bench"},
	"github.com/golang-jwt/jwt/v5":  {"server/auth"},
	"github.com/zalando/go-keyring": {"keystore"},
	"charm.land/bubbletea/v2":       {"tui/...", "tui"},
	"charm.land/bubbles/v2":         {"tui/...", "tui"},
	"github.com/yuin/goldmark":      {"tui/markup"},
	"github.com/alecthomas/chroma":  {"tui/markup"},
	"github.com/spf13/cobra":        {"tui/cli", "server/cli", "net/exit"},
	"github.com/pelletier/go-toml":  {"tui/settings", "tui/theme"},
	"github.com/prometheus":         {"server/metrics"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
}

// TestImports holds the tree's walls: imports run inward only.
func TestImports(t *testing.T) {
	for _, p := range list(t) {
		room := relative(p.ImportPath)
		may, known := rooms[room]
		if !known {
			t.Errorf("%s has no place in the tree: name it in rooms, and in docs/architecture.md", room)
			continue
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, module) {
				if !within(relative(imported), may) {
					t.Errorf("%s may not import %s", room, relative(imported))
				}
				continue
			}
			for driver, owners := range drivers {
				if (imported == driver || strings.HasPrefix(imported, driver+"/")) && !within(room, owners) {
					t.Errorf("%s may not import %s: that is for %v", room, imported, owners)
				}
			}
		}
	}
}

// TestStandardLibraryOnly holds what DESIGN says of the vocabulary and the codec.
func TestStandardLibraryOnly(t *testing.T) {
	allowed := map[string]string{"net/chat": "golang.org/x/text/", "net/socketio": ""}
	for _, p := range list(t) {
		extra, pure := allowed[relative(p.ImportPath)]
		if !pure {
			continue
		}
		for _, imported := range p.Imports {
			if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
				continue
			}
			if extra == "" || !strings.HasPrefix(imported, extra) {
				t.Errorf("%s may not import %s", relative(p.ImportPath), imported)
			}
		}
	}
}

// TestNoPackageNet keeps net/ free of Go files, so that there is one package net.
func TestNoPackageNet(t *testing.T) {
	files, err := os.ReadDir("net")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if path.Ext(f.Name()) == ".go" {
			t.Errorf("net/%s: net holds packages, and no Go file of its own", f.Name())
		}
	}
}

func list(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "./...")
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, errs.String())
	}
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func relative(importPath string) string {
	if importPath == module {
		return "."
	}
	return strings.TrimPrefix(importPath, module+"/")
}

func within(room string, patterns []string) bool {
	for _, p := range patterns {
		if tree, ok := strings.CutSuffix(p, "/..."); room == p || (ok && strings.HasPrefix(room, tree+"/")) {
			return true
		}
	}
	return false
}
