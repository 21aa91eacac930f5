// Package transport serves Socket.IO: Engine.IO 4 sessions over HTTP
// long-polling, WebSocket, and the upgrade between them, and on top of them the
// namespaces, acks and attachments of Socket.IO 5. Where it is allowed, clients
// of Engine.IO 3 and Socket.IO 2 are served as well.
//
// It knows who is connected and nothing else: not who they are, not what they
// may do, not what a message means. That is its Handler's, which it tells of
// every CONNECT, and the Receiver's that the Handler returns.
//
// # Who does what
//
//	net/http's goroutine   ServeHTTP: checks the request, shakes hands, starts the
//	                       read goroutine, and returns; or is a GET that waits for
//	                       something to be told, a POST whose packets are handled,
//	                       or a WebSocket that is tried for an upgrade
//	read goroutine         one a session, from the handshake to the very end: reads
//	                       and decodes, calls Receiver.Receive, ack callbacks and
//	                       Receiver.Closed, in that order of events, and waits for
//	                       Handler.Connect, which has a goroutine for its time;
//	                       then waits for the writer and lets go of the connection
//	writer goroutine       none while a session is idle: started by whoever queues
//	                       the first packet, joins what is queued into few writes,
//	                       ends when the queue is empty
//	timer                  one time.AfterFunc a session: pings, ping timeout, CONNECT
//	                       timeout, and at the end the cut that nothing outlives
//	any goroutine          Emit, EmitAck, Send, Disconnect, Close, Drain, Event.Ack;
//	                       a packet now and then it writes itself, without blocking,
//	                       and what was sent within Cork.Do together
//
//	any goroutine ──Send──▶ queue (session.mu) ──▶ writer ──▶ connection
//	              └───────── what the kernel takes at once ────▶ │
//	Receiver ◀──Receive── read goroutine ◀───────────────────────┘
//
// The connection is a wsConn, or a pollConn until it is upgraded. Everything is
// queued as WebSocket frames, which is what nearly everybody reads; for the
// others they are taken apart again.
//
// A Receive that blocks is back-pressure: the session is read no further, its
// sender's writes stall, and meanwhile the sender is not declared dead, since
// its answers may lie unread before us. The server goes on pinging it.
//
// # How a session ends
//
// Whoever first calls session.end decides the reason and the WebSocket close
// code. That wakes the reader, lets the writer flush what is queued and say
// goodbye, and sets the timer to cut the connection should the peer not let
// them. The read goroutine then calls Closed on every socket, and is the last
// to leave. Shutdown waits for all read goroutines, and each waits for its
// writer.
//
// # Bounds
//
// A message of a peer, or the body of its POST, is at most Config.MaxPayload, a packet with its
// attachments at most twice that, and a message once begun must be complete
// within Config.MessageTimeout, however it is fragmented; a packet with its
// attachments within twice that. What comes is counted by Receiver.Pace before it is
// kept, so that nobody has us keep more than their pace lets through in that time,
// over however many sessions. A queue holds
// Config.QueueBytes and one packet more; a peer that reads too slowly for that
// is disconnected, counted, and may come back. There is no compression, so
// nothing a peer sends grows in here.
package transport
