package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// wide are the characters that take two columns of a terminal: those of East Asian
// scripts, their full-width forms, and emoji (Unicode, East Asian Width W and F,
// rounded to blocks).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1}, {0x231a, 0x231b, 1}, {0x23e9, 0x23ec, 1}, {0x2614, 0x2615, 1}, {0x2e80, 0x303e, 1},
		{0x3041, 0x4dbf, 1}, {0x4e00, 0xa4cf, 1}, {0xa960, 0xa97c, 1}, {0xac00, 0xd7a3, 1}, {0xf900, 0xfaff, 1},
		{0xfe30, 0xfe6f, 1}, {0xff00, 0xff60, 1}, {0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{{0x16fe0, 0x18aff, 1}, {0x1b000, 0x1b2ff, 1}, {0x1f300, 0x1f64f, 1}, {0x1f680, 0x1f6ff, 1}, {0x1f900, 0x1f9ff, 1}, {0x20000, 0x3fffd, 1}},
}

// width is the number of columns that s takes.
func width(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r < 0x300:
			n++
		case unicode.In(r, unicode.Mn, unicode.Me):
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
}

// clean makes visible what does not print, so that a text from outside can neither
// break a table nor reach the terminal: control characters, and those that turn the
// direction of what follows. White space becomes blanks.
func clean(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !prints(r) }) < 0 {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		escape(&b, r)
	}
	return b.String()
}

func prints(r rune) bool { return r == ' ' || unicode.IsPrint(r) && r != utf8.RuneError }

func escape(b *strings.Builder, r rune) {
	switch {
	case prints(r) || r == utf8.RuneError:
		b.WriteRune(r)
	case unicode.IsSpace(r):
		b.WriteByte(' ')
	default:
		fmt.Fprintf(b, "\\u%04x", r)
	}
}

// cleanLines is clean for a text of several lines, whose ends and tabs stay.
func cleanLines(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(s, "\r\n", "\n") {
		if r == '\n' || r == '\t' {
			b.WriteRune(r)
		} else {
			escape(&b, r)
		}
	}
	return b.String()
}
