// Package tui is hobnob's screen: the one tea.Model, which owns the layout, the
// keys and where everything goes. What is drawn is drawn by panes,
// plain structs in the packages below, which know neither each other nor this
// package. The network is an interface, Client.
//
// Everything here runs on Bubble Tea's event loop, one message at a time:
//
//	from                     message               to
//	terminal                 page keys             the overlay on top, else the timeline
//	terminal                 all keys, the wheel   a message that has the whole screen, if one has
//	terminal                 other key presses     a binding of KeyMap, else the composer, also beneath
//	                                               an overlay
//	terminal                 paste                 the composer; a paste never sends
//	terminal                 wheel                 the overlay on top, else the timeline
//	terminal                 size                  layout, then every pane
//	terminal                 background, colours,  theme.New, then every pane
//	                         mode 2027
//	the pump in tui/cli      chat.Update           the room's timeline, the status line
//	olderPage's command      older                 the room's timeline
//	open's command           opened                the message that has the whole screen
//	tick's command           tick                  the countdown, only while there is one
//	flash's command          flashEnds             the status line
//
// Calls of Client that say what the user wrote are made from Update, at once
// and in order; they only persist. What waits for the network (Older) is a
// command, which is why its page comes back as one message. Nothing here has a
// goroutine of its own.
package tui
