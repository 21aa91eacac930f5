package cli

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server"
)

// config is what serve was asked for.
type config struct {
	addr, data, team      string
	chat                  bool
	secretFiles, keyFiles []string
	audience, origins     []string
	leeway                time.Duration
	lateAuth              bool
	authTimeout           time.Duration
	tlsCert, tlsKey       string
	insecure              bool
	rate                  server.Rate
	maxPayload            int
	logFormat, logLevel   string
}

// minPayload is the smallest --max-payload: a token and a line of text.
const minPayload = 16 << 10

// flags declares serve's flags with their defaults.
func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.addr, "addr", "127.0.0.1:4626", "address to listen on")
	dataFlag(f, &c.data)
	f.StringVar(&c.team, "team", "", "name of the team (kept once given; at first, its host's)")
	f.BoolVar(&c.chat, "chat", false, "open the chat in this terminal, too")
	f.StringArrayVar(&c.secretFiles, "jwt-secret-file", nil, "trust tokens signed with the shared secret in this file, of at least 32 bytes; [HS256:|HS384:|HS512:]PATH, HS256 when not said")
	f.StringArrayVar(&c.keyFiles, "jwt-key-file", nil, "trust tokens signed with the key whose public PEM is in this file; [ALG:]PATH, the usual algorithm of that kind of key when not said")
	f.StringSliceVar(&c.audience, "jwt-audience", nil, "tokens made elsewhere must be meant for this `aud`")
	f.DurationVar(&c.leeway, "leeway", 30*time.Second, "how far clocks may disagree when a token's times are checked")
	f.BoolVar(&c.lateAuth, "late-auth", false, "let sockets connect first and emit `authenticate` after")
	f.DurationVar(&c.authTimeout, "auth-timeout", 15*time.Second, "how long such a socket has")
	f.StringSliceVar(&c.origins, "origin", nil, "let web pages of this origin connect (https://example.com, or * for any)")
	f.StringVar(&c.tlsCert, "tls-cert", "", "certificate chain (PEM) to serve HTTPS with")
	f.StringVar(&c.tlsKey, "tls-key", "", "its private key (PEM)")
	f.BoolVar(&c.insecure, "insecure", false, "serve other machines without TLS, as behind a proxy that has it")
	f.Float64Var(&c.rate.PerSecond, "rate", 50, "requests a second from one person before their socket is read more slowly; 0 is no limit")
	f.IntVar(&c.rate.Burst, "burst", 1000, "requests they may send at once before that")
	f.IntVar(&c.maxPayload, "max-payload", 1_000_000, "largest packet taken, in bytes")
	f.StringVar(&c.logFormat, "log-format", "text", "text or json")
	f.StringVar(&c.logLevel, "log-level", "info", "debug, info, warn or error")
}

// dataFlag declares --data, which several commands take.
func dataFlag(f *pflag.FlagSet, data *string) {
	f.StringVar(data, "data", filepath.Join(xdg.DataHome, "hobnob", "server"), "folder the team is kept in")
}

// check refuses what cannot be meant, before anything is touched.
func (c *config) check() error {
	usage := func(format string, args ...any) error { return exit.New(exit.Usage, "", format, args...) }
	switch {
	case c.data == "":
		return usage("--data needs a folder")
	case c.leeway < 0 || c.leeway > 10*time.Minute:
		return usage("--leeway must be between 0 and 10m, not %s", c.leeway)
	case c.authTimeout <= 0 || c.authTimeout > 10*time.Minute:
		return usage("--auth-timeout must be above 0 and at most 10m, not %s", c.authTimeout)
	case c.rate.PerSecond < 0 || c.rate.Burst < 1:
		return usage("--rate must not be negative, and --burst at least 1")
	case c.maxPayload < minPayload || c.maxPayload > 100<<20:
		return usage("--max-payload must be between %d and %d bytes, not %d", minPayload, 100<<20, c.maxPayload)
	case (c.tlsCert == "") != (c.tlsKey == ""):
		return usage("--tls-cert and --tls-key go together")
	case c.logFormat != "text" && c.logFormat != "json":
		return usage("--log-format is text or json, not %q", c.logFormat)
	case new(slog.Level).UnmarshalText([]byte(c.logLevel)) != nil:
		return usage("--log-level is debug, info, warn or error, not %q", c.logLevel)
	}
	return c.checkAddr()
}

// checkAddr refuses to send tokens over a network in clear without being told.
func (c *config) checkAddr() error {
	host, _, err := net.SplitHostPort(c.addr)
	if err != nil {
		return exit.New(exit.Usage, "write it as 127.0.0.1:4626, or :4626 for every address of this machine", "--addr %q is not an address with a port", c.addr)
	}
	if c.tlsCert != "" || c.insecure || loopback(host) {
		return nil
	}
	return exit.New(exit.Usage,
		"give --tls-cert and --tls-key, or --insecure where something in front of it has TLS or the network is yours alone",
		"%s can be reached from other machines, and without TLS everybody between could read the tokens", c.addr)
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// environment gives each flag of cmd that was not set its environment twin:
// --jwt-secret-file reads HOBNOB_JWT_SECRET_FILE.
func environment(cmd *cobra.Command) error {
	var failed error
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		value, ok := os.LookupEnv(twin(f.Name))
		if f.Changed || !ok || value == "" || failed != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			failed = exit.New(exit.Usage, "", "%s=%q is not a value of --%s", twin(f.Name), value, f.Name)
		}
	})
	return failed
}

// twin is the environment variable that stands for a flag.
func twin(flag string) string {
	return "HOBNOB_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// describeTwins tells of them in the help.
func describeTwins(f *pflag.FlagSet) {
	f.VisitAll(func(f *pflag.Flag) { f.Usage = fmt.Sprintf("%s [%s]", f.Usage, twin(f.Name)) })
}
