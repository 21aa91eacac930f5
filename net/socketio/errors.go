package socketio

// Error is why bytes are not a packet, or why a packet cannot be made.
// errors.Is(err, ErrMalformed) matches all of them.
type Error string

// Error implements error.
func (e Error) Error() string { return "socketio: " + string(e) }

// Is makes every Error match ErrMalformed.
func (e Error) Is(target error) bool { return target == ErrMalformed }

// What can be wrong with a packet.
const (
	ErrMalformed   Error = "malformed packet"
	ErrType        Error = "unknown packet type"
	ErrUTF8        Error = "text is not valid UTF-8"
	ErrNamespace   Error = "illegal namespace"
	ErrID          Error = "illegal ack id"
	ErrPayload     Error = "invalid payload"
	ErrReserved    Error = "reserved event name"
	ErrDepth       Error = "JSON is nested too deep"
	ErrAttachments Error = "illegal attachments"
	ErrTooMany     Error = "too many attachments"
	ErrArguments   Error = "too many arguments"
	ErrTooLarge    Error = "packet is too large"
	ErrUnexpected  Error = "binary data when none is awaited"
	ErrAwaited     Error = "text while attachments are awaited"
	ErrOpen        Error = "invalid open packet"
	ErrFrame       Error = "invalid long-polling payload"
)
