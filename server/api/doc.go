// Package api is the HTTP beside the socket: getting in with an invite, the
// server's public keys, and its health.
//
// Every handler reads at most maxRequest bytes, answers JSON, and tells errors
// as {"error":{"code","message"}} with the codes of package chat.
package api
