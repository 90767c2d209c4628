// Package spelling writes what a program calls things, or has written, as it is shown: the
// names of subtests as package testing spells them, addresses as numbers.
package spelling

import (
	"strconv"
	"strings"
	"unicode"
)

// Subtest is what a subtest is called that is given a name: a space becomes an
// underscore, and what cannot be printed an escape sequence.
//
//go:norace
func Subtest(name string) string {
	var b strings.Builder
	for _, r := range name {
		switch {
		case unicode.IsSpace(r):
			b.WriteByte('_')
		case !strconv.IsPrint(r):
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
