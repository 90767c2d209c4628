package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

func TestWrapKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-zä→ ]{0,60}`).Draw(t, "s")
		n := rapid.IntRange(1, 30).Draw(t, "n")
		lines := wrap(s, n)
		if got := strings.Join(strings.Fields(strings.Join(lines, " ")), ""); got != strings.Join(strings.Fields(s), "") && n > 1 {
			t.Fatalf("wrap(%q, %d) = %q", s, n, lines)
		}
		for _, l := range lines {
			if utf8.RuneCountInString(l) > n {
				t.Fatalf("wrap(%q, %d): %q is too long", s, n, l)
			}
		}
	})
}

// Reading a row's lines column by column gives its cells back.
func TestGridKeepsEverything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 5).Draw(t, "columns")
		cell := rapid.StringMatching(`[a-zä ]{0,40}`)
		g := &grid{right: make([]bool, columns)}
		draw := func() []string { return rapid.SliceOfN(cell, columns, columns).Draw(t, "row") }
		g.head = draw()
		g.rows = [][]string{draw(), draw()}
		n := rapid.IntRange(20, 100).Draw(t, "width")
		w, ok := g.fit(n, 10)
		if !ok {
			return
		}
		if total := sum(w) + gap*(columns-1); total > n {
			t.Fatalf("widths %v take %d of %d columns", w, total, n)
		}
		for _, row := range g.rows {
			got := make([]string, columns)
			for _, l := range g.lines(row, w) {
				rest := []rune(pad(l, n))
				for i := range w {
					got[i] += string(rest[:w[i]])
					rest = rest[min(w[i]+gap, len(rest)):]
				}
			}
			for i := range got {
				if a, b := strings.ReplaceAll(got[i], " ", ""), strings.ReplaceAll(row[i], " ", ""); a != b {
					t.Fatalf("cell %q came out as %q (widths %v)", row[i], got[i], w)
				}
			}
		}
	})
}

func TestChange(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"0", "1", "X=1"},
		{"[0 0 0 0]", "[0 7 0 0]", "X[1]=7"},
		{"[0 0 0 0]", "[1 7 0 0]", "X[0]=1 X[1]=7"},
		{"[0 0 0 0]", "[1 7 2 0]", "X=[1 7 2 0]"},
		{"[1]", "[1 2]", "X=[1 2]"},
		{"[]", "[2]", "X=[2]"},
		{"[1]", "[2]", "X=[2]"},
		{"[{1 2} {3 4}]", "[{1 2} {3 5}]", "X=[{1 2} {3 5}]"},
	} {
		assert.Equal(t, c.want, changeOf(c.from, c.to), "%s to %s", c.from, c.to)
	}
}

func TestShortNames(t *testing.T) {
	short, key := shortNames([]string{"producer 1", "producer 2", "process 1", "consumer"})
	assert.Equal(t, []string{"prod1", "prod2", "proc1", "c"}, short)
	assert.Equal(t, "prod1 is producer 1, prod2 is producer 2, proc1 is process 1, c is consumer", key)
	short, key = shortNames([]string{"a", "ab", ""})
	assert.Equal(t, []string{"a", "ab", ""}, short)
	assert.Empty(t, key)
}

func TestGroup(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 43571041: "43,571,041"} {
		assert.Equal(t, want, group(n))
	}
}
