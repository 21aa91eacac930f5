package exit

import (
	"errors"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// What is known of a flag beside what pflag keeps of it, as its annotations.
const (
	annotationIs    = "hobnob_is"    // what its values are, to follow "is not"
	annotationSuch  = "hobnob_such"  // one of them
	annotationGroup = "hobnob_group" // the heading it stands under in help
	annotationTwin  = "hobnob_twin"  // the environment variable that stands for it
)

// Value says what the values of a flag are, in words that follow "is not", and
// gives an example. ok, unless it is nil, tells whether the flag may keep the
// value that it has just got.
func Value(flags *pflag.FlagSet, name, is, such string, ok func() bool) {
	f := flags.Lookup(name)
	annotate(f, annotationIs, is)
	annotate(f, annotationSuch, such)
	if ok != nil {
		f.Value = checked{f.Value, ok}
	}
}

// Group puts flags under a heading of their own in the help of their command.
// The headings are shown in the order in which the flags were declared.
func Group(flags *pflag.FlagSet, heading string, names ...string) {
	flags.SortFlags = false
	for _, name := range names {
		annotate(flags.Lookup(name), annotationGroup, heading)
	}
}

// GroupOf is the heading that a flag stands under, or "".
func GroupOf(f *pflag.Flag) string { return annotated(f, annotationGroup) }

// Twins gives each flag an environment variable that stands for it, which
// Environment reads: HOBNOB_JWT_SECRET_FILE is --jwt-secret-file.
func Twins(flags *pflag.FlagSet) {
	flags.VisitAll(func(f *pflag.Flag) {
		annotate(f, annotationTwin, "HOBNOB_"+strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_")))
	})
}

// TwinOf is the environment variable that stands for a flag, or "".
func TwinOf(f *pflag.Flag) string { return annotated(f, annotationTwin) }

// Environment sets the flags of cmd that were not given and whose twin is. What
// is wrong there is said of the variable.
func Environment(cmd *cobra.Command) error {
	var failed error
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		twin := TwinOf(f)
		value := os.Getenv(twin)
		if twin == "" || f.Changed || value == "" || failed != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			failed = refuse(twin, "=", f, value)
		}
	})
	return failed
}

// checked is a flag's value that refuses some of those it could parse.
type checked struct {
	pflag.Value
	ok func() bool
}

// errNotOne is for pflag, which wraps it in an error that names the flag.
var errNotOne = errors.New("it is not one of its values")

// Set implements pflag.Value.
func (c checked) Set(s string) error {
	if err := c.Value.Set(s); err != nil {
		return err
	}
	if !c.ok() {
		return errNotOne
	}
	return nil
}

// meaning is what a flag's values are, and one of them.
func meaning(f *pflag.Flag) (is, such string) {
	if is := annotated(f, annotationIs); is != "" {
		return is, annotated(f, annotationSuch)
	}
	switch f.Value.Type() {
	case "bool":
		return "true or false", ""
	case "duration":
		return "a duration", "90s"
	case "int", "int64", "uint", "uint64", "count":
		return "a whole number", "10"
	case "float64":
		return "a number", "10"
	case "stringSlice":
		return "a list with commas between", ""
	}
	return "a text", ""
}

func annotate(f *pflag.Flag, key, value string) {
	if f.Annotations == nil {
		f.Annotations = make(map[string][]string)
	}
	f.Annotations[key] = []string{value}
}

func annotated(f *pflag.Flag, key string) string {
	return strings.Join(f.Annotations[key], "")
}
