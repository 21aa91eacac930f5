package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/keystore"
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/picture"
	"github.com/hobnob-chat/hobnob/tui/terminal"
)

// of is the symptom with a name.
func (f *symptoms) of(check string) symptom {
	for _, g := range *f {
		if strings.HasPrefix(g.Check, check) {
			return g
		}
	}
	return symptom{}
}

func setting(env map[string]string) surrounding {
	get := func(name string) string { return env[name] }
	return surrounding{get: get, term: env["TERM"], tmux: env["TMUX"] != ""}
}

// TestDoctorReadsTerminals: what is made of what a terminal answers, and of what the
// environment says of one that answers little.
func TestDoctorReadsTerminals(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	kitty := terminal.Answers{
		Answered: true, Name: "kitty(0.40.0)", Attributes: []int{62, 52}, Background: "rgb:0/0/0", Keyboard: true, Images: true, TrueColour: true,
		Modes: map[int]terminal.Mode{1004: terminal.Reset, 2004: terminal.Reset, 2026: terminal.Reset, 2027: terminal.Reset}, Widths: []int{2, 2, 2, 2},
	}
	wide := kitty
	wide.Widths = []int{6, 2, 2, 2}
	bare := terminal.Answers{Answered: true, Attributes: []int{1, 4}, Modes: map[int]terminal.Mode{1004: terminal.Unknown}}
	narrow, either := bare, bare
	narrow.Widths, either.Widths = []int{2, 2, 1, 2}, []int{2, 4, 1, 2}
	for name, c := range map[string]struct {
		env    map[string]string
		a      terminal.Answers
		check  string
		level  level
		says   string
		fix    string
		absent bool
	}{
		"name":         {nil, kitty, "terminal", fine, "kitty(0.40.0)", "", false},
		"keys":         {nil, kitty, "keyboard", fine, "told apart", "", false},
		"keys tmux":    {map[string]string{"TMUX": "x"}, bare, "keyboard", warning, "Alt+Enter", "set -s extended-keys on", false},
		"focus":        {nil, kitty, "focus", fine, "when you look", "", false},
		"focus tmux":   {map[string]string{"TMUX": "x"}, bare, "focus", warning, "cannot know", "focus-events on", false},
		"sync":         {nil, kitty, "drawing", fine, "whole", "", false},
		"sync unsaid":  {nil, bare, "drawing", fine, "does not say", "", false},
		"emoji":        {nil, kitty, "emoji", fine, "as they are joined", "", false},
		"emoji odd":    {nil, wide, "emoji", warning, "the terminal draws 👨‍👩‍👧 6 wide, hobnob counts 2", "a newer version of it may join them, or use Ghostty", false},
		"emoji tmux":   {map[string]string{"TMUX": "x"}, wide, "emoji", warning, "tmux draws 👨‍👩‍👧 6 wide, hobnob counts 2", "a newer tmux joins them", false},
		"emoji joined": {nil, narrow, "emoji", warning, "the terminal draws 👨‍👩‍👧 2 wide, hobnob counts 6", "this terminal joins them, and does not tell", false},
		"tmux joins":   {map[string]string{"TMUX": "x"}, narrow, "emoji", warning, "tmux draws 👨‍👩‍👧 2 wide, hobnob counts 6", "this tmux joins them, and does not tell programs that it does (mode 2027), so no other version is needed", false},
		"emoji either": {map[string]string{"TMUX": "x"}, either, "emoji", warning, "tmux draws", "run hobnob outside of tmux", false},
		"emoji unsaid": {nil, bare, "emoji", fine, "does not say", "", false},
		"links":        {nil, kitty, "links", fine, "opens them", "", false},
		"no links":     {map[string]string{"TERM_PROGRAM": "Apple_Terminal"}, bare, "links", fine, "as text", "", false},
		"copy":         {nil, kitty, "clipboard", fine, "goes to it", "", false},
		"copy tmux":    {map[string]string{"TMUX": "x"}, bare, "clipboard", warning, "", "set-clipboard on", false},
		"pictures":     {nil, kitty, "pictures", fine, "the terminal shows them (kitty", "", false},
		"sixel":        {nil, bare, "pictures", fine, "the terminal shows them (sixel)", "", false},
		"sixel limits": {nil, terminal.Answers{Answered: true, Name: "foot(1.13)", Attributes: []int{62, 4, 22}, Limits: picture.Limits{Colours: 16, Size: image.Pt(800, 480)}}, "pictures", fine, "(sixel, 16 colours, at most 800×480 pixels)", "", false},
		"iterm":        {nil, terminal.Answers{Answered: true, Name: "iTerm2 3.5.0", Attributes: []int{64, 4}}, "pictures", fine, "(iTerm's protocol)", "", false},
		"vscode":       {nil, terminal.Answers{Answered: true, Name: "xterm.js(6.1.0)", Attributes: []int{62, 4, 9, 22}}, "pictures", fine, "(iTerm's protocol)", "", false},
		"vscode, off":  {nil, terminal.Answers{Answered: true, Name: "xterm.js(6.1.0)", Attributes: []int{1, 2}}, "pictures", fine, "does not say that it shows any", "foot", false},
		"in tmux":      {map[string]string{"TMUX": "x"}, kitty, "pictures", fine, "boxes stand for them: tmux", "tmux 3.4", false},
		"tmux sixel":   {map[string]string{"TMUX": "x"}, terminal.Answers{Answered: true, Name: "tmux 3.5", Attributes: []int{1, 2, 4}}, "pictures", fine, "the terminal shows them (sixel)", "", false},
		"in screen":    {map[string]string{"TERM": "screen-256color"}, kitty, "pictures", fine, "boxes stand for them: screen", "", false},
		"colourless":   {map[string]string{"NO_COLOR": "1"}, kitty, "pictures", fine, "NO_COLOR", "", false},
		"konsole":      {nil, terminal.Answers{Answered: true, Name: "Konsole 24", Images: true}, "pictures", fine, "without placeholders", "", false},
		"none":         {nil, terminal.Answers{Answered: true}, "pictures", fine, "does not say that it shows any", "xterm -ti vt340", false},
		"colours":      {map[string]string{"TERM": "xterm"}, kitty, "colours", warning, "16 million", "COLORTERM=truecolor", false},
		"no colours":   {map[string]string{"NO_COLOR": "1"}, kitty, "colours", fine, "NO_COLOR", "", false},
	} {
		var f symptoms
		f.terminal(setting(c.env), c.a)
		if g := f.of(c.check); g.Level != c.level || !strings.Contains(g.Says, c.says) || !strings.Contains(g.Fix, c.fix) || (g.Fix == "") != (c.fix == "") && c.level != fine {
			t.Errorf("%s: %+v", name, g)
		} else if c.check == "emoji" && strings.Contains(g.Fix, "\n") {
			t.Errorf("%s: one way is said in two: %q", name, g.Fix)
		}
	}
}

func TestImagesAreAskedFor(t *testing.T) {
	for _, c := range []struct {
		env map[string]string
		ask bool
	}{
		{map[string]string{"TERM": "xterm-kitty"}, true},
		{map[string]string{"TERM": "xterm-256color"}, true},
		{map[string]string{"TERM": "xterm-kitty", "TMUX": "/tmp/x"}, true}, // whether it takes sixels
		{map[string]string{"TERM": "tmux-256color"}, true},
		{map[string]string{"TERM": "screen"}, false},
		{map[string]string{"TERM": "xterm-kitty", "STY": "1"}, false},
		{map[string]string{"TERM": "xterm-kitty", "ZELLIJ": "0"}, true},
		{map[string]string{"TERM": "linux"}, false},
		{map[string]string{"TERM": "dumb"}, false},
		{map[string]string{}, false},
		{map[string]string{"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, false},
	} {
		if got := images(func(name string) string { return c.env[name] }); got.Ask != c.ask && runtime.GOOS != "windows" || got.High == 0 || got.Likely != (got.Ask && c.env["TERM"] == "xterm-kitty" && !got.Between) || got.Between != (multiplexer(func(name string) string { return c.env[name] }) != "") {
			t.Errorf("%v: %+v", c.env, got)
		}
	}
}

// TestDoctorIsNotObeyed: what a terminal and a server say of themselves is printed as
// text.
func TestDoctorIsNotObeyed(t *testing.T) {
	var f symptoms
	f.terminal(setting(nil), terminal.Answers{Answered: true, Name: "x\x1b[2J\u202e", Background: "\x1b]0;x\a"})
	var b bytes.Buffer
	if err := f.print(&b); err != nil || strings.ContainsAny(b.String(), "\x1b\a\u202e") {
		t.Errorf("%v: %q", err, b.String())
	}
}

// TestDoctorLooksAtServers: a server's clock, version and the token, which is shown to
// nobody who has not said that it is hobnob, and followed nowhere.
func TestDoctorLooksAtServers(t *testing.T) {
	var mu sync.Mutex
	var strangers []string // what was asked of servers that are none
	other := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		strangers = append(strangers, r.URL.Path+" "+r.Header.Get("Authorization"))
	}))
	defer other.Close()
	about := chat.About{Software: "hobnob", Version: "1", Protocol: chat.ProtocolVersion, Team: chat.Team{ID: "t", Name: "acme"}}
	serve := func(a chat.About, off time.Duration, me func(w http.ResponseWriter, r *http.Request)) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
			if r.URL.Path == "/api/me" {
				me(w, r)
				return
			}
			_ = json.NewEncoder(w).Encode(a)
		}))
		t.Cleanup(s.Close)
		return s.URL
	}
	expires := time.Now().Add(40 * time.Hour)
	good := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":{"code":"unauthenticated","message":"the token has ended"}}`)
			return
		}
		_ = json.NewEncoder(w).Encode(chat.SignIn{User: chat.User{ID: "u", Name: "ada", Role: chat.RoleMember}, Team: about.Team, Expires: chat.ToMillis(expires)})
	}
	away := func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, http.StatusFound) }
	old := about
	old.Protocol++
	for name, c := range map[string]struct {
		server string
		token  string
		want   map[string]level
	}{
		"good":       {serve(about, 0, good), "secret", map[string]level{"server": fine, "clock": fine, "sign-in": warning}},
		"clock":      {serve(about, time.Hour, good), "secret", map[string]level{"clock": problem}},
		"a bit":      {serve(about, -20*time.Second, good), "secret", map[string]level{"clock": warning}},
		"version":    {serve(old, 0, good), "secret", map[string]level{"version": problem}},
		"token":      {serve(about, 0, good), "stale", map[string]level{"sign-in": problem}},
		"elsewhere":  {serve(about, 0, away), "secret", map[string]level{"sign-in": problem}},
		"no hobnob":  {other.URL, "secret", map[string]level{"server": problem}},
		"nobody":     {"http://127.0.0.1:1", "secret", map[string]level{"server": problem}},
		"no sign-in": {serve(about, 0, good), "", map[string]level{"sign-in": problem}},
	} {
		t.Setenv("HOBNOB_TOKEN", c.token)
		var f symptoms
		f.server(context.Background(), Options{}, Account{Server: c.server, Store: storeEnv, User: chat.User{ID: "u", Name: "ada"}, Team: about.Team})
		for check, want := range c.want {
			if g := f.of(check); g.Level != want || (g.Fix == "") != (want == fine) {
				t.Errorf("%s: %s: %+v", name, check, g)
			}
		}
		for _, g := range f {
			if c.token != "" && strings.Contains(g.Says+g.Fix, c.token) {
				t.Errorf("%s: the token is said: %+v", name, g)
			}
		}
	}
	for _, s := range strangers {
		if strings.Contains(s, "secret") {
			t.Errorf("a stranger was shown the token: %s", s)
		}
	}
	if len(strangers) == 0 {
		t.Error("nobody asked the server that is none")
	}
}

// TestDoctorLooksAtFolders: who may use what is said, and the command that mends it.
func TestDoctorLooksAtFolders(t *testing.T) {
	if os.PathSeparator != '/' {
		t.Skip("there are no such bits")
	}
	dir := filepath.Join(t.TempDir(), "it's here")
	var f symptoms
	f.folder("folder", dir)
	if g := f.of("folder"); g.Level != fine {
		t.Errorf("%+v", g)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	f = nil
	f.folder("folder", dir)
	if g := f.of("folder"); g.Level != problem || g.Fix != "chmod go-w "+exit.Quote(dir) {
		t.Errorf("%+v", g)
	}
	path := filepath.Join(dir, "tokens")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	f = nil
	f.private("tokens", path, 0o077)
	f.folder("folder", path)
	if g := f.of("tokens"); g.Level != problem || g.Fix != "chmod go-rwx "+exit.Quote(path) || f.of("folder").Level != problem {
		t.Errorf("%+v", f)
	}
	if err := errors.Join(os.Chmod(dir, 0o700), os.Chmod(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	f.private("mine", path, 0o077)
	f.folder("ours", dir)
	if g, d := f.of("mine"), f.of("ours"); g.Says != path+" can be read by you alone" || d.Says != dir+" takes files, from you alone" {
		t.Errorf("%+v, %+v", g, d)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("something was left behind: %v, %v", entries, err)
	}
}

// TestDoctorSums: what was found is said in one line at the end.
func TestDoctorSums(t *testing.T) {
	for want, levels := range map[string][]level{
		"2 findings: all is well": {fine, fine},
		"3 findings: no problem, and 2 warnings: something works less well than it could": {fine, warning, warning},
		"1 finding: 1 problem, with what mends it":                                        {problem},
		"4 findings: 2 problems and 1 warning, each with what mends it":                   {problem, fine, warning, problem},
	} {
		var f symptoms
		for _, l := range levels {
			f.addf("x", l, "", "y")
		}
		if got := strings.TrimSpace(f.sum()); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

// TestNoKeyring: it is a problem only to who has something there.
func TestNoKeyring(t *testing.T) {
	file, ring := Account{Store: storeFile}, Account{Store: storeKeyring}
	for _, c := range []struct {
		accounts []Account
		want     level
	}{{nil, warning}, {[]Account{file, file}, fine}, {[]Account{file, ring}, problem}, {[]Account{file, {}}, warning}} {
		var f symptoms
		f.noKeyring(c.accounts, keystore.ErrLocked)
		if g := f.of("keyring"); g.Level != c.want || (g.Fix == "") != (c.want == fine) {
			t.Errorf("%v: %+v", c.accounts, g)
		}
	}
}

// TestNoKeyringNamesTheServer: whose tokens are in the keyring is told the whole command.
func TestNoKeyringNamesTheServer(t *testing.T) {
	var f symptoms
	f.noKeyring([]Account{{Store: storeKeyring, Server: "https://b.example"}, {Store: storeFile, Server: "https://c.example"}, {Store: storeKeyring, Server: "https://a.example"}}, keystore.ErrNoService)
	want := "install one, gnome-keyring or KeePassXC, and sign in anew\nor keep tokens in a file that only you can read:\nhobnob login https://a.example --token - --token-store file\nhobnob login https://b.example --token - --token-store file"
	if g := f.of("keyring"); g.Fix != want {
		t.Errorf("%q", g.Fix)
	}
}

// TestFocusIsToldOnce: what tmux does not pass on is not said to be known.
func TestFocusIsToldOnce(t *testing.T) {
	var f symptoms
	f.addf("focus", fine, "", "it is known when you look")
	f.addf("paste", fine, "", "x")
	f.noFocus()
	if len(f) != 2 || f.of("focus").Level != warning {
		t.Errorf("%+v", f)
	}
}

// TestHanging: a sentence is broken at spaces, and a command, or what is in no terminal, is not.
func TestHanging(t *testing.T) {
	long := "emoji: they are as wide as hobnob counts them, character by character"
	for _, c := range []struct {
		text    string
		columns int
		want    string
	}{
		{long, 0, long},
		{long, 120, long},
		{long, 48, "emoji: they are as wide as hobnob\n        counts them, character by character"},
		{"fix: hobnob login https://a.example --token - --token-store file", 40, "fix: hobnob login https://a.example --token - --token-store file"},
		{"folder: /tmp/a-long/name-of-a/folder is made", 40, "folder:\n        /tmp/a-long/name-of-a/folder is\n        made"},
		{"fix: unlock it, or keep tokens in a file:", 40, "fix: unlock it, or keep tokens\n        in a file:"},
	} {
		if got := hanging(c.text, 8, c.columns); got != c.want {
			t.Errorf("%d: %q, not %q", c.columns, got, c.want)
		}
	}
}

// TestTerminalsNotAsked: TERM=dumb is why, and not that nobody sits there.
func TestTerminalsNotAsked(t *testing.T) {
	for kind, want := range map[string]string{"dumb": "TERM=dumb takes text alone", "xterm": "it was not asked: stdin is no terminal"} {
		var f symptoms
		f.unasked(setting(map[string]string{"TERM": kind}))
		if g := f.of("terminal"); g.Level != fine || !strings.HasPrefix(g.Says, want) || (g.Fix != "") != (kind == "dumb") {
			t.Errorf("%s: %+v", kind, g)
		}
	}
}

// TestTmuxOverSSH: a terminal that says that it is tmux is one, and is mended as one.
func TestTmuxOverSSH(t *testing.T) {
	var f symptoms
	a := terminal.Answers{Answered: true, Name: "tmux 3.4"}
	f.terminal(setting(nil).within(a), a)
	if g := f.of("keyboard"); g.Level != warning || !strings.Contains(g.Fix, "tmux.conf") {
		t.Errorf("%+v", g)
	}
	if a.Name = "xterm(390)"; setting(nil).within(a).tmux {
		t.Error("xterm is taken for tmux")
	}
}

// TestTmuxThatIsGone: what cannot be asked is not said to have nothing.
func TestTmuxThatIsGone(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("there is no tmux")
	}
	gone := filepath.Join(t.TempDir(), "gone") + ",1,0"
	t.Setenv("TMUX", gone)
	var f symptoms
	f.tmux(t.Context(), surroundings())
	if g := f.of("tmux passthrough"); g.Fix != "unset TMUX" || !strings.Contains(g.Says, gone) {
		t.Errorf("%+v", f)
	}
	// Somebody is there, and does not say.
	dir, err := os.MkdirTemp("", "tmux") //nolint:usetesting // a short name: sockets have no long ones
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	l, err := net.Listen("unix", filepath.Join(dir, "s"))
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	defer served.Wait()
	served.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.Close()
		}
	})
	defer func() { _ = l.Close() }() // before it is waited for
	t.Setenv("TMUX", filepath.Join(dir, "s")+",1,0")
	f = symptoms{}
	f.tmux(t.Context(), surroundings())
	if g := f.of("tmux passthrough"); g.Fix != "" || g.Level != warning {
		t.Errorf("%+v", f)
	}
}
