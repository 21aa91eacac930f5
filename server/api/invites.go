package api

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// InviteLife is how long an invite can be redeemed: long enough to wait for a
	// colleague's Monday, short enough that a forgotten link is no open door.
	InviteLife = 7 * 24 * time.Hour

	// codeLength characters of 5 bits make a code of 100 bits: nobody guesses one
	// in its life, at any rate a server could answer.
	codeLength = 20

	// codeGroup is how many characters stand between dashes.
	codeGroup = 5

	// codeAlphabet is Crockford's base32: no I, L, O or U to misread.
	codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// NewInvite makes and stores a one-time invite that gives role, on behalf of
// the user by. Only the code's hash is kept.
func (s *Server) NewInvite(ctx context.Context, by string, role chat.Role) (chat.Invite, error) {
	code, err := newCode()
	if err != nil {
		return chat.Invite{}, err
	}
	expires := s.cfg.Now().Add(InviteLife)
	if err := s.cfg.Invites.CreateInvite(ctx, hashCode(code), by, role, expires); err != nil {
		return chat.Invite{}, err
	}
	return chat.Invite{URL: s.joinURL(code), Role: role, Expires: chat.ToMillis(expires)}, nil
}

// Reopen answers the invite of a code that was made before, as it is reached
// now, and whether it still lets somebody in.
func (s *Server) Reopen(ctx context.Context, code string) (chat.Invite, bool, error) {
	code, ok := parseCode(code)
	if !ok {
		return chat.Invite{}, false, nil
	}
	role, expires, open, err := s.cfg.Invites.OpenInvite(ctx, hashCode(code), s.cfg.Now())
	if err != nil || !open {
		return chat.Invite{}, false, err
	}
	return chat.Invite{URL: s.joinURL(code), Role: role, Expires: chat.ToMillis(expires)}, true, nil
}

// createInvite answers POST /api/invites, for who may let others in.
func (s *Server) createInvite(w http.ResponseWriter, r *http.Request) {
	who, err := s.paced(r)
	if err != nil {
		s.fail(w, err)
		return
	}
	if err := s.cfg.People.MayInvite(who.User); err != nil {
		s.fail(w, err)
		return
	}
	request := chat.InviteRequest{Role: chat.RoleMember}
	if err := decode(r, &request); err != nil {
		s.fail(w, err)
		return
	}
	role, ok := chat.ParseRole(string(request.Role))
	if !ok || role == chat.RoleOwner || (role == chat.RoleAdmin && who.User.Role != chat.RoleOwner) {
		s.fail(w, &chat.Error{Code: chat.CodeBadRequest, Message: "role must be member, guest or bot; an owner may also invite an admin"})
		return
	}
	invite, err := s.oneMore(r.Context(), who.User.ID, role)
	if err != nil {
		s.fail(w, err)
		return
	}
	s.write(w, http.StatusCreated, invite)
}

// maxInvites is how many invites may be open that people asked for: enough to let a
// whole company in at once, too few to fill a disk with.
const maxInvites = 1000

// oneMore is NewInvite where not too many are open.
func (s *Server) oneMore(ctx context.Context, by string, role chat.Role) (chat.Invite, error) {
	s.making.Lock()
	defer s.making.Unlock()
	open, err := s.cfg.Invites.OpenInvites(ctx, s.cfg.Now())
	if err != nil {
		return chat.Invite{}, err
	}
	if open >= maxInvites {
		return chat.Invite{}, &chat.Error{Code: chat.CodeFull, Message: fmt.Sprintf(
			"%d invites are open, and there may be no more; take back some that nobody needs, with hobnob invite list and revoke, or wait until they are used", open)}
	}
	return s.NewInvite(ctx, by, role)
}

// checkInvite answers POST /api/invites/check: who would be asked for a name and a keyring before
// the code is redeemed learns first whether it is any good. A code that is none costs as much as
// one that is redeemed.
func (s *Server) checkInvite(w http.ResponseWriter, r *http.Request) {
	request, ok := s.codeTyped(w, r)
	if !ok {
		return
	}
	code, err := wholeCode(request.Code)
	if err == nil {
		err = s.cfg.Invites.CheckInvite(r.Context(), hashCode(code), s.cfg.Now())
	}
	if err != nil {
		s.wrongCode(r, err)
		s.fail(w, err)
		return
	}
	s.write(w, http.StatusOK, chat.InviteCheck{OK: true})
}

// errGuesses is for an address that tried too many codes that are none.
var errGuesses = &chat.Error{Code: chat.CodeTooMany, Message: "too many codes were tried from your address; wait a minute"}

// codeTyped reads a request that has a code; it has answered one that is not looked at.
func (s *Server) codeTyped(w http.ResponseWriter, r *http.Request) (request chat.Redeem, ok bool) {
	err := decode(r, &request)
	if err == nil && !s.guesses.allow(host(r.RemoteAddr)) {
		err = errGuesses
	}
	if err != nil {
		s.fail(w, err)
	}
	return request, err == nil
}

// wholeCode reads a code.
func wholeCode(typed string) (string, error) {
	code, ok := parseCode(typed)
	if !ok {
		return "", &chat.Error{Code: chat.CodeInvite, Message: "this is not a whole invite code; copy the join link again"}
	}
	return code, nil
}

// wrongCode counts a code that was none.
func (s *Server) wrongCode(r *http.Request, err error) {
	if e, ok := errors.AsType[*chat.Error](err); ok && e.Code == chat.CodeInvite {
		s.guesses.wrong(host(r.RemoteAddr))
	}
}

// redeem answers POST /api/invites/redeem.
func (s *Server) redeem(w http.ResponseWriter, r *http.Request) {
	request, ok := s.codeTyped(w, r)
	if !ok {
		return
	}
	wish, err := s.redemption(request)
	var user chat.User
	var again bool
	if err == nil {
		user, again, err = s.cfg.Invites.Redeem(r.Context(), wish)
	}
	if err != nil {
		s.wrongCode(r, err)
		s.fail(w, err)
		return
	}
	token, expires, err := s.cfg.Issuer.Issue(user, s.cfg.TokenLife)
	if err != nil {
		s.fail(w, err)
		return
	}
	what := "joined"
	if again {
		what = "joined, and asked again"
	}
	s.cfg.Logger.Info(what, "user", user.ID, "name", user.Name, "role", user.Role)
	s.write(w, http.StatusCreated, chat.SignIn{Token: token, Expires: chat.ToMillis(expires), User: user, Team: s.cfg.Team})
	if s.cfg.Joined != nil && !again {
		code, _ := parseCode(request.Code)                                      // it was good
		s.cfg.Joined(context.WithoutCancel(r.Context()), user, s.joinURL(code)) // they are in, whether or not they heard it
	}
}

// redemption checks a request to come in.
func (s *Server) redemption(request chat.Redeem) (Redemption, error) {
	code, err := wholeCode(request.Code)
	if err != nil {
		return Redemption{}, err
	}
	name, err := chat.ChooseName(request.Name)
	if err != nil {
		return Redemption{}, err
	}
	var key []byte
	if request.Key != "" {
		var ok bool
		if key, ok = hashKey(request.Key); !ok {
			return Redemption{}, &chat.Error{Code: chat.CodeBadRequest, Message: "key must be 16 to 64 visible ASCII characters, made at random"}
		}
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Redemption{}, err
	}
	return Redemption{
		CodeHash: hashCode(code), KeyHash: key, User: chat.User{ID: id.String(), Name: name}, Folded: chat.FoldName(name), Now: s.cfg.Now(),
	}, nil
}

func (s *Server) joinURL(code string) string {
	return s.cfg.PublicURL + "/join/" + groups(code)
}

// decode reads a request's JSON body, of at most maxRequest bytes.
func decode(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	if err := d.Decode(v); err != nil && !errors.Is(err, io.EOF) {
		return &chat.Error{Code: chat.CodeBadRequest, Message: "the request is not the JSON that docs/protocol.md describes"}
	}
	return nil
}

// newCode makes a code, without dashes.
func newCode() (string, error) {
	b := make([]byte, codeLength)
	if _, err := rand.Read(b); err != nil {
		return "", err
	}
	for i := range b {
		b[i] = codeAlphabet[b[i]&31]
	}
	return string(b), nil
}

// parseCode reads a code as people type it: any case, with or without dashes,
// with the letters that Crockford's base32 takes for digits.
func parseCode(typed string) (string, bool) {
	code := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(typed))
	if len(code) != codeLength {
		return "", false
	}
	for _, c := range code {
		if !strings.ContainsRune(codeAlphabet, c) {
			return "", false
		}
	}
	return code, true
}

// groups writes a code as people read it.
func groups(code string) string {
	var b strings.Builder
	for i, c := range code {
		if i > 0 && i%codeGroup == 0 {
			b.WriteByte('-')
		}
		b.WriteRune(c)
	}
	return b.String()
}

// hashCode is what is stored of a code. It is random enough that a plain hash
// keeps it secret.
func hashCode(code string) []byte {
	sum := sha256.Sum256([]byte(code))
	return sum[:]
}

// hashKey is what is stored of a redemption's key, if it is one.
func hashKey(key string) ([]byte, bool) {
	if len(key) < chat.MinRedeemKey || len(key) > chat.MaxRedeemKey {
		return nil, false
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return nil, false
		}
	}
	sum := sha256.Sum256([]byte(key))
	return sum[:], true
}

// host strips the port of a remote address.
func host(remote string) string {
	if h, _, err := net.SplitHostPort(remote); err == nil {
		return h
	}
	return remote
}
