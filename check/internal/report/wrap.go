package report

import (
	"fmt"
	"strings"
)

// wrap breaks s into lines of at most n columns, between words. A word that is longer
// than that has a line for itself, and stays whole. Lines after the first are indented.
// It returns at least one line.
func wrap(s string, n, indent int) []string {
	s = strings.TrimSpace(clean(s))
	if width(s) <= n {
		return []string{s}
	}
	lines := wrapAfter(s, 0, n, indent)
	for i := range lines[1:] {
		lines[i+1] = strings.Repeat(" ", indent) + lines[i+1]
	}
	return lines
}

// wrapAfter is wrap for a text whose first line begins after used columns, and the
// others after indent, of n columns in all. It does not indent them.
func wrapAfter(s string, used, n, indent int) []string {
	s = strings.TrimSpace(clean(s))
	if used+width(s) <= n {
		return []string{s}
	}
	var lines []string
	var line strings.Builder
	room := n - used
	begun := false // the line holds a word
	for _, word := range breakable(fields(s), n-indent) {
		need := width(word.text)
		if begun && !word.joined {
			need++
		}
		if need > room && (begun || len(lines) == 0 && used > indent) {
			lines = append(lines, line.String())
			line.Reset()
			room, begun, need = n-indent, false, width(word.text)
		}
		if begun && !word.joined {
			line.WriteByte(' ')
		}
		line.WriteString(word.text)
		room -= need
		begun = true
	}
	return append(lines, line.String())
}

// longestWhole is the length up to which a word stays whole, in characters: what is
// longer is no name, but data.
const longestWhole = 1000

// cutAt is the number of bytes of the first n characters.
func cutAt(s string, n int) int {
	for i := range s {
		if n--; n < 0 {
			return i
		}
	}
	return len(s)
}

// piece is a word, or a part of one: a joined one belongs to the one before it.
type piece struct {
	text   string
	joined bool
}

// breakable are words; those of more than n columns that are lists with bars are taken
// apart before the bars.
func breakable(words []string, n int) []piece {
	var out []piece
	for _, w := range words {
		if width(w) <= n {
			out = append(out, piece{text: w})
			continue
		}
		for i, part := range strings.SplitAfter(w, "|") {
			for j := 0; part != ""; j++ {
				n := cutAt(part, longestWhole)
				out = append(out, piece{part[:n], i+j > 0})
				part = part[n:]
			}
		}
	}
	return out
}

// fields are the words of a text. The number of a line belongs to the word before it, as
// in "at :27".
func fields(s string) []string {
	var out []string
	for _, w := range strings.Fields(s) {
		if n := len(out); n > 0 && len(w) > 1 && w[0] == ':' && w[1] >= '0' && w[1] <= '9' {
			out[n-1] += " " + w
		} else {
			out = append(out, w)
		}
	}
	return out
}

// longestWord is the width of the longest word in s.
func longestWord(s string) int {
	n := 0
	for _, w := range fields(clean(s)) {
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

// indented indents the lines that are not empty.
func indented(text, by string) string {
	var b strings.Builder
	for line := range strings.Lines(strings.TrimRight(text, "\n") + "\n") {
		if line != "\n" {
			b.WriteString(by)
		}
		b.WriteString(line)
	}
	return b.String()
}
