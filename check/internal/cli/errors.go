package cli

import (
	"fmt"
	"strconv"
	"strings"
)

// usageError is a mistake in what the user gave, or something outside that is
// not as it must be. Other errors that a command returns come from writing the
// output.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

// usagef makes a usageError. It is one line.
func usagef(format string, args ...any) error {
	return &usageError{strings.ReplaceAll(fmt.Sprintf(format, args...), "\n", " ")}
}

// quote quotes what a user gave, and shortens it if it is long.
func quote(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return strconv.Quote(string(r[:most])) + "…"
	}
	return strconv.Quote(s)
}

// enumerate joins words as a sentence does: "a, b or c".
func enumerate(words []string, conjunction string) string {
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + conjunction + " " + words[len(words)-1]
}
