package transport

import (
	"log/slog"
	"time"
)

// Config is how a Server behaves. A zero field means its default.
type Config struct {
	PingInterval   time.Duration // from one sign of life to the next ping; 25 s
	PingTimeout    time.Duration // for a sign of life after a ping; 20 s
	ConnectTimeout time.Duration // for a session to get a socket by CONNECT; 45 s

	UpgradeTimeout   time.Duration // for a session that polls to move to a WebSocket, once it has begun to; 10 s
	HandshakeTimeout time.Duration // for writing the HTTP answer to an upgrade; 10 s
	MessageTimeout   time.Duration // for the rest of a message that has begun; 60 s
	WriteTimeout     time.Duration // for one write of at most 64 KiB, and for a queue to be flushed at the end; 15 s

	MaxPayload int // bytes of one message from a peer; 1,000,000
	QueueBytes int // bytes that may wait for a peer to read them, a packet counting as 64 at least; 1 MiB

	// MaxPollers is how many sessions may poll, which hold no connection that
	// would bound them; 8192. Of strangers the oldest from where most come goes first,
	// then of people the oldest of who has most.
	MaxPollers int

	// Origins are the web origins ("https://chat.example") whose pages may
	// connect beside those of the server itself; "*" allows all. Programs that
	// are no browser send no origin and are not restricted by it.
	Origins []string

	// Namespaces are those that exist; "/" when empty.
	Namespaces []string

	// AllowEIO3 lets in clients of Socket.IO 2, which speak Engine.IO 3.
	AllowEIO3 bool

	// Cork, when not nil, may have packets wait, to be written together.
	Cork *Cork

	// ShowQuery and ShowHeader name what a Handler is shown of the request that
	// opened a session. All else of it is let go of: a session keeps what is shown
	// for as long as it lives, and a stranger chose how much that is.
	ShowQuery, ShowHeader []string

	Logger *slog.Logger // nothing is logged when nil
}

// The defaults of the reference server, and where it has none, what a slow
// mobile link manages.
const (
	defaultPingInterval     = 25 * time.Second
	defaultPingTimeout      = 20 * time.Second
	defaultConnectTimeout   = 45 * time.Second
	defaultUpgradeTimeout   = 10 * time.Second
	defaultHandshakeTimeout = 10 * time.Second
	defaultMessageTimeout   = 60 * time.Second // 1 MB at 16 kB/s
	defaultWriteTimeout     = 15 * time.Second // 64 KiB at 4 kB/s
	defaultMaxPayload       = 1_000_000
	defaultQueueBytes       = 1 << 20
	defaultMaxPollers       = 8192 // of some 10 KB each
)

const (
	// strangerPayload is the largest message, in bytes, of a peer that has no
	// admitted socket: CONNECT with a large token, or authenticate, fits twice.
	strangerPayload = 32 << 10

	// maxShown is how much of one value a Handler is shown, in bytes: twice a token
	// that is already too large. Of one name it is shown maxShownValues that differ.
	maxShown       = 16 << 10
	maxShownValues = 4

	// closeTimeout is how long a peer has to read our close frame and hang up.
	// Nothing of value is lost when it does not.
	closeTimeout = time.Second

	// maxRefusals is how many CONNECTs of one session may fail. Official
	// clients give up after one; each costs a signature check.
	maxRefusals = 10

	// maxAcks is how many answers of one peer may be outstanding. A peer that
	// answers none must not fill our memory.
	maxAcks = 1024

	// directTime is how long all senders together may be busy in each
	// directWindow with writing packets themselves. Beyond that, packets wait for
	// writers, and are joined: then it is the writes that cost.
	directTime   = 60 * time.Millisecond
	directWindow = 100 * time.Millisecond

	// readBuffer is what an idle connection keeps for reading, in bytes. Most
	// chat messages fit; what is longer is read around it.
	readBuffer = 512
)

// withDefaults fills in what is zero.
func (c Config) withDefaults() Config {
	duration := func(d *time.Duration, def time.Duration) {
		if *d <= 0 {
			*d = def
		}
	}
	duration(&c.PingInterval, defaultPingInterval)
	duration(&c.PingTimeout, defaultPingTimeout)
	duration(&c.ConnectTimeout, defaultConnectTimeout)
	duration(&c.UpgradeTimeout, defaultUpgradeTimeout)
	duration(&c.HandshakeTimeout, defaultHandshakeTimeout)
	duration(&c.MessageTimeout, defaultMessageTimeout)
	duration(&c.WriteTimeout, defaultWriteTimeout)
	if c.MaxPayload <= 0 {
		c.MaxPayload = defaultMaxPayload
	}
	if c.QueueBytes <= 0 {
		c.QueueBytes = defaultQueueBytes
	}
	if c.MaxPollers <= 0 {
		c.MaxPollers = defaultMaxPollers
	}
	if len(c.Namespaces) == 0 {
		c.Namespaces = []string{"/"}
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}
