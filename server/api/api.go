package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// maxRequest bounds a request's body, in bytes: a code and a name are short.
const maxRequest = 4 << 10

// Invites is where one-time codes and the team's own accounts are kept.
type Invites interface {
	// CreateInvite stores an invite under the hash of its code.
	CreateInvite(ctx context.Context, codeHash []byte, by string, role chat.Role, expires time.Time) error
	// OpenInvites tells how many let somebody in now.
	OpenInvites(ctx context.Context, now time.Time) (int, error)
	// OpenInvite answers the role and the end of an invite, and whether it lets
	// somebody in now.
	OpenInvite(ctx context.Context, codeHash []byte, now time.Time) (role chat.Role, expires time.Time, open bool, err error)
	// CheckInvite is nil for an invite that lets somebody in now, and else says why it does
	// not: a *chat.Error with CodeInvite, as Redeem has it. It uses nothing up.
	CheckInvite(ctx context.Context, codeHash []byte, now time.Time) error
	// Redeem uses an invite and makes the account, or does neither. It returns
	// the user with the role the invite gives; again tells that the account was
	// made a moment ago, for the same redemption. Its errors are *chat.Error with
	// CodeInvite or CodeNameTaken.
	Redeem(ctx context.Context, r Redemption) (user chat.User, again bool, err error)
}

// People is who is in the team.
type People interface {
	// Standing is what the team knows of somebody whose token was found good.
	Standing(u chat.User) chat.Standing
	// MayInvite tells whether somebody may let others into the team.
	MayInvite(u chat.User) error
}

// Redemption is somebody's wish to come in.
type Redemption struct {
	CodeHash []byte
	KeyHash  []byte // of the key with which it can be repeated; none when nil
	User     chat.User
	Folded   string // User.Name as names are compared
	Now      time.Time
}

// Config is what the API is made of.
type Config struct {
	Team    chat.Team
	Version string
	Issuer  *auth.Issuer
	Verify  func(token string) (auth.Identity, error)
	People  People
	Invites Invites
	// Throttle blocks for as long as a person has asked too fast; nil never does.
	Throttle  func(ctx context.Context, person string, size int) error
	Healthy   func(ctx context.Context) error // nil while the server can read its database
	Ready     func(ctx context.Context) error // nil while it can take messages; else a *NotReadyError
	Full      func(err error) bool            // tells whether err is of a full disk; nil for never
	Measure   func(chat.User) error           // nil for who may read Metrics
	Metrics   http.Handler
	TokenLife time.Duration // of the token that an invite is redeemed for
	PublicURL string        // where the server is reached, for join links
	// Joined is told of each person who came in, and with which link, as NewInvite
	// answers it. Their answer waits for it; it may be called from several
	// goroutines. nil is nobody.
	Joined func(ctx context.Context, user chat.User, link string)
	Used   func(chat.SessionSeen) // is told of each sign-in that is asked with; nil is nobody. It must not block
	Logger *slog.Logger
	Now    func() time.Time // time.Now when nil
}

// Server answers the HTTP API. It is safe from any goroutine.
type Server struct {
	cfg     Config
	mux     *http.ServeMux
	guesses *guesses
	making  sync.Mutex // held from the look at how many there are to the one more
}

// New makes the API's handler.
func New(cfg Config) *Server {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{cfg: cfg, mux: http.NewServeMux(), guesses: newGuesses(cfg.Now)}
	s.mux.HandleFunc("GET /{$}", s.home)
	s.mux.HandleFunc("GET /healthz", s.healthz)
	s.mux.HandleFunc("GET /readyz", s.readyz)
	s.mux.HandleFunc("GET /metrics", s.metrics)
	s.mux.HandleFunc("GET /.well-known/jwks.json", s.jwks)
	s.mux.HandleFunc("GET /api/server", s.about)
	s.mux.HandleFunc("GET /api/me", s.me)
	s.mux.HandleFunc("POST /api/invites", s.createInvite)
	s.mux.HandleFunc("POST /api/invites/check", s.checkInvite)
	s.mux.HandleFunc("POST /api/invites/redeem", s.redeem)
	s.mux.HandleFunc("GET /join/{code}", s.joinPage)
	return s
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	// A join link must not travel on in a Referer (RFC 9110 §10.1.3).
	w.Header().Set("Referrer-Policy", "no-referrer")
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	s.serve(s.mux, w, r)
}

func (s *Server) about(w http.ResponseWriter, _ *http.Request) {
	s.write(w, http.StatusOK, chat.About{
		Software: "hobnob", Version: s.cfg.Version, Protocol: chat.ProtocolVersion,
		Team: s.cfg.Team, Issuer: s.cfg.Issuer.Name(),
	})
}

func (s *Server) me(w http.ResponseWriter, r *http.Request) {
	who, err := s.paced(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	s.write(w, http.StatusOK, chat.SignIn{User: who.User, Team: s.cfg.Team, Expires: chat.ToMillis(who.Expires)})
}

func (s *Server) home(w http.ResponseWriter, _ *http.Request) {
	s.text(w, "This is "+s.cfg.Team.Name+", a team on hobnob: chat that lives in the terminal.\nAsk somebody in it for an invite, then:  hobnob join LINK\n")
}

// joinPage is what a person sees who opens a join link in a browser. Looking
// does not use the invite up.
func (s *Server) joinPage(w http.ResponseWriter, r *http.Request) {
	code, ok := parseCode(r.PathValue("code"))
	if !ok {
		s.fail(w, &chat.Error{Code: chat.CodeInvite, Message: "this is not a whole join link; ask for it again"})
		return
	}
	s.text(w, "You are invited to "+s.cfg.Team.Name+", a team on hobnob: chat that lives in the terminal.\nIn a terminal:  hobnob join "+s.joinURL(code)+"\n")
}

func (s *Server) jwks(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/jwk-set+json") // RFC 7517 §8.5.2
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(s.cfg.Issuer.JWKS())
}

func (s *Server) text(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(text))
}

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store") // answers hold tokens and invites
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil { // whoever asked has gone
		s.cfg.Logger.Debug("answer", "err", err)
	}
}

// status says which HTTP status an error code travels with.
var status = map[chat.Code]int{
	chat.CodeBadRequest:      http.StatusBadRequest,
	chat.CodeInvite:          http.StatusForbidden,
	chat.CodeNameTaken:       http.StatusConflict,
	chat.CodeNotAllowed:      http.StatusForbidden,
	chat.CodeUnauthenticated: http.StatusUnauthorized,
	chat.CodeUnavailable:     http.StatusServiceUnavailable,
	chat.CodeTooMany:         http.StatusTooManyRequests,
	chat.CodeUnknownRoom:     http.StatusNotFound,
	chat.CodeUnknownEvent:    http.StatusNotFound,
	chat.CodeNotFound:        http.StatusNotFound,
	chat.CodeDeleted:         http.StatusGone,
	chat.CodeNotMember:       http.StatusForbidden,
	chat.CodeArchived:        http.StatusForbidden,
	chat.CodeMuted:           http.StatusForbidden,
	chat.CodeBanned:          http.StatusForbidden,
	chat.CodeConflict:        http.StatusConflict,
	chat.CodeTooLarge:        http.StatusRequestEntityTooLarge,
	chat.CodeSlowMode:        http.StatusTooManyRequests,
	chat.CodePrivate:         http.StatusBadRequest,
	chat.CodeFull:            http.StatusInsufficientStorage, // RFC 4918, section 11.5
}

func (s *Server) fail(w http.ResponseWriter, err error) {
	var e *chat.Error
	if !errors.As(err, &e) {
		s.cfg.Logger.Error("api", "err", err)
		e = &chat.Error{Code: chat.CodeUnavailable, Message: "the server could not do that now; try again"}
		if s.cfg.Full != nil && s.cfg.Full(err) {
			e.Message = "the server's disk is full; nothing was stored, try again when there is room"
		}
	}
	code := status[e.Code]
	if code == 0 {
		code = http.StatusInternalServerError
	}
	s.write(w, code, map[string]*chat.Error{"error": e})
}

// identify tells who asks, by the bearer token of RFC 6750 §2.1, with the role that
// the team has for them.
func (s *Server) identify(r *http.Request) (auth.Identity, error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return auth.Identity{}, &chat.Error{Code: chat.CodeUnauthenticated, Message: "send a token: Authorization: Bearer …"}
	}
	who, err := s.cfg.Verify(strings.TrimSpace(token))
	if err != nil {
		return auth.Identity{}, &chat.Error{Code: chat.CodeUnauthenticated, Message: sentence(err)}
	}
	standing := s.cfg.People.Standing(who.User)
	switch {
	case standing.Banned:
		return auth.Identity{}, &chat.Error{Code: chat.CodeBanned, Message: "you are banned from this team"}
	case standing.Ended.Has(who.SignIn, chat.ToMillis(who.Began)):
		return auth.Identity{}, &chat.Error{Code: chat.CodeUnauthenticated, Message: sentence(auth.ErrRevoked)}
	}
	who.User.Role = standing.Role
	s.used(r, &who)
	return who, nil
}

// used tells that a sign-in asks. What the program calls itself is as far as is known
// from elsewhere what it says in hello.
func (s *Server) used(r *http.Request, who *auth.Identity) {
	if s.cfg.Used == nil {
		return
	}
	now := s.cfg.Now()
	one := who.Seen(r.RemoteAddr, now, now)
	one.Client = chat.OwnName(r.UserAgent())
	s.cfg.Used(one)
}

// paced is identify for who asks no faster than a person may, whatever they ask: who
// does waits. The token is looked at again then, since it may be no good any more.
func (s *Server) paced(r *http.Request) (auth.Identity, error) {
	who, err := s.identify(r)
	if err != nil || s.cfg.Throttle == nil {
		return who, err
	}
	if err := s.cfg.Throttle(r.Context(), who.User.ID, 0); err != nil {
		return auth.Identity{}, outOfTurn()
	}
	return s.identify(r)
}

func outOfTurn() error {
	return &chat.Error{Code: chat.CodeUnavailable, Message: "the request ended while it waited for its turn"}
}

// sentence says in words why a token is not taken.
func sentence(err error) string {
	var e *auth.Error
	if !errors.As(err, &e) {
		return "this server does not accept that token"
	}
	switch e.Reason {
	case auth.TokenExpired:
		return "that token has expired"
	case auth.TokenRevoked:
		return "that sign-in was ended"
	case auth.TokenNotActive:
		return "that token is not valid yet"
	case auth.InvalidSignature:
		return "that token is not whole, or for another server (" + e.Message + ")"
	case auth.InvalidAlgorithm, auth.InvalidIssuer, auth.InvalidAudience:
		return "that token is for another server (" + e.Message + ")"
	case auth.TokenMalformed, auth.TokenTooLarge:
		return "that is not a token (" + e.Message + ")"
	}
	return "this server does not accept that token (" + e.Message + ")"
}
