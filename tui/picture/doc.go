// Package picture makes pictures of files that anybody may have made into what a terminal
// shows in its cells.
//
// What is read is bounded before it is decoded: how many bytes, how many pixels, and how
// much memory they would take. What is decoded is scaled down here, so that what reaches
// the terminal is small and made by this program, whatever the file was.
//
// A terminal is given a picture by the kitty graphics protocol, to be shown where Unicode
// placeholders stand: characters of a private use (U+10EEEE) that say by marks above them
// which row and column of the picture a cell is. To all else they are text: they are
// scrolled, cut off, covered and erased as text is.
//
// A terminal that has none of that draws pixels over its cells, by sixels or by iTerm2's
// protocol, and it is for whoever draws its cells to draw those again (pixels.go). The cells
// of such a picture are the same placeholders, which are never written then.
//
// The package knows nothing of chat, and does no I/O.
package picture
