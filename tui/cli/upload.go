package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// uploading is what hobnob upload was told.
type uploading struct {
	scripting
	join bool
	text string
	name string
}

func uploadCommand(o Options) *cobra.Command {
	u := &uploading{scripting: scripting{o: o}}
	cmd := &cobra.Command{
		Use:   "upload ROOM FILE…",
		Short: "Upload files to a room",
		Long: "Upload files to a room, or to a person as @ada, and post them: 10 in a message. - is what is on stdin,\n" +
			"called by --name. An upload that is cut off goes on where it was. For each file stdout has its ID,\n" +
			"name, size in bytes and type, with tabs between; hobnob download takes the ID.",
		Example:           "  hobnob upload ops trace.log photo.jpg\n  tar cz . | hobnob upload @ada - --name backup.tar.gz",
		Args:              exit.Args(cobra.MinimumNArgs(2)),
		ValidArgsFunction: completeUpload,
		RunE:              u.run,
	}
	u.scripting.flags(cmd, "print each message that was posted, with its files, as a line of JSON")
	f := cmd.Flags()
	f.StringVarP(&u.text, "message", "m", "", "say this `TEXT` with them")
	f.StringVar(&u.name, "name", "", "the `NAME` of what is on stdin, or of the one file that is given")
	f.BoolVar(&u.join, "join", false, "come into the room first, if it is public")
	u.patient(cmd, 30*time.Second)
	return cmd
}

func completeUpload(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveDefault
	}
	return completeRooms(cmd, begun)
}

func (u *uploading) run(cmd *cobra.Command, args []string) error {
	paths := args[1:]
	if err := u.check(args[0], paths); err != nil {
		return err
	}
	at, err := u.sit(cmd)
	if err != nil {
		return err
	}
	if slices.Contains(paths, "-") {
		spooled, err := spool(cmd.Context(), cmd.InOrStdin())
		if err != nil {
			return err
		}
		defer os.Remove(spooled)
		paths = []string{spooled}
	}
	for message := range slices.Chunk(paths, chat.MaxFiles) {
		id, err := uuid.NewV7()
		if err != nil {
			return fmt.Errorf("make an ID: %w", err)
		}
		p := &posting{seat: at, draft: chat.Draft{ID: id.String()}, room: args[0], join: u.join, timeout: u.timeout, name: u.name}
		p.text.lines.add([]byte(u.text))
		p.text.lines.end(false, 0)
		u.text = "" // it is said once
		if err := p.attach(cmd.Context(), message); err != nil {
			return err
		}
		posted, err := p.post(cmd.Context())
		if err != nil {
			return err
		}
		if err := u.print(cmd.OutOrStdout(), posted, p.draft.Extra.Files); err != nil {
			return quietly(err)
		}
	}
	return nil
}

func (u *uploading) check(room string, paths []string) error {
	if err := checkRoom(room); err != nil {
		return err
	}
	stdin := slices.Contains(paths, "-")
	switch {
	case stdin && len(paths) > 1:
		return exit.New(exit.Usage, "", "what is on stdin is uploaded alone")
	case stdin && u.name == "":
		return exit.New(exit.Usage, "for example: tar cz . | hobnob upload "+exit.Quote(room)+" - --name backup.tar.gz", "what is on stdin needs a name: --name NAME")
	case u.name != "" && len(paths) > 1:
		return exit.New(exit.Usage, "", "--name is of one file, and %d are given", len(paths))
	case stdin:
		return nil
	}
	for _, path := range paths {
		if err := uploadable(path); err != nil {
			return err
		}
	}
	return nil
}

// print says what was posted.
func (u *uploading) print(w io.Writer, posted chat.Posted, files []chat.File) error {
	if u.json {
		return printLine(w, sent{posted, files})
	}
	for _, f := range files {
		if err := columns(w, f.ID, f.Name, strconv.FormatInt(f.Size, 10), f.Type); err != nil {
			return err
		}
	}
	return nil
}

// sent is what --json says of a message that was posted.
type sent struct {
	chat.Posted
	Files []chat.File `json:"files,omitempty"`
}

// spool puts what is on stdin into a file: what is cut off can then be gone on with.
func spool(ctx context.Context, r io.Reader) (path string, err error) {
	f, err := os.CreateTemp("", "hobnob-upload-*")
	if err != nil {
		return "", exit.New(exit.Storage, "", "there is no place for what is on stdin: %w", err)
	}
	copied := make(chan error, 1)
	go func() {
		_, err := io.Copy(f, r)
		copied <- errors.Join(err, f.Close())
	}()
	select {
	case err = <-copied:
	case <-ctx.Done():
		err = interrupted() // and the read ends with the process, which is at once
	}
	if err != nil {
		_ = os.Remove(f.Name())
		if exit.CodeOf(err) == exit.Interrupted {
			return "", err
		}
		return "", exit.New(exit.Storage, "", "what is on stdin cannot be kept until it is uploaded: %w", err)
	}
	return f.Name(), nil
}

// attach uploads files, so that the message can be posted with them.
func (p *posting) attach(ctx context.Context, paths []string) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	files := p.files(p.timeout)
	for _, path := range paths {
		file, err := p.upload(ctx, files, path)
		if no, refused := errors.AsType[*chat.Error](err); refused && no.Code == chat.CodeUnavailable && ctx.Err() == nil {
			return notStored(no)
		}
		if err != nil {
			return p.say(ctx, p.meant(ctx, err))
		}
		p.draft.Extra.Files = append(p.draft.Extra.Files, file)
	}
	return nil
}

// enter finds the room that is called otherwise than the server knows it, and comes
// into it where that is wanted.
func (p *posting) enter(ctx context.Context) error {
	if !p.join && (p.room == "" || p.room[0] != '@') {
		return nil
	}
	return p.once(ctx, p.timeout, func(ctx context.Context, l *client.Line) (err error) {
		called := p.room
		p.room, err = inRoom(ctx, l, called, p.join)
		p.join = false
		return meant(ctx, l, called, err)
	})
}

// meant is the function of that name where there is no connection to ask on: files go over others.
func (p *posting) meant(ctx context.Context, err error) error {
	if no, refused := errors.AsType[*chat.Error](err); !refused || no.Code != chat.CodeUnknownRoom {
		return err
	}
	said := p.once(ctx, p.timeout, func(ctx context.Context, l *client.Line) error { return meant(ctx, l, p.room, err) })
	if no, refused := errors.AsType[*chat.Error](said); refused && no.Code == chat.CodeUnknownRoom {
		return said
	}
	return err // it could not be asked
}

func (p *posting) upload(ctx context.Context, files *client.Files, path string) (chat.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return chat.File{}, exit.New(exit.Storage, "", "%s cannot be read: %w", chat.SanitizeLine(path), reason(err))
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return chat.File{}, exit.New(exit.Storage, "", "%s cannot be read: %w", chat.SanitizeLine(path), reason(err))
	}
	id, err := uuid.NewV7()
	if err != nil {
		return chat.File{}, fmt.Errorf("make an ID: %w", err)
	}
	name := p.name
	if name == "" {
		name = filepath.Base(path)
	}
	shows := newProgress(p.talk, name, info.Size())
	defer shows.end()
	file, err := files.Upload(ctx, client.Upload{
		ID: id.String(), Room: p.room, Name: name, Content: f, Size: info.Size(), Sent: shows.at,
	})
	if _, own := errors.AsType[*os.PathError](err); own {
		err = exit.New(exit.Storage, "", "%s cannot be read: %w", chat.SanitizeLine(path), reason(err))
	}
	return file, err
}
