// Package export is a team as lines of JSON, for other programs and for moving to
// another server: what the lines say, how they are written and read, and how a team
// is told the events that make it of them. docs/export.md describes the lines for
// people who read or write them in other languages.
//
// It knows no database and no log: it is handed what is to be written, and a Team to
// append to. What a line refers to stands in a line before it, so that one pass is
// enough, and the last line tells how many there were, so that a file that was cut
// off is noticed.
package export
