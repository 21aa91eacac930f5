// Package overlay holds what lies over the timeline until Esc takes it away. It knows nothing
// of what is chosen in it, nor of the room below.
//
// All of it looks alike, which frame sees to:
//
//   - The first row has the title: what is listed or shown, a noun, bold, in small letters but for
//     names, without a stop. Where something can be typed, it stands behind the title and the bar that
//     the line for messages has. At the right, dim, is what is to be said of the whole: how many there
//     are, or where it is kept.
//   - Below it a row is empty, where there are rows to spare.
//   - What is listed begins at the margin. The choice has a ▸ and is bold, what stands beside a name
//     is dim. Where nothing is listed, a dim sentence says why.
//   - The last row says which keys do what, dim as all hints are: first what Enter does, then how to
//     choose, and last how to close it. A key that would do nothing is not spoken of.
//
// Two differ: a line to be copied (Line) has no margin, so that a mouse selects it and nothing else;
// and a question over the first rows of a room (Ask) has a rule below it in place of empty rows.
package overlay
