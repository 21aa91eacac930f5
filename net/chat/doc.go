// Package chat is hobnob's vocabulary: the nouns both ends of the wire share,
// the shapes they have as JSON, their limits and their error codes.
//
// It knows nothing of sockets, storage, tokens or screens, and imports none of
// hobnob's other packages. What a word means is said here once; docs/protocol.md
// says the same for people who write clients in other languages.
package chat
