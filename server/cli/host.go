package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/api"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/gateway"
	"github.com/hobnob-chat/hobnob/server/store"
	"github.com/hobnob-chat/hobnob/server/transport"
	"github.com/hobnob-chat/hobnob/server/webhook"
)

const (
	// TokenLife is how long a token of this server's own lasts. hobnob renews its
	// own in the last 30 days, so this bounds how long an unused one stays good, and
	// how long who comes back may have been away.
	TokenLife = 90 * 24 * time.Hour

	// drainTime is how long a server that was told to stop waits for requests to be
	// answered, and then for its clients to be told.
	drainTime = 3 * time.Second

	// requestTime is how long a request beside the sockets may take, its body and
	// answer included: they are small.
	requestTime = 30 * time.Second

	// framing is what a message may need beside its body in one packet: its name,
	// its options and the packet's own head.
	framing = 4 << 10

	// headerTime is how long a client may take to say its request line and headers.
	headerTime = 10 * time.Second

	// maxHeader is what those may have, in bytes: a token three times too large is
	// still answered as what it is, a bad token. Node's servers take 16 KiB.
	maxHeader = 32 << 10
)

// host is a running server. Everything it started it ends in close, in reverse.
type host struct {
	config  config
	log     *slog.Logger
	folder  *folder
	team    chat.Team
	owner   chat.User
	url     string
	invites *api.Server
	people  *server.Service
	ends    []func(context.Context) error
	ask     naming   // who is asked for the names of a new team
	notes   []string // what the user should know of names, in words

	ownSignIn string // that tokens made of the folder are of; owned by the log once that is open

	health    health
	delivered func() uint64 // messages, counted for everyone who heard them
	sockets   *transport.Server
	http      *http.Server
	watched   *http.Server // of --metrics-addr; nil without
	served    sync.WaitGroup

	newcomers newcomers
	failed    chan error // what ended serving before close

	// For the screen of --chat, or the terminal that serve prints to.
	news    chan chat.Noticed // nil without; never closed
	next    chan nextInvite   // where serve prints to a terminal: the line after the one that was used; else nil, never closed
	showing sync.Mutex
	shown   chat.Invite // of the join line on the screen, or printed; guarded by showing
	owed    *chat.User  // who used the line that is printed, where the next could not be made; guarded by showing
}

// start brings a server up: it listens when start returns. On an error nothing
// is left running.
func start(ctx context.Context, c config, version string, errs io.Writer) (*host, error) {
	return startAsking(ctx, c, version, errs, nil)
}

// startAsking is start where somebody may be asked for the names of a new team.
func startAsking(ctx context.Context, c config, version string, errs io.Writer, ask naming) (_ *host, err error) {
	keys, err := c.trustedKeys()
	if err != nil {
		return nil, err
	}
	certificate, err := c.certificate()
	if err != nil {
		return nil, err
	}
	trusted, err := c.trustedProxies()
	if err != nil {
		return nil, err
	}
	h := &host{config: c, ask: ask, log: slog.New(slog.DiscardHandler), failed: make(chan error, 1)}
	if c.chat {
		h.news = make(chan chat.Noticed, maxNews)
	}
	if c.printed {
		h.next = make(chan nextInvite, 1)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, h.close(context.WithoutCancel(ctx)))
		}
	}()
	// The port first: it is what fails most, and taking it changes nothing.
	listener, err := listen(ctx, c.addr, "--addr")
	if err != nil {
		return nil, err
	}
	h.ends = append(h.ends, func(context.Context) error { return ignoreClosed(listener.Close()) })
	h.url = publicURL(c.addr, listener.Addr(), certificate)
	watch, err := h.listenToWatch(ctx)
	if err != nil {
		return nil, err
	}

	if h.folder, err = openFolder(ctx, c.data); err != nil {
		return nil, err
	}
	h.ends = append(h.ends, func(context.Context) error { return h.folder.close() })
	if err = h.openLog(errs); err != nil {
		return nil, err
	}
	handler, err := h.wire(ctx, keys, version)
	if err != nil {
		return nil, err
	}
	h.http = newHTTP(trusted.known(h.url, onLoopback(listener), trusted.behind(handler)), h.log)
	h.http.ConnState = h.newcomers.changed
	if certificate != nil {
		listener = tls.NewListener(listener, &tls.Config{Certificates: []tls.Certificate{*certificate}, MinVersion: tls.VersionTLS12})
	}
	h.served.Go(func() {
		if err := h.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			select {
			case h.failed <- err:
			default: // that of --metrics-addr failed before
			}
		}
	})
	// The sockets go before HTTP: those that poll must still come for what they are
	// told, and their requests wait until then.
	h.ends = append(h.ends, h.endHTTP, h.endSockets)
	h.serveWatch(watch)
	h.ends = append(h.ends, h.health.stop)
	return h, nil
}

// openSockets makes what serves Socket.IO, for the guard.
func (h *host) openSockets(ctx context.Context, gate *gateway.Gateway, cork *transport.Cork, db *store.Store) {
	query, header := gateway.Show()
	h.sockets = transport.New(transport.Config{
		MaxPayload: h.config.maxPayload, Origins: h.config.origins, AllowEIO3: h.config.allowEIO3,
		ShowQuery: query, ShowHeader: header, Cork: cork, Logger: h.log,
	}, gate)
	h.ends = append(h.ends, watchMemory(ctx, h.sockets, db, h.log))
}

// wire makes the parts and joins them: docs/architecture.md's picture of the server.
func (h *host) wire(ctx context.Context, keys []auth.Key, version string) (http.Handler, error) {
	issuer, err := auth.OpenIssuer(h.config.data)
	if err != nil {
		return nil, exit.New(exit.Storage, "", "the team's key cannot be used: %w", err)
	}
	verifier, err := h.config.verifier(issuer, keys)
	if err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, h.folder.file(databaseFile))
	if err != nil {
		return nil, unusable(err, "the team's database cannot be opened: %w")
	}
	h.ends = append(h.ends, func(context.Context) error { return db.Close() })
	h.health.begin(h.log, db, h.folder.file(databaseFile))
	if err := h.settle(ctx, db); err != nil {
		return nil, unusable(err, "the team's database cannot be written: %w")
	}
	service, err := server.New(ctx, server.Config{
		Team: h.team, MaxBody: h.config.maxPayload - framing, Rate: h.config.rate, Finder: db,
		Faulted: h.health.faulted, Logger: h.log,
	}, db)
	if err != nil {
		return nil, unusable(err, "the team's database cannot be read: %w")
	}
	h.ends = append(h.ends, func(context.Context) error { service.Close(); return nil })
	h.healSignIn(service)
	library, err := h.openFiles(ctx, db, service)
	if err != nil {
		return nil, err
	}
	measured := h.measure(version)
	// One node or many: a cluster's log would be opened here, and nothing else differ.
	var hooks *webhook.Sender
	indexer := h.index(ctx, db)
	var cork transport.Cork
	log, err := sqlite.Open(ctx, db.Writer(), sqlite.Options{
		Reader: db.Reader(), Apply: db.Apply, Scrub: db.Scrub, Committed: h.committed(measured), Logger: h.log,
		Together: cork.Do,
		Deliver: func(batch []chat.Event) {
			h.signInEnded(batch)
			service.Deliver(batch)
			hooks.Wake()
			sweep(library, batch)
			indexer.Wake()
		},
	})
	if err != nil {
		return nil, unusable(err, "the team's log cannot be opened: %w")
	}
	h.ends = append(h.ends, func(context.Context) error { return log.Close() })
	h.health.events = log

	gate := gateway.New(gateway.Config{
		Service: service, Verifier: verifier, Issuer: issuer, TokenLife: TokenLife,
		LateAuth: h.config.lateAuth, AuthTimeout: h.config.authTimeout, Logger: h.log,
	}, log.Last())
	service.Attach(log, gate)
	h.delivered = gate.Delivered
	hooks = h.openHooks(ctx, db, service, log)
	h.people = service
	if err := h.enter(ctx, db); err != nil {
		return nil, unusable(err, "the team's log cannot be written: %w")
	}
	h.keepHouse(ctx, service, db, gate)
	h.openSockets(ctx, gate, &cork, db)
	h.invites = api.New(api.Config{
		Team: h.team, Version: version, Issuer: issuer, Verify: verifier.Verify, People: service, Invites: invites{db},
		Healthy: h.health.alive, Ready: h.health.check, Metrics: measured.Handler(),
		Measure: service.MayMeasure, Throttle: service.Throttle, Full: store.Full,
		TokenLife: TokenLife, PublicURL: h.url, Logger: h.log, Joined: h.joined, Used: service.Used,
	})
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", h.sockets)
	mux.Handle("/", h.invites)
	h.serveRequests(mux, gate, service)
	h.serveHooks(mux, db, service, log, hooks)
	h.serveFiles(mux, library, service)
	return h.invites.OwnPages(mux), nil
}

// errAddrInUseWindows is what Windows says (Winsock's WSAEADDRINUSE), where the syscall
// package's own EADDRINUSE is a number nobody returns. Elsewhere no error has it.
const errAddrInUseWindows = syscall.Errno(10048)

// listen takes the port that a flag names.
func listen(ctx context.Context, addr, flag string) (net.Listener, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, errAddrInUseWindows):
		return nil, exit.New(exit.InUse, "if that is your hobnob, open it with: hobnob; else choose another with "+flag,
			"another process already listens on %s", addr)
	case err != nil:
		if op, ok := errors.AsType[*net.OpError](err); ok {
			err = op.Err
		}
		return nil, exit.New(exit.Failed, "choose another with "+flag, "cannot listen on %s: %w", addr, err)
	}
	return listener, nil
}

// certificate loads the TLS certificate, where one is given.
func (c *config) certificate() (*tls.Certificate, error) {
	if c.tlsCert == "" {
		return nil, nil //nolint:nilnil // none is a fine answer
	}
	certificate, err := tls.LoadX509KeyPair(c.tlsCert, c.tlsKey)
	if err != nil {
		hint := "--tls-cert is a PEM file that begins with -----BEGIN CERTIFICATE-----, and --tls-key one with its PRIVATE KEY"
		if p, ok := errors.AsType[*fs.PathError](err); ok {
			return nil, exit.New(exit.Usage, "check the paths given with --tls-cert and --tls-key", "the TLS file %s cannot be read: %w", p.Path, p.Err)
		}
		return nil, exit.New(exit.Usage, hint, "the TLS certificate cannot be used: %w", err)
	}
	return &certificate, nil
}

// publicURL is how others reach the server: by the name it listens on, or that
// its certificate is for, else by its IP; where that is every address of the
// machine, by the first that is not its own.
func publicURL(asked string, addr net.Addr, certificate *tls.Certificate) string {
	scheme, host, port := "http", "127.0.0.1", ""
	if tcp, ok := addr.(*net.TCPAddr); ok {
		host, port = tcp.IP.String(), strconv.Itoa(tcp.Port)
		if tcp.IP.IsUnspecified() {
			host = outwardIP().String()
		}
	}
	if certificate != nil {
		scheme = "https"
		if leaf := certificate.Leaf; leaf != nil && len(leaf.DNSNames) > 0 && !strings.HasPrefix(leaf.DNSNames[0], "*") {
			host = leaf.DNSNames[0]
		}
	}
	if name, _, err := net.SplitHostPort(asked); err == nil && name != "" && net.ParseIP(name) == nil {
		host = name
	}
	return scheme + "://" + net.JoinHostPort(host, port)
}

func outwardIP() net.IP {
	addrs, err := net.InterfaceAddrs()
	if err == nil {
		for _, a := range addrs {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
				return n.IP
			}
		}
	}
	return net.IPv4(127, 0, 0, 1)
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}
