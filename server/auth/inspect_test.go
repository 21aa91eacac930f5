package auth

import "testing"

func TestInspect(t *testing.T) {
	header, claims := `{"alg":"none","kid":"k"}`, `{"exp":"soon","nbf":1,"iat":2.5,"sub":7,"iss":"i","jti":"j","x":[1]}`
	in, err := Inspect(b64(header) + "." + b64(claims) + ".")
	if err != nil {
		t.Fatal(err)
	}
	if string(in.Header) != header || string(in.Claims) != claims {
		t.Errorf("header %s, claims %s", in.Header, in.Claims)
	}
	if in.Algorithm != "none" || in.KeyID != "k" || in.Subject != "7" || in.Issuer != "i" || in.TokenID != "j" ||
		in.NotBefore.Unix() != 1 || in.IssuedAt.UnixMilli() != 2500 || !in.Expires.IsZero() {
		t.Errorf("%+v", in)
	}
	for token, reason := range map[string]Reason{
		"":                                CredentialsRequired,
		"x":                               TokenMalformed,
		b64(`{}`) + "." + b64(`[]`) + ".": TokenMalformed,
		b64(`{"crit":[]}`) + "." + b64(`{}`) + ".": TokenMalformed,
	} {
		_, err := Inspect(token)
		wantRefused(t, err, reason, "")
	}
}
