package chat

// About is what a server says of itself, on GET /api/server.
type About struct {
	Software string `json:"software"` // "hobnob"
	Version  string `json:"version"`
	Protocol int    `json:"protocol"` // ProtocolVersion
	Team     Team   `json:"team"`
	Issuer   string `json:"issuer"` // `iss` of the tokens the server makes
}

// SignIn is somebody's place in a team: whose a token is (GET /api/me), or with
// the token, what an invite was redeemed for (POST /api/invites/redeem).
type SignIn struct {
	Token   string `json:"token,omitempty"`
	Expires Millis `json:"expires"`
	User    User   `json:"user"`
	Team    Team   `json:"team"`
}

// Redeem asks for an account with a one-time code. Key is made by whoever asks,
// at random, and makes asking again harmless: see docs/protocol.md. It is of
// MinRedeemKey to MaxRedeemKey visible characters of ASCII, or empty.
type Redeem struct {
	Code string `json:"code"`
	Name string `json:"name"`
	Key  string `json:"key,omitempty"`
}

// InviteCheck is the answer to whether a code lets somebody in: OK, or an error that says why it
// does not. The code is not used up.
type InviteCheck struct {
	OK bool `json:"ok"`
}

// Invite is a fresh invite: whoever redeems its link first is in.
type Invite struct {
	URL     string `json:"url"`
	Role    Role   `json:"role"`
	Expires Millis `json:"expires"`
}

// InviteRequest asks for an invite; Role is RoleMember when empty.
type InviteRequest struct {
	Role Role `json:"role,omitempty"`
}
