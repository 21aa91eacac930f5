package cli

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"sync/atomic"

	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// Options are what the client's commands need from outside.
type Options struct {
	Version string
	// HostToken makes a token for the host of the team kept in a data folder.
	HostToken func(data string) (string, error)
	// Notices are shown in the chat when it opens.
	Notices []string
	// News are shown in the chat as they come.
	News <-chan chat.Noticed
	// Invite makes a join line; of a team elsewhere its server is asked if it is nil.
	Invite func(ctx context.Context, another bool) (chat.Invite, error)
	// Hosting: the team's server runs in this process, so that it must not be
	// stopped, and is not left without asking.
	Hosting bool
	// Plain: the chat is lines that are only added to, and no screen.
	Plain bool

	account string    // as --account names the one that is opened, "" if it does not
	all     bool      // the chat is of all accounts, also of those that come while it is open
	leaving *signOuts // of the screen that is open
	front   *front    // and of which of its teams is shown
	folder  folder    // and of what is kept of it
	parting *parting  // and of what is said when it is gone

	walk *caught                 // and of what is marked as read on the way
	desk *atomic.Pointer[unsent] // and of what is being written, once that is kept
}

// Root is the hobnob command: it opens the chat, and has the client's commands
// below it.
func Root(o Options) *cobra.Command {
	var account string
	var plain bool
	root := &cobra.Command{
		Use:   "hobnob",
		Short: "Team chat that lives in the terminal",
		Long: "Team chat that lives in the terminal.\n\n" +
			"hobnob opens the chat of the team you were in last, with the other teams you are in beside it. To host a team and chat in it: hobnob serve --chat",
		Example:       "  hobnob serve --chat\n  hobnob join http://127.0.0.1:4626/join/7Q4XR-0M2NB-QZ8FA-9TKDW\n  hobnob",
		Args:          rootArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o := o
			if o.Plain = plain || needsPlain(); !o.Plain {
				if err := NeedTerminal(); err != nil {
					return err
				}
			}
			if err := NeedHome(); err != nil { // for the cache, also of who brings a token
				return err
			}
			chosen, err := chosenAccount(cmd.Context(), account)
			if err != nil {
				return err
			}
			if note := unusedToken(cmd.Context(), chosen); note != "" {
				o.Notices = append(slices.Clip(o.Notices), note)
			}
			o.account = account
			all, first := []Account{chosen}, 0
			if account == "" {
				o.all = os.Getenv("HOBNOB_SERVER") == ""
				all = together(cmd.Context(), chosen)
				first = slices.IndexFunc(all, chosen.same)
				// In lines it is the team of the commands for scripts: those that the lines name act on it.
				if !o.Plain && !tokenGiven(cmd.Context()) {
					first = lastTeam(all, first)
				}
			}
			return ChatAll(cmd.Context(), all, first, o)
		},
	}
	root.SetFlagErrorFunc(exit.Flags)
	root.Flags().StringVarP(&account, "account", "a", "", "open this `ACCOUNT` alone, named by its server, team or name; hobnob accounts lists them")
	root.Flags().BoolVar(&plain, "plain", false, "chat in lines that are only added to, for screen readers and pipes; so it is where there is no screen")
	root.PersistentPreRunE = completing
	// The flag has just been declared: it cannot fail.
	_ = root.RegisterFlagCompletionFunc("account", completeAccount)
	root.AddCommand(joinCommand(o), loginCommand(o), logoutCommand(o), accountsCommand(), keysCommand(), versionCommand(o))
	root.AddCommand(sendCommand(o), tailCommand(o), searchCommand(o), unreadCommand(o), roomsCommand(o), whoCommand(o), uploadCommand(o), downloadCommand(o), sessionsCommand(o))
	root.AddCommand(doctorCommand(o))
	for _, cmd := range root.Commands() {
		cmd.SuggestFor = calledElsewhere[cmd.Name()]
	}
	dress(root, o.Version)
	return root
}

// calledElsewhere is what commands are called in other programs: who types that is told ours.
var calledElsewhere = map[string][]string{
	"accounts": {"team", "teams", "whoami"},
	"doctor":   {"check", "diagnose", "status"},
	"download": {"fetch", "get"},
	"join":     {"accept", "signup"},
	"login":    {"auth", "signin"},
	"logout":   {"leave", "signout"},
	"rooms":    {"channels", "list", "ls"},
	"search":   {"find", "grep"},
	"send":     {"dm", "message", "msg", "post", "reply", "say", "write"},
	"sessions": {"devices"},
	"tail":     {"cat", "follow", "history", "logs", "read", "watch"},
	"upload":   {"attach", "put"},
	"who":      {"members", "people", "users"},
}

// rootArgs knows a link that was given to hobnob itself.
func rootArgs(cmd *cobra.Command, given []string) error {
	if len(given) > 0 {
		if server, code, err := typedLink(given[0]); err == nil {
			return exit.New(exit.Usage, "hobnob join "+server+"/join/"+code, "a join link is for the command join")
		}
	}
	return exit.NoArgs(cmd, given)
}

func versionCommand(o Options) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Say which hobnob this is",
		Args:  exit.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "hobnob %s, %s %s/%s\n", o.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
