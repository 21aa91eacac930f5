// Command hobnob is both ends of a team chat that lives in the terminal:
// hobnob serve hosts a team, and hobnob is the chat.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	// Both ends say with exit how a command ends; only here is a process to end.
	"github.com/hobnob-chat/hobnob/net/exit"
	server "github.com/hobnob-chat/hobnob/server/cli"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// version is stamped by the release; a build from source names its revision.
var version = ""

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as it is under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		exit.Twice(signals, cancel)
		os.Exit(int(exit.Interrupted))
	}()
	root := client.Root(client.Options{Version: stamp(), HostToken: server.HostToken})
	root.AddCommand(server.Commands(stamp())...)
	err := root.ExecuteContext(ctx)
	cancel()
	if err != nil {
		exit.Print(os.Stderr, err)
	}
	os.Exit(int(exit.CodeOf(err)))
}

// stamp is the version, or for a build from source what Go knows of it.
func stamp() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "dev+" + s.Value[:min(12, len(s.Value))]
		}
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	return "dev" // built without its history
}
