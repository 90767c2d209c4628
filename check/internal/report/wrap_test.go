package report

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// No word is lost or broken, and a line is longer than it may be only if one word is.
func TestWrapKeepsWordsWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringMatching(`[a-zä→世 ]{0,60}`).Draw(t, "s")
		n := rapid.IntRange(1, 30).Draw(t, "n")
		indent := rapid.IntRange(0, 2).Draw(t, "indent")
		lines := wrap(s, n, indent)
		if got := strings.Fields(strings.Join(lines, " ")); !slices.Equal(got, strings.Fields(s)) {
			t.Fatalf("wrap(%q, %d) = %q", s, n, lines)
		}
		for _, l := range lines {
			if width(l) > n && len(strings.Fields(l)) > 1 {
				t.Fatalf("wrap(%q, %d): %q is too long", s, n, l)
			}
		}
	})
}

func TestWidth(t *testing.T) {
	for s, want := range map[string]int{"": 0, "abc": 3, "a→b": 3, "世界": 4, "e\u0301": 1, "😀": 2, "שלום": 4} {
		assert.Equal(t, want, width(s), "%q", s)
	}
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
		w, ok := g.fit(n)
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
					got[i] += " " + string(rest[:w[i]])
					rest = rest[min(w[i]+gap, len(rest)):]
				}
			}
			for i := range got {
				if a, b := strings.Fields(got[i]), strings.Fields(row[i]); !slices.Equal(a, b) {
					t.Fatalf("cell %q came out as %q (widths %v)", row[i], got[i], w)
				}
			}
		}
	})
}

func TestAssign(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"0", "1", "X 0→1"},
		{"", "1", "X=1"},
		{"false", "true", "X false→true"},
		{"[0 0 0 0]", "[0 7 0 0]", "X[1] 0→7"},
		{"[0 0 0 0]", "[1 7 0 0]", "X[0] 0→1 X[1] 0→7"},
		{"[0 0 0 0]", "[1 7 2 0]", "X=[1 7 2 0]"},
		{"[0 0]", "[1 2]", "X=[1 2]"},
		{"[1]", "[1 2]", "X=[1 2]"},
		{"[]", "[2]", "X=[2]"},
		{"[1]", "[2]", "X=[2]"},
		{"[{1 2} {3 4}]", "[{1 2} {3 5}]", "X=[{1 2} {3 5}]"},
		{"a short one", "and one that is not short", "X=and one that is not short"},
	} {
		assert.Equal(t, c.want, assign("X", c.from, c.to), "%s to %s", c.from, c.to)
	}
}

func TestGroup(t *testing.T) {
	for n, want := range map[uint64]string{0: "0", 999: "999", 1000: "1,000", 43571041: "43,571,041"} {
		assert.Equal(t, want, group(n))
	}
}
