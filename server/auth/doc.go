// Package auth decides who somebody is: it verifies tokens wherever they were
// made, and issues the server's own.
//
// golang-jwt makes and checks signatures. Around it this package is strict where
// a library for everybody is tolerant: an algorithm is pinned to each key and
// the token's alg is only compared to it, every byte of a token counts (so that
// a token that was changed in any way is another token, and refused), a claim
// that is given twice is refused, exp is required, and headers that point to
// keys are never followed. Checks come in the order, and failures have the
// words, of npm's jsonwebtoken, because clients match on them:
// format, algorithm, signature, nbf, exp, aud, iss, sub, iat.
//
// The package knows nothing of sockets, HTTP or stores, and it logs nothing: no
// error of it holds a token or a part of one. A Verifier and an Issuer do not
// change after they were made; all their methods are safe from any goroutine
// and none blocks.
package auth
