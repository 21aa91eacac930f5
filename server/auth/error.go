package auth

import "errors"

// Reason says to a program why a token was refused; its names are part of the
// wire (the "reason" of an authentication error).
type Reason string

// The reasons.
const (
	CredentialsRequired Reason = "credentials_required" // there is no token
	TokenTooLarge       Reason = "token_too_large"      // over MaxToken
	TokenMalformed      Reason = "token_malformed"      // not a JWT, or one whose header asks for what nobody here understands
	InvalidAlgorithm    Reason = "invalid_algorithm"    // no key is for its algorithm
	InvalidSignature    Reason = "invalid_signature"    // no key for its algorithm made it
	TokenNotActive      Reason = "token_not_active"     // nbf or iat lies ahead
	ExpRequired         Reason = "exp_required"         // it would never expire
	TokenExpired        Reason = "token_expired"
	InvalidAudience     Reason = "invalid_audience" // meant for somebody else
	InvalidIssuer       Reason = "invalid_issuer"   // its key may not speak for its issuer
	InvalidClaims       Reason = "invalid_claims"   // a claim of a wrong type or size
	TokenRevoked        Reason = "token_revoked"    // its sign-in was ended
)

// Error is why a token was refused. Message is what jsonwebtoken would say, and
// holds nothing of the token.
type Error struct {
	Reason  Reason
	Message string
}

// Error implements error.
func (e *Error) Error() string { return e.Message }

// Is makes errors.Is match by reason, whatever the words.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Reason == e.Reason
}

// Code is the coarser word that socketio-jwt's clients match on:
// "credentials_required" when there was no token, else "invalid_token".
func (e *Error) Code() string {
	if e.Reason == CredentialsRequired {
		return string(CredentialsRequired)
	}
	return "invalid_token"
}

// ErrRevoked is of a token whose sign-in was ended.
var ErrRevoked = refuse(TokenRevoked, "jwt revoked")

// ErrInsecure is returned for a key file that others than its owner can read.
var ErrInsecure = errors.New("the key file can be read by others")

func refuse(r Reason, message string) *Error { return &Error{Reason: r, Message: message} }

// The refusals without a part that varies.
var (
	errMissing    = refuse(CredentialsRequired, "jwt must be provided")
	errTooLarge   = refuse(TokenTooLarge, "jwt too large")
	errMalformed  = refuse(TokenMalformed, "jwt malformed")
	errInvalid    = refuse(TokenMalformed, "invalid token")
	errCritical   = refuse(TokenMalformed, "jwt has critical headers that are not understood")
	errAlgorithm  = refuse(InvalidAlgorithm, "invalid algorithm")
	errUnsigned   = refuse(InvalidSignature, "jwt signature is required")
	errSignature  = refuse(InvalidSignature, "invalid signature")
	errNotActive  = refuse(TokenNotActive, "jwt not active")
	errFuture     = refuse(TokenNotActive, "jwt issued in the future")
	errExpired    = refuse(TokenExpired, "jwt expired")
	errNoExp      = refuse(ExpRequired, "jwt must have an exp claim")
	errForeignIss = refuse(InvalidIssuer, "jwt issuer invalid")
)
