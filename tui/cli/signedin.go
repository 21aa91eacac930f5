package cli

import "github.com/spf13/cobra"

// SignIn is a server that this machine's user is signed in to, with a token that is
// good for it.
type SignIn struct {
	Server, Token string
	Who           string // for people: whose it is, in which team
}

// SignedIn is the sign-in of the chat, or of the account that is named, for commands
// that ask a server something beside those of this package. It may wait for a keyring.
func SignedIn(cmd *cobra.Command, o Options, account string) (SignIn, error) {
	s := scripting{o: o, account: account}
	at, err := s.sit(cmd)
	if err != nil {
		return SignIn{}, err
	}
	token, err := at.tokens.get(cmd.Context())
	return SignIn{at.account.Server, token, at.account.label()}, err
}
