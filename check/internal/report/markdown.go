package report

import (
	"strings"
	"unicode/utf8"
)

// markdown escapes what Markdown, and HTML in it, would take for more than text.
func markdown(s string) string {
	var b strings.Builder
	for _, r := range clean(s) {
		if r < utf8.RuneSelf && strings.ContainsRune("\\`*_{}[]<>#|~&!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code is code in a line, also in a table.
func code(s string) string {
	s = strings.ReplaceAll(clean(s), "|", "\\|")
	if s == "" {
		return ""
	}
	fence := ticks(s, 1)
	if len(fence) > 1 || strings.HasPrefix(s, "`") {
		s = " " + s + " "
	}
	return fence + s + fence
}

// fenced is a block of code.
func fenced(s string) string {
	fence := ticks(s, 3)
	return fence + "\n" + strings.TrimRight(s, "\n") + "\n" + fence
}

// ticks are more backquotes than follow each other in s, and at least least.
func ticks(s string, least int) string {
	run := 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		least = max(least, run+1)
	}
	return strings.Repeat("`", least)
}

// text is a text of several lines without what no reader prints.
func text(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = clean(strings.ReplaceAll(l, "\t", "    "))
	}
	return strings.Join(lines, "\n")
}
