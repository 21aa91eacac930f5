package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hobnob": main})
}

// TestCommands runs the scripts of testdata/script: what a person or a script
// sees of each command, its exit code and its hints. The scripts see an empty
// HOME and no keyring.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(e *testscript.Env) error {
			home := filepath.Join(e.WorkDir, "home")
			for _, name := range []string{"HOME", "USERPROFILE"} {
				e.Setenv(name, home)
			}
			e.Setenv("XDG_DATA_HOME", filepath.Join(home, "data"))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(home, "config"))
			e.Setenv("XDG_STATE_HOME", filepath.Join(home, "state"))
			e.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(e.WorkDir, "no-bus"))
			return os.MkdirAll(home, 0o700)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serving":  serving,
			"exitcode": exitCode,
			"mode":     mode,
			"link":     link,
		},
	})
}

// serving VARIABLE DATA waits until a data folder is served, and sets the
// variable to where.
func serving(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: serving VARIABLE DATA")
	}
	path := filepath.Join(ts.MkAbs(args[1]), "serve.json")
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		b, err := os.ReadFile(path) //nolint:gosec // of the test's own folder
		var s struct{ URL string }
		if err == nil && json.Unmarshal(b, &s) == nil {
			ts.Setenv(args[0], s.URL)
			return
		}
	}
	ts.Fatalf("%s is not served", args[1])
}

// exitCode CODE COMMAND ARG... runs a command that has to end with a code. Its
// output is compared with stdout and stderr, as that of exec is.
func exitCode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exitcode CODE COMMAND ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	if err != nil {
		got = err.Error()
		if code, ok := strings.CutPrefix(got, "exit status "); ok {
			got = code
		}
	}
	if got != args[0] {
		ts.Fatalf("%v ended with %s, want %s", args[1:], got, args[0])
	}
}

// mode PERMISSIONS PATH checks who may read a file, where there are such bits.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode PERMISSIONS PATH")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := info.Mode().Perm().String(); os.PathSeparator == '/' && got != args[0] {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[0])
	}
}

// link VARIABLE FILE sets the variable to the join link in a file.
func link(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: link VARIABLE FILE")
	}
	for _, word := range strings.Fields(ts.ReadFile(args[1])) {
		if strings.Contains(word, "/join/") {
			ts.Setenv(args[0], word)
			return
		}
	}
	ts.Fatalf("no link in %s", args[1])
}
