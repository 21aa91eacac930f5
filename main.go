// Command hobnob is both ends of a team chat that lives in the terminal:
// hobnob serve hosts a team, and hobnob is the chat.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"charm.land/fang/v2"

	"github.com/hobnob-chat/hobnob/net/exit"
	server "github.com/hobnob-chat/hobnob/server/cli"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// version is stamped by the release; a build from source names its revision.
var version = ""

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal asks for an orderly end, and lets go of the signals, so
	// that the second one ends the process at once.
	context.AfterFunc(ctx, stop)
	root := client.Root(client.Options{Version: stamp(), HostToken: server.HostToken})
	root.AddCommand(server.Commands(stamp())...)
	err := fang.Execute(ctx, root, fang.WithVersion(stamp()),
		fang.WithErrorHandler(func(w io.Writer, _ fang.Styles, err error) { exit.Print(w, err) }))
	stop()
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
	return info.Main.Version
}
