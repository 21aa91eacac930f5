// Package cli is the client's commands: the chat itself, and getting in and out
// of teams. It wires the screen to the connection and the connection to the
// keyring, none of which know each other.
//
// It owns the list of accounts on this machine (which server, who, where the
// token is kept; never the token) and the one pump that tells the screen what
// the connection learns.
package cli
