package cli

import (
	"cmp"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server"
)

// hostAccount is what a data folder's host.json has: the host's own account, and the sign-in
// that tokens made of the folder are of. Who can read the folder makes one for each
// connection; to the host they are one place where they are signed in.
type hostAccount struct {
	chat.User
	SignIn string `json:"sign_in,omitempty"` // firstSignIn where it is not said
}

// firstSignIn is the name of a folder's sign-in, until that is ended.
const firstSignIn = "host"

// signIn is the name of the sign-in.
func (a *hostAccount) signIn() string { return cmp.Or(a.SignIn, firstSignIn) }

// readHost reads the host's account in a data folder.
func readHost(path string) (a hostAccount, err error) {
	err = readJSON(filepath.Join(path, hostFile), &a)
	return a, err
}

// HostToken makes a token for the host's own account from the team's key. Only
// who can read the data folder can do that: they could read everything in it.
func HostToken(path string) (string, error) { return hostToken(path, TokenLife) }

func hostToken(path string, life time.Duration) (string, error) {
	issuer, err := ownIssuer(path)
	if err != nil {
		return "", err
	}
	host, err := readHost(path)
	if err != nil {
		return "", fmt.Errorf("read the host's account: %w", err)
	}
	token, _, err := issuer.IssueOf(host.signIn(), host.User, life)
	return token, err
}

// writeOwner writes it.
func (h *host) writeOwner() error {
	a := hostAccount{User: h.owner}
	if h.ownSignIn != firstSignIn {
		a.SignIn = h.ownSignIn
	}
	return writeJSON(h.folder.file(hostFile), a)
}

// signInEnded has tokens made of the folder be of another sign-in once theirs was ended:
// the tokens that were made are refused, and those that will be are not. It is called
// before anybody is told, who would come again at once.
func (h *host) signInEnded(batch []chat.Event) {
	for i := range batch {
		c := &batch[i].Change
		if batch[i].Kind == chat.SessionEnded && !c.On && c.User.ID == h.owner.ID && c.SignIn == h.ownSignIn {
			h.changeSignIn()
		}
	}
}

// healSignIn is signInEnded for an end that a crash kept from the folder.
func (h *host) healSignIn(people *server.Service) {
	if p := people.Standing(h.owner); p.Ended.IDs[h.ownSignIn] {
		h.changeSignIn()
	}
}

func (h *host) changeSignIn() {
	h.ownSignIn = firstSignIn + "-" + rand.Text()
	if err := h.writeOwner(); err != nil {
		h.log.Error("the host's sign-in was ended, and another cannot be written down: the host can sign in again after the next start", "err", err)
	}
}
