package cli

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// maxKeyFile bounds what is read of a secret or PEM file, in bytes.
const maxKeyFile = 64 << 10

// algorithms are the names that [ALG:]PATH can begin with (RFC 7518, section 3.1,
// and RFC 8037, section 3.1).
var algorithms = []string{
	"HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512",
	"ES256", "ES384", "ES512", "EdDSA",
}

// algorithmic is what was meant to be the name of an algorithm.
var algorithmic = regexp.MustCompile(`^[A-Za-z]{2,5}\d{0,5}$`)

// trustedKeys reads the keys whose tokens are as good as the server's own.
func (c *config) trustedKeys() ([]auth.Key, error) {
	var keys []auth.Key
	for _, arg := range c.secretFiles {
		alg, path := algorithm(arg, "HS256")
		secret, err := readKeyFile(path, algorithms[:3])
		if err != nil {
			return nil, err
		}
		key, err := auth.SecretKey(alg, trimSecret(secret))
		if err != nil {
			return nil, exit.New(exit.Usage, "make one with: hobnob token secret > "+path, "the secret in %s cannot be used: %w", path, err)
		}
		keys = append(keys, key)
	}
	for _, arg := range c.keyFiles {
		alg, path := algorithm(arg, "")
		pem, err := readKeyFile(path, algorithms[3:])
		if err != nil {
			return nil, err
		}
		key, err := auth.PublicKeyPEM(alg, pem)
		if err != nil {
			return nil, exit.New(exit.Usage, "write the public half of a private key with: openssl pkey -in private.pem -pubout -out public.pem",
				"the key in %s cannot be used: %w", path, err)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// trimSecret drops the line feed with which an editor or echo ends a file, and which
// is not the secret.
func trimSecret(secret []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(secret, []byte("\n")), []byte("\r"))
}

// algorithm splits [ALG:]PATH. Only names of algorithms are taken for one, so
// that a path may have a colon.
func algorithm(arg, usual string) (alg, path string) {
	before, after, ok := strings.Cut(arg, ":")
	if ok && slices.Contains(algorithms, before) {
		return before, after
	}
	return usual, arg
}

// readKeyFile reads a secret or a PEM file. algs are those that the path may
// begin with: one that begins with what was to be one of them is no file that is missing.
func readKeyFile(path string, algs []string) ([]byte, error) {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxKeyFile {
		return nil, exit.New(exit.Usage, "check the path given with --jwt-secret-file or --jwt-key-file", "%s is too large to be a key", path)
	}
	b, err := os.ReadFile(path)
	if before, _, ok := strings.Cut(path, ":"); ok && len(algs) > 0 && errors.Is(err, fs.ErrNotExist) && algorithmic.MatchString(before) {
		last := len(algs) - 1
		return nil, exit.New(exit.Usage, "it is "+strings.Join(algs[:last], ", ")+" or "+algs[last]+", and what is before the colon may be left out",
			"%q is not an algorithm for this kind of key", before)
	}
	if err != nil {
		return nil, exit.New(exit.Usage, "check the path given with --jwt-secret-file or --jwt-key-file", "the key file %s cannot be read: %w", path, cause(err))
	}
	return b, nil
}

// verifier takes the team's own tokens, and those that keys signed.
func (c *config) verifier(own *auth.Issuer, keys []auth.Key) (*auth.Verifier, error) {
	leeway := c.leeway
	if leeway == 0 {
		leeway = -1 // none, and not the default
	}
	v, err := auth.NewVerifier(auth.VerifierConfig{Keys: keys, Issuer: own, Audience: c.audience, Leeway: leeway})
	if err != nil {
		return nil, exit.New(exit.Usage, "", "%w", err)
	}
	return v, nil
}
