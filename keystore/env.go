package keystore

import (
	"context"
	"fmt"
	"os"
	"strings"
)

// EnvVar is the environment variable that Env reads.
const EnvVar = "HOBNOB_TOKEN"

// Env returns a store that has the token in the environment variable
// HOBNOB_TOKEN for every account, and keeps none. The variable is read at every
// call; space around the token is ignored, and an empty one is none.
func Env() Store { return env{} }

type env struct{}

// Get implements Store.
func (env) Get(ctx context.Context, account string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	if err := checkAccount(account); err != nil {
		return "", err
	}
	token := strings.TrimSpace(os.Getenv(EnvVar))
	if token == "" {
		return "", ErrNotFound
	}
	if err := checkToken(token); err != nil {
		return "", fmt.Errorf("%s: %w", EnvVar, err)
	}
	return token, nil
}

// Set implements Store: it cannot.
func (env) Set(context.Context, string, string) error { return ErrReadOnly }

// Delete implements Store: it cannot.
func (env) Delete(context.Context, string) error { return ErrReadOnly }

// Name implements Store.
func (env) Name() string { return EnvVar }
