package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// width is the number of columns that s takes.
func width(s string) int { return utf8.RuneCountInString(s) }

// clean makes visible what does not print, so that a text from outside can
// neither break a table nor reach the terminal. White space becomes blanks.
func clean(s string) string {
	prints := func(r rune) bool { return r == ' ' || unicode.IsPrint(r) && r != utf8.RuneError }
	if strings.IndexFunc(s, func(r rune) bool { return !prints(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case prints(r) || r == utf8.RuneError:
			b.WriteRune(r)
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			fmt.Fprintf(&b, "\\u%04x", r)
		}
	}
	return b.String()
}

// wrap breaks s into lines of at most n columns, between words where that is
// possible. It returns at least one line.
func wrap(s string, n int) []string { return wrapAfter(s, 0, n, 0) }

// wrapAfter is wrap for a text whose first line begins after used columns, and
// the others after indent, of n columns in all.
func wrapAfter(s string, used, n, indent int) []string {
	var lines []string
	var line strings.Builder
	room := n - used
	begun := false // the line holds a word
	next := func() {
		lines = append(lines, line.String())
		line.Reset()
		room, begun = max(n-indent, 1), false
	}
	for _, word := range strings.Fields(clean(s)) {
		need := width(word)
		if begun {
			need++
		}
		if need > room && (begun || len(lines) == 0 && used > indent) {
			next()
			need = width(word)
		}
		for need > room { // longer than a line
			cut := 0
			for i := range word {
				if utf8.RuneCountInString(word[:i]) == room {
					cut = i
					break
				}
			}
			line.WriteString(word[:cut])
			word = word[cut:]
			need = width(word)
			next()
		}
		if begun {
			line.WriteByte(' ')
		}
		line.WriteString(word)
		room -= need
		begun = true
	}
	if begun || len(lines) == 0 {
		lines = append(lines, line.String())
	}
	return lines
}

// longestWord is the width of the longest word in s.
func longestWord(s string) int {
	n := 0
	for _, w := range strings.Fields(clean(s)) {
		n = max(n, width(w))
	}
	return n
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(n-width(s), 0)) }

func padLeft(s string, n int) string { return strings.Repeat(" ", max(n-width(s), 0)) + s }

// plural is "1 state" or "2 states", with the number grouped.
func plural[N int | uint64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return group(uint64(n)) + " " + what + "s"
}

// group prints 1234567 as 1,234,567.
func group(n uint64) string {
	s := fmt.Sprint(n)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
