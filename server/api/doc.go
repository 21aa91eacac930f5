// Package api is the HTTP beside the socket: getting in with an invite, the
// server's public keys, its health, the chat lane's requests, files, and webhooks.
//
// Every handler reads at most maxRequest bytes, but for those made by Requests and
// Files, which have bounds of their own. Those for programs answer JSON,
// and tell errors as {"error":{"code","message"}} with the codes of package chat;
// those for people who follow a link in a browser answer plain text.
package api
