package chat

const (
	// MaxName is the longest name of a person, in characters; wider names would
	// push what they said off a narrow screen.
	MaxName = 32

	// MaxHistory is the largest page of history, in messages: a page of short
	// texts stays well below one socket's queue.
	MaxHistory = 200

	// MaxID is the longest ID a client may choose, in bytes: a UUID has 36, and
	// ULIDs, nanoids and snowflakes fit.
	MaxID = 64

	// MinRedeemKey is the shortest key of a redemption, in characters: whoever
	// guesses one gets somebody's token, and 16 of base64 are 96 bits.
	MinRedeemKey = 16

	// MaxRedeemKey is the longest, in characters: more makes it no safer.
	MaxRedeemKey = 64
)
