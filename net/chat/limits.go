package chat

import "time"

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

	// MaxRoomName is the longest name of a room, in characters, as wide as a
	// sidebar can show without cutting most of them.
	MaxRoomName = 40

	// MaxTopic is the longest topic or purpose of a room, reason, and presence
	// text, in characters: a line of a wide screen.
	MaxTopic = 250

	// MaxMentions is how many people a message may name: more is an
	// announcement, for which there is @room.
	MaxMentions = 50

	// MaxHere is how many people @here stands for; where more are active, it is @room.
	MaxHere = 200

	// MaxEmoji is the longest reaction, in bytes: a family of four with skin
	// tones has 41, and custom names fit, too.
	MaxEmoji = 64

	// MaxReactions is how many different emoji a message takes; nobody reads more.
	MaxReactions = 32

	// MaxReactors is how many people of a reaction are named; the rest are counted.
	MaxReactors = 50

	// MaxEdits is how often a message may be edited; more is a document.
	MaxEdits = 100

	// MaxPins is how many messages of a room may be pinned: a page that people
	// look at.
	MaxPins = 100

	// MaxList is how many rooms or people one answer lists: a megabyte of them.
	MaxList = 5000

	// MaxSignIns is how many sign-ins of one person are remembered, also while none is connected:
	// more than anybody has machines, and an answer that is read.
	MaxSignIns = 100

	// MaxRooms is how many rooms one person may be in: all of them are in the answer to
	// every hello.
	MaxRooms = 5000

	// MaxRoomsMade is how many rooms one person may have made who is neither owner nor
	// admin; direct messages between two are not counted. Nobody alone fills the lists of
	// others.
	MaxRoomsMade = 1000

	// MaxPeople is how many people one request may name, and a direct message has.
	MaxPeople = 50

	// MaxFiles is how many files a message may have.
	MaxFiles = 10

	// MaxQuery is the longest query of a search, in bytes: a sentence of any script.
	MaxQuery = 500
)

const (
	// TypingLease is how long somebody is shown to be writing after they said so: who
	// goes on says it again meanwhile, who has gone needs to say nothing.
	TypingLease = 6 * time.Second

	// TypingEvery is how often that is told of one person in one room at the most.
	TypingEvery = 2 * time.Second
)
