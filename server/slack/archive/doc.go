// Package archive reads what Slack exports of a workspace: a zip file with users,
// channels and a JSON file of messages for each day and channel. It makes the lines of
// package export of it, so that a workspace is imported as a team of hobnob is.
//
// What it makes of what:
//
//	people     users under the ID "slack-U…"; owners and admins are members
//	channels   rooms under the ID "slack-C…", the one that all are in is the general room
//	DMs        direct rooms
//	messages   under the ID "slack-", the channel's and the message's time stamp, with
//	           text as Markdown, thread, reactions, pins and whether they were edited
//	files      links, without the key to all files that Slack puts into them
//
// Who comes and goes is left out, and so are previews of links. It knows no log and no
// team. The form of the files is described by Slack's help, "How to read Slack data
// exports", and that of messages by its reference of the event "message".
package archive
