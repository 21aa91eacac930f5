package cli

import (
	"fmt"
	"math"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/transport"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// config is what serve was asked for.
type config struct {
	addr, data            string
	team, name            string
	metricsAddr           string
	chat                  bool
	printed               bool // what serve prints is read on a terminal
	secretFiles, keyFiles []string
	audience, origins     []string
	proxies               []string
	leeway                time.Duration
	lateAuth              bool
	authTimeout           time.Duration
	allowEIO3             bool
	tlsCert, tlsKey       string
	insecure              bool
	rate                  server.Rate
	maxPayload            int
	maxFile, maxFiles     byteSize
	logFormat, logLevel   string
}

// minPayload is the smallest --max-payload: a token and a line of text.
const minPayload = 16 << 10

// maxPayload is the largest: what one packet may take of the server's memory.
const maxPayload = 100 << 20

// maxTeamName is how many characters the name of a team may have: what clients show.
const maxTeamName = 64

// flags declares serve's flags with their defaults, in the order and under the
// headings that its help has. Each says what it does without the one before it.
func (c *config) flags(f *pflag.FlagSet) {
	c.placeFlags(f)
	c.tokenFlags(f)
	c.limitFlags(f)
}

func (c *config) placeFlags(f *pflag.FlagSet) {
	f.StringVar(&c.addr, "addr", "127.0.0.1:4626", "listen on this `HOST:PORT`; :4626 is every address of this machine")
	exit.Value(f, "addr", "an address with a port from 0 to 65535", "127.0.0.1:4626", func() bool { return address(c.addr) })
	dataFlag(f, &c.data)
	f.StringVar(&c.team, "team", "", "call the team `NAME`, from now on; for a new one --chat asks, else it is called after its host")
	exit.Value(f, "team", fmt.Sprintf("a name of at most %d characters, all of which can be seen", maxTeamName), "acme", func() bool {
		return utf8.RuneCountInString(c.team) <= maxTeamName && chat.SanitizeLine(c.team) == c.team
	})
	f.StringVar(&c.name, "name", "", "be called `NAME` in a team that is made by this start; --chat asks for it, else it is as this machine calls you")
	exit.Value(f, "name", "a name as people have it in the chat", "ada", func() bool {
		_, err := chat.ChooseName(c.name)
		return err == nil
	})
	f.BoolVar(&c.chat, "chat", false, "open the chat in this terminal, too")
	exit.Group(f, "Where and who", "addr", "data", "team", "name", "chat")

	f.StringVar(&c.tlsCert, "tls-cert", "", "serve HTTPS with the certificate chain in this PEM `FILE`; needs --tls-key")
	f.StringVar(&c.tlsKey, "tls-key", "", "the private key of --tls-cert, a PEM `FILE`")
	f.BoolVar(&c.insecure, "insecure", false, "serve other machines without TLS, as behind a proxy that has it")
	f.StringSliceVar(&c.origins, "origin", nil, "let web pages of this `ORIGIN` connect: https://example.com, or * for any")
	exit.Value(f, "origin", "a web origin: a scheme, a host and perhaps a port, and nothing after", "https://chat.example.com", func() bool {
		return !slices.ContainsFunc(c.origins, func(s string) bool { return !transport.IsOrigin(s) })
	})
	f.BoolVar(&c.allowEIO3, "allow-eio3", false, "let in clients of Socket.IO 2, too, which speak Engine.IO 3")
	f.StringVar(&c.metricsAddr, "metrics-addr", "", "answer /metrics, /healthz and /readyz on this `HOST:PORT` as well, to whoever reaches it")
	exit.Value(f, "metrics-addr", "an address with a port from 0 to 65535", "127.0.0.1:9626", func() bool { return c.metricsAddr == "" || address(c.metricsAddr) })
	f.StringSliceVar(&c.proxies, "trusted-proxy", nil, "believe the X-Forwarded-For of proxies at this `ADDRESS` or network: 127.0.0.1, or 10.0.0.0/8")
	exit.Group(f, "Network", "tls-cert", "tls-key", "insecure", "origin", "allow-eio3", "metrics-addr", "trusted-proxy")
}

func (c *config) tokenFlags(f *pflag.FlagSet) {
	f.StringArrayVar(&c.secretFiles, "jwt-secret-file", nil, "trust tokens signed with the secret in this file, of at least 32 bytes: `[ALG:]FILE`, where ALG is HS256 (when not said), HS384 or HS512")
	f.StringArrayVar(&c.keyFiles, "jwt-key-file", nil, "trust tokens signed with the key whose public PEM is in this file: `[ALG:]FILE`, where ALG is the usual one of that kind of key when not said")
	f.StringSliceVar(&c.audience, "jwt-audience", nil, "of tokens made elsewhere, take only those whose aud is this `NAME`")
	f.DurationVar(&c.leeway, "leeway", 30*time.Second, "how far clocks may disagree when a token's times are checked: a `DURATION`")
	exit.Value(f, "leeway", "a duration from 0s to 10m", "30s", func() bool { return c.leeway >= 0 && c.leeway <= 10*time.Minute })
	f.BoolVar(&c.lateAuth, "late-auth", false, "let sockets connect without a token, and show it after with the event authenticate")
	f.DurationVar(&c.authTimeout, "auth-timeout", 15*time.Second, "how long a socket let in by --late-auth has to show its token: a `DURATION`")
	exit.Value(f, "auth-timeout", "a duration above 0s and up to 10m", "15s", func() bool { return c.authTimeout > 0 && c.authTimeout <= 10*time.Minute })
	exit.Group(f, "Tokens", "jwt-secret-file", "jwt-key-file", "jwt-audience", "leeway", "late-auth", "auth-timeout")
}

func (c *config) limitFlags(f *pflag.FlagSet) {
	f.IntVar(&c.rate.Burst, "burst", 1000, "how many requests a person may send at once before --rate holds: a `NUMBER`")
	exit.Value(f, "burst", "a number of requests, at least 1", "1000", func() bool { return c.rate.Burst >= 1 })
	f.Float64Var(&c.rate.PerSecond, "rate", 50, "read a person's socket more slowly once they send more requests a second than this `NUMBER`; 0 is no limit")
	exit.Value(f, "rate", "a number of requests a second, or 0 for no limit", "50", func() bool {
		return c.rate.PerSecond >= 0 && !math.IsInf(c.rate.PerSecond, 0) // not a number is not above 0
	})
	f.IntVar(&c.maxPayload, "max-payload", 1_000_000, "take packets of up to this number of `BYTES`")
	exit.Value(f, "max-payload", fmt.Sprintf("a number of bytes from %d to %d", minPayload, maxPayload), "1000000", func() bool {
		return c.maxPayload >= minPayload && c.maxPayload <= maxPayload
	})
	c.fileFlags(f)
	exit.Group(f, "Limits", "burst", "rate", "max-payload", "max-file", "max-files")

	f.StringVar(&c.logLevel, "log-level", "info", "log from this `LEVEL` on: debug, info, warn or error")
	exit.Value(f, "log-level", "debug, info, warn or error", "info", func() bool {
		return slices.Contains([]string{"debug", "info", "warn", "error"}, strings.ToLower(c.logLevel))
	})
	f.StringVar(&c.logFormat, "log-format", "text", "log in this `FORMAT`: text or json")
	exit.Value(f, "log-format", "text or json", "json", func() bool { return c.logFormat == "text" || c.logFormat == "json" })
	exit.Group(f, "Log", "log-level", "log-format")
}

// dataFlag declares --data, which several commands take.
func dataFlag(f *pflag.FlagSet, data *string) {
	usual := filepath.Join(xdg.DataHome, "hobnob", "server")
	if client.Homeless("XDG_DATA_HOME") {
		usual = ""
	}
	f.StringVar(data, "data", usual, "the `FOLDER` the team is kept in")
}

// noFolder says why there is no data folder to be used.
func noFolder() error {
	if client.Homeless("XDG_DATA_HOME") {
		return exit.New(exit.Usage, "say where with --data FOLDER, or set HOME", "HOME is not set, and without it there is no folder to keep the team in")
	}
	return exit.New(exit.Usage, "for example: --data ./team", "--data needs a folder")
}

// check refuses what cannot be meant together, before anything is touched. What
// each flag may be by itself is said where it is declared.
func (c *config) check() error {
	switch {
	case c.data == "":
		return noFolder()
	case (c.tlsCert == "") != (c.tlsKey == ""):
		return exit.New(exit.Usage, "for example: --tls-cert cert.pem --tls-key key.pem", "--tls-cert and --tls-key go together, and one is missing")
	}
	return c.checkAddr()
}

// checkAddr refuses to send tokens over a network in clear without being told.
func (c *config) checkAddr() error {
	host, _, err := net.SplitHostPort(c.addr)
	if err != nil {
		return exit.New(exit.Usage, "for example: --addr 127.0.0.1:4626", "--addr: %w", err)
	}
	if c.tlsCert != "" || c.insecure || loopback(host) {
		return nil
	}
	return exit.New(exit.Usage,
		"give --tls-cert and --tls-key, or --insecure where something in front of it has TLS or the network is yours alone",
		"%s can be reached from other machines, and without TLS everybody between could read the tokens", c.addr)
}

// address tells whether s is HOST:PORT.
func address(s string) bool {
	_, port, err := net.SplitHostPort(s)
	_, bad := strconv.ParseUint(port, 10, 16)
	return err == nil && bad == nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// environment gives each flag of cmd that was not set its environment twin.
func environment(cmd *cobra.Command) error { return exit.Environment(cmd) }

// describeTwins gives the flags of a command their environment twins.
func describeTwins(f *pflag.FlagSet) { exit.Twins(f) }
