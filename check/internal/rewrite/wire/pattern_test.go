package wire

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPatternsSelectAsGoTestDoes(t *testing.T) {
	for _, tt := range []struct {
		pattern string
		yes, no []string
		below   string // of TestA
	}{
		{"TestA", []string{"TestA", "TestA/x", "TestAB"}, []string{"TestB", "TestB/TestA"}, ""},
		{"TestA/x", []string{"TestA", "TestA/x", "TestA/x/y"}, []string{"TestA/y", "TestB/x"}, "x"},
		{"TestA/x|TestB/y", []string{"TestA", "TestB", "TestA/x", "TestB/y"}, []string{"TestA/y", "TestB/x", "TestC"}, "x"},
		{"TestA/x|TestA/y/z", []string{"TestA/x", "TestA/y", "TestA/y/z", "TestA/x/w"}, []string{"TestA/y/w", "TestA/w"}, "x|y/z"},
		{"TestA|TestA/x", []string{"TestA/y"}, []string{"TestB"}, ""},
		{"Test(A|B)/^(x|y/)$", []string{"TestA/x", "TestB/x"}, []string{"TestA/y", "TestC"}, "^(x|y/)$"},
		{`Test[A/|]/a\|b`, []string{"TestA/a|b"}, []string{"TestB", "TestA/b"}, `a\|b`},
		{"/two words", []string{"TestA", "TestA/two_words"}, []string{"TestA/two"}, "two_words"},
		{"", []string{"TestA", "TestA/x"}, nil, ""},
	} {
		run, err := ParsePattern(tt.pattern)
		require.NoError(t, err, tt.pattern)
		p := Selection{Run: run}
		for _, name := range tt.yes {
			assert.True(t, p.Matches(name), "%s: %s", tt.pattern, name)
		}
		for _, name := range tt.no {
			assert.False(t, p.Matches(name), "%s: %s", tt.pattern, name)
		}
		assert.Equal(t, tt.below, p.Below("TestA"), tt.pattern)
		again, err := Within("TestA", tt.below)
		require.NoError(t, err)
		for _, name := range []string{"TestA/x", "TestA/y", "TestA/y/z", "TestA/y/w", "TestA/a|b", "TestA/two_words"} {
			assert.Equal(t, p.Matches(name), again.Matches(name), "%s within TestA: %s", tt.pattern, name)
		}
		assert.False(t, again.Matches("TestAB"))
	}
	_, err := ParsePattern("TestA/(|TestB")
	assert.ErrorContains(t, err, `"(|TestB"`)
	assert.True(t, Selection{}.Matches("TestA"))
}

func TestSkipsAsGoTestDoes(t *testing.T) {
	for _, tt := range []struct {
		run, skip string
		yes, no   []string
		below     string // of TestA
	}{
		{"", "TestA", []string{"TestB"}, []string{"TestA", "TestA/x", "TestAB"}, " "},
		{"", "TestA/x", []string{"TestA", "TestA/y", "TestB/x"}, []string{"TestA/x", "TestA/x/y", "TestA/xy"}, " x"},
		{"TestA/x", "/x/y", []string{"TestA", "TestA/x", "TestA/x/z"}, []string{"TestA/x/y", "TestB"}, "x x/y"},
		{"", "TestB/x|TestA/two words", []string{"TestA", "TestA/x", "TestB"}, []string{"TestB/x", "TestA/two_words"}, " two_words"},
		// What is skipped is what the first alternative that fits says.
		{"", "TestA/x|TestA", []string{"TestA"}, []string{"TestA/x", "TestA/y"}, " x|"},
	} {
		run, err := ParsePattern(tt.run)
		require.NoError(t, err)
		skip, err := ParsePattern(tt.skip)
		require.NoError(t, err)
		s := Selection{run, skip}
		for _, name := range tt.yes {
			assert.True(t, s.Matches(name), "%s: %s", tt.skip, name)
		}
		for _, name := range tt.no {
			assert.False(t, s.Matches(name), "%s: %s", tt.skip, name)
		}
		assert.Equal(t, tt.below, s.Below("TestA"), tt.skip)
	}
}

func FuzzPattern(f *testing.F) {
	f.Add("TestA/x|TestB/[/|](y)", "TestA/x|TestA", "TestA/x")
	f.Fuzz(func(t *testing.T, run, skip, name string) {
		p := Selection{}
		var err error
		if p.Run, err = ParsePattern(run); err != nil {
			return
		}
		if p.Skip, err = ParsePattern(skip); err != nil {
			return
		}
		within, err := Within("TestA", p.Below("TestA"))
		if err == nil && p.Matches("TestA") {
			assert.Equal(t, p.Matches("TestA/"+name), within.Matches("TestA/"+name))
		}
	})
}
