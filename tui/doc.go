// Package tui is hobnob's screen: of a team the one tea.Model, which owns the layout,
// the keys and where everything goes. What is drawn is drawn by panes,
// plain structs in the packages below, which know neither each other nor this
// package. The network is an interface, Client.
//
// Everything here runs on Bubble Tea's event loop, one message at a time:
//
//	from                     message               to
//	terminal                 page keys             the overlay on top, else the timeline
//	terminal                 keys, the wheel       a message that has the whole screen, if one has; what is typed
//	                                               and means nothing there closes it
//	terminal                 keys, paste           the list on top (layers.go), if there is one
//	terminal                 keys                  what has the focus (focus.go), if they mean something
//	                                               there: a message that is selected, a line that is asked for
//	terminal                 other key presses     a binding of keymap.Map, else the composer, also beneath
//	                                               an overlay
//	terminal                 paste                 a list on top, a line that is asked for, else the composer; a paste
//	                                               never sends
//	terminal                 wheel, clicks, drags  the pane under the pointer; the overlay on top
//	terminal                 size                  layout, then every pane
//	terminal                 background, colours,  theme.New, then every pane
//	                         mode 2027
//	the pump in tui/cli      chat.Update           the room's timeline, the sidebar, the status line; of a
//	                                               message for who looks elsewhere also the terminal
//	ask's command            asked                 the place where it was asked for (origin.go): a line there, or the
//	                                               room to go to, for who has done nothing since
//	message's command        asked                 what is to be said to somebody alone, in its order (direct.go); what was
//	                                               written on the way to a room goes there (going.go)
//	looksAhead's command     asked                 which rooms there are to join, before a name is completed (joining.go)
//	untoldSoon's timer       untold                the way to a room that the server does not tell of (untold.go)
//	sessions' command        signedIn              a list on top; a line where it was asked for, for who did something since
//	lookAround's command     present               the sidebar's marks of who is there
//	askFollowed's command    followed              the sidebar's marks of threads with unread answers (followed.go)
//	putOn's command          themed                theme.New, then every pane; then save
//	writes' command          writersLook           who still writes, in the status line
//	sayTyping's command      saidTyping            the next word of what the user does
//	olderPage's command      older                 the timeline of the room, or of the thread
//	newerPage's command      newer                 the same, where it shows a place further up
//	showAt's command         around                the timeline, at a message that was not loaded (anywhere.go)
//	askFound's command       found                 the list of a search, of mentions, threads or pins
//	searchChanged's timer    searchDue             askFound, when nothing was typed for a while
//	searchOn's command       searchDue             searchOn, which looks through what is loaded little by little
//	nextMention's command    mentioned             showAt
//	catchOn's timer          caughtUp              the end of a walk through what is unread (catchup.go)
//	edits' editor            wrote                 the composer that it had the text of
//	uploadFiles' command     picked                the files that are to be brought, or why they cannot be
//	nextUpload's command     uploaded              a message with its files, or why there is none
//	fetch's command          saved                 a line: where the file of a message is now
//	terminal                 its name, attributes, how it shows pictures, and how large a cell is (shower.go)
//	                         limits of sixels,
//	                         kitty's answer, sizes
//	readPicture's command    pictureCame           what is to be sent to the terminal
//	sendPicture's commands   pictureSent           the timelines: that the terminal has it
//	lookAtFiles' timer       filesLook             how far files are, in the timeline
//	askPaths' command        pathsCame             the composer: what a path may become
//	save's command           setDone               the next setting to be written; a line, if one could not be
//	wantPeople's command     peopleCame            the members beside the timeline
//	saveEdit's command       edited                an edit that was not saved is in the composer again, or a key away (edit.go)
//	request's command        acted                 the place where it was asked for, if it failed
//	withText's command       gotText               what wanted all that a message says, unless something else was done since
//	takesBack's command      tookBack              what was taken back: it is being written again, or is put aside
//	open's command           opened                the message that has the whole screen
//	tick's command           tick                  the countdown, only while there is one
//	dragTick's timer         dragOn                the timeline in which text is marked, held at its edge
//	flash's command          flashEnds             the status line
//
// What became of a message (edited, deleted, a reaction, a pin) goes to its room's
// timeline, which also counts the answers in threads. The line above what is new is in
// fresh.go.
//
// Every room and every thread has a timeline and a composer of its own, and what is
// written there may be for a message: an answer to it, or its new text (about.go, edit.go).
// All of that is kept as what it is (drafts.go). A thread that is open is beside its
// room's timeline, or has its place (threads.go, beside.go). The rooms themselves, with what
// is unread in them, are the Model's (rooms.go).
//
// Where there are several teams, each is a Model in a Window, which is the program's
// model then, shows one of them, and brings every message to the team it is for
// (window.go). What a team knows of the others is in teams.go, the ways to them in
// teamplaces.go.
//
// Calls of Client that say what the user wrote are made from Update, at once
// and in order; they wait for nothing, and are kept behind it. So is MarkRead, which only remembers. What waits for
// the network (Older, Ask) is a command, whose answer comes back as one message. Nothing here has a
// goroutine of its own.
package tui
