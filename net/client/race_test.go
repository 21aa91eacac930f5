//go:build race

package client

func init() { chaosRuns = 40 } // SQLite in Go is ten times slower under the race detector
