package rewrite_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var testName = regexp.MustCompile("`(Test\\w+)`")

// becomes is what the wants of a test must say for what README says of it: the answer,
// and whether there is a premise.
func becomes(says, answer, reason string) bool {
	switch {
	case strings.Contains(says, "assumed"):
		return answer == "pass" && reason != "" || strings.Contains(says, "controlled") && answer == "fail"
	case strings.Contains(says, "named"):
		return answer == "inconclusive" || reason == "IPC012" // of a finalizer that does not run
	case strings.Contains(says, "no effect"):
		return answer == "pass" && reason == ""
	}
	return answer != "inconclusive"
}

// Each line of the table in README on the world outside has tests, which want what it
// says.
func TestEachLineOnTheWorldOutsideHasItsTests(t *testing.T) {
	wants := map[string][]string{}
	for _, name := range []string{"library", "world", "chance", "outside", "network", "pipes", "subtests", "ends", "clock"} {
		text, err := os.ReadFile(filepath.Join("testdata", "state", name+".txtar"))
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(string(text), -1) {
			wants[m[1]] = []string{"pass", ""}
		}
		for _, m := range wanted.FindAllStringSubmatch(string(text), -1) {
			wants[m[3]] = m[1:3]
		}
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "README.md"))
	require.NoError(t, err)
	_, section, ok := strings.Cut(string(text), "### The world outside\n")
	require.True(t, ok)
	section, _, _ = strings.Cut(section, "\nRefused are")
	lines := 0
	for _, line := range strings.Split(section, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(line, "`Test") {
			continue
		}
		lines++
		for _, m := range testName.FindAllStringSubmatch(cells[3], -1) {
			if want := wants[m[1]]; assert.NotNil(t, want, "%s: there is no %s", cells[1], m[1]) {
				assert.True(t, becomes(cells[2], want[0], want[1]), "%s: README says %s, the test wants %v", m[1], strings.TrimSpace(cells[2]), want)
			}
		}
	}
	assert.Greater(t, lines, 20)
	assert.False(t, becomes("named", "pass", ""))
	assert.False(t, becomes("assumed", "pass", ""))
}
