// Package socketio has the codecs of Engine.IO protocol 4 and Socket.IO
// protocol 5: pure functions from bytes to packets and back.
//
// It knows nothing of sockets, timers, sessions or of what is said in a packet.
// Bytes that come in are a stranger's: every packet that the protocol or the
// reference implementation (socket.io-parser 4.2) calls malformed is an error,
// the memory a Decoder holds is bounded by its limits, and what it returns can
// be handed to any official client without making it throw.
//
// A Socket.IO packet as text is, after the Engine.IO type byte:
//
//	type [count "-"] [namespace ","] [ack id] [JSON]
//	2["message","hi"]
//	2/admin,12["message","hi"]
//	51-["file",{"_placeholder":true,"num":0}]    followed by one binary frame
//
// JSON in a Packet is always compact, valid, valid UTF-8 and at most MaxDepth
// deep. Packets and Values are not changed after they were made, so copies may
// share their bytes.
package socketio
