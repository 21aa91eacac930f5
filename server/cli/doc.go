// Package cli is the host's commands: serve, token, invite and bench, and the one place
// where the server's parts are wired to each other.
//
// It decides nothing about chat. What it owns is the data folder (its lock, its
// host account, the record of who serves it), the flags with their environment
// twins, and the order in which a server starts and ends.
package cli
