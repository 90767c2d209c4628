package cli

import (
	"fmt"
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
