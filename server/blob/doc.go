// Package blob keeps bytes in a folder, each content once, under its SHA-256.
//
// It knows bytes, hashes and folders. It refuses to know what the bytes are, what
// they are called, whose they are and who may have them: it is never asked by
// anything but a hash or the name of a part that it made itself.
//
// In the folder:
//
//	parts/NAME   what is still being written; NAME is made at random
//	ab/abcd…     what is whole, by its hash in hexadecimal, which is never changed
//
// A part is written, sealed (hashed and synced) and placed: renamed to its hash,
// or dropped where that is there already. So a file under a hash is always whole,
// and what a crash leaves behind is a part, or a blob that nobody knows of: Sweep
// removes both at the next start.
//
// A Store is safe from any goroutine. A Part is one goroutine's at a time. Nothing
// here keeps two callers from placing and removing the same hash at once: who has
// a record of the hashes beside it holds a lock of its own around both.
package blob
