// Package words puts numbers, lists and quotations into the sentences that people
// read.
package words

import (
	"fmt"
	"strconv"
	"strings"
)

// Plural is "1 state" or "2 states": the number with the form that agrees with it.
func Plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// List joins items as a sentence does: "a, b or c".
func List(items []string, conjunction string) string {
	switch len(items) {
	case 0:
		return ""
	case 1:
		return items[0]
	}
	return strings.Join(items[:len(items)-1], ", ") + " " + conjunction + " " + items[len(items)-1]
}

// maxQuoted is how many characters of a quotation are shown.
const maxQuoted = 60

// Quote quotes what a user gave, and shortens it to maxQuoted characters.
func Quote(s string) string {
	if r := []rune(s); len(r) > maxQuoted {
		return strconv.Quote(string(r[:maxQuoted])) + "…"
	}
	return strconv.Quote(s)
}
