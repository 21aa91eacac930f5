package gateway

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

func TestCredentials(t *testing.T) {
	for name, tc := range map[string]struct {
		query, auth, header string
		cut                 bool
		want                string
		reason              auth.Reason
	}{
		"query":                  {query: "token=a.b.c", want: "a.b.c"},
		"query with Bearer":      {query: "token=Bearer+a.b.c", want: "a.b.c"},
		"auth":                   {auth: `{"token":"a.b.c"}`, want: "a.b.c"},
		"auth with Bearer":       {auth: `{"token":"Bearer a.b.c"}`, want: "a.b.c"},
		"header":                 {header: "Bearer a.b.c", want: "a.b.c"},
		"header, any case":       {header: "bEARER a.b.c", want: "a.b.c"},
		"all alike":              {query: "token=a.b.c", auth: `{"token":"Bearer a.b.c"}`, header: "Bearer a.b.c", want: "a.b.c"},
		"query, and none beside": {query: "token=a.b.c", auth: `{"token":null}`, want: "a.b.c"},
		"two that differ":        {query: "token=a.b.c", auth: `{"token":"d.e.f"}`, reason: tokenConflict},
		"two in the query":       {query: "token=a.b.c&token=d.e.f", reason: tokenConflict},
		"header differs":         {auth: `{"token":"a.b.c"}`, header: "Bearer d.e.f", reason: tokenConflict},
		"none":                   {reason: auth.CredentialsRequired},
		"the word undefined":     {query: "token=undefined", reason: auth.CredentialsRequired},
		"null":                   {auth: `{"token":null}`, reason: auth.CredentialsRequired},
		"empty":                  {query: "token=", auth: `{"token":""}`, header: "Bearer ", reason: auth.CredentialsRequired},
		"another scheme":         {header: "Basic YTpi", reason: auth.CredentialsRequired},
		"a number":               {auth: `{"token":42}`, reason: auth.TokenMalformed},
		"twice in auth":          {auth: `{"token":"d.e.f","token":"a.b.c"}`, reason: auth.TokenMalformed},
		"twice, once escaped":    {auth: `{"token":"d.e.f","\u0074oken":"a.b.c"}`, reason: auth.TokenMalformed},
		"another case":           {auth: `{"Token":"a.b.c"}`, reason: auth.CredentialsRequired},
		"an object":              {auth: `{"token":{}}`, reason: auth.TokenMalformed},
		"too large to be kept":   {query: "token=a.b.c", cut: true, reason: auth.TokenTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			query, err := url.ParseQuery(tc.query)
			if err != nil {
				t.Fatal(err)
			}
			h := &transport.Handshake{Query: query, Header: http.Header{}, Cut: tc.cut}
			if tc.auth != "" {
				h.Auth = []byte(tc.auth)
			}
			if tc.header != "" {
				h.Header.Set("Authorization", tc.header)
			}
			got, err := credentials(h)
			if tc.reason == "" {
				if err != nil || got != tc.want {
					t.Errorf("%q, %v; want %q", got, err, tc.want)
				}
				return
			}
			var e *auth.Error
			if !errors.As(err, &e) || e.Reason != tc.reason {
				t.Errorf("%q, %v; want %s", got, err, tc.reason)
			}
		})
	}
}
