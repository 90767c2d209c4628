package main

import (
	"bytes"
	"errors"
	"go/format"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
)

// Every line of README that runs the command runs here, and none is a mistake:
// each passes, or finds the fault that README says it finds. What README shows below a
// command is what it prints first; go test ./cmd/ipccheck -run TestReadmeCommands -update
// writes that anew.
func TestReadmeCommands(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("the scripts run the same commands")
	}
	ran, compared := 0, 0
	blocks := fences(t, "")
	for i, block := range blocks {
		for line := range strings.Lines(block) {
			line = strings.TrimSpace(line)
			args, ok := strings.CutPrefix(line, "ipccheck ")
			if !ok {
				args, ok = strings.CutPrefix(line, "go run ./cmd/ipccheck ")
			}
			if !ok {
				continue
			}
			if strings.Contains(args, "./...") {
				continue // this project itself, for a long time
			}
			ran++
			t.Run(line, func(t *testing.T) {
				args, comment, _ := strings.Cut(args, " # ")
				var errs bytes.Buffer
				cmd := exec.Command("ipccheck", words(args)...)
				cmd.Stderr = &errs
				cmd.Dir = filepath.Join("..", "..")
				cmd.Env = append(os.Environ(), "COLUMNS=80")
				out, err := cmd.Output()
				code := 0
				var exit *exec.ExitError
				if errors.As(err, &exit) {
					code = exit.ExitCode()
				} else {
					require.NoError(t, err)
				}
				assert.Empty(t, errs.String())
				if fault := strings.TrimSpace(comment); strings.HasPrefix(fault, "IPC") {
					assert.Equal(t, 1, code)
					assert.Contains(t, string(out), fault)
				} else {
					assert.Equal(t, 0, code)
				}
				if i+1 < len(blocks) && answers.MatchString(blocks[i+1]) {
					compared++
					shows(t, blocks[i+1], string(out))
				}
			})
		}
	}
	assert.Greater(t, ran, 5)
	assert.Equal(t, 3, compared)
	for _, pattern := range []string{"stress-*.jsonl", "*.html"} { // the histories that stress leaves, and pages
		left, err := filepath.Glob(filepath.Join("..", "..", pattern))
		require.NoError(t, err)
		require.NotEmpty(t, left, pattern)
		for _, name := range left {
			require.NoError(t, os.Remove(name))
		}
	}
}

// answers begins a block that shows what a command prints.
var answers = regexp.MustCompile(`^(FAIL|PASS|--- FAIL:|--- PASS:) `)

// elapsed is the time of a test.
var elapsed = regexp.MustCompile(`\([0-9.]+s, `)

// shows compares a block of README with the beginning of what a command prints, or
// writes as many lines of it there.
func shows(t *testing.T, block, out string) {
	got := first(out, strings.Count(block, "\n"))
	if *update {
		name := filepath.Join("..", "..", "README.md")
		b, err := os.ReadFile(name)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(name, []byte(strings.Replace(string(b), "```\n"+block+"```", "```\n"+got+"```", 1)), 0o666))
		return
	}
	assert.Equal(t, got, block, "-update writes README anew")
}

// first are the first lines of what a command prints, as if it took no time.
func first(out string, n int) string {
	lines := strings.SplitAfter(elapsed.ReplaceAllString(out, "(0.00s, "), "\n")
	return strings.Join(lines[:min(len(lines), n)], "")
}

// A line that the command does not print any more, or prints otherwise, is seen.
func TestReadmeShowsTheFirstLines(t *testing.T) {
	const out = "--- FAIL: TestX (1.25s, 3 executions)\n    a\n    b\n"
	assert.Equal(t, "--- FAIL: TestX (0.00s, 3 executions)\n    a\n", first(out, 2))
	assert.NotEqual(t, "--- FAIL: TestX (0.00s, 2 executions)\n    a\n", first(out, 2))
	assert.NotEqual(t, first(out, 3), first(strings.Replace(out, "    b\n", "", 1), 3))
}

// Pictures in README are there, and small.
func TestReadmePictures(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	pictures := regexp.MustCompile(`!\[([^\]]+)\]\(([^)]+)\)`).FindAllStringSubmatch(string(b), -1)
	require.NotEmpty(t, pictures)
	for _, p := range pictures {
		info, err := os.Stat(filepath.Join("..", "..", filepath.FromSlash(p[2])))
		require.NoError(t, err)
		assert.Less(t, info.Size(), int64(110_000), p[2])
	}
}

// The Go code in README is in a test file, word for word.
func TestReadmeCode(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", "check", "*_test.go"))
	require.NoError(t, err)
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		all = append(all, b...)
	}
	for _, block := range fences(t, "go") {
		b, err := format.Source([]byte(block))
		require.NoError(t, err)
		assert.Equal(t, block, string(b), "gofmt")
		assert.Contains(t, string(all), block)
	}
}

// fences are the blocks of code of README in the given language.
func fences(t *testing.T, language string) (out []string) {
	b, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	require.NoError(t, err)
	parts := strings.Split(string(b), "```")
	require.Equal(t, 1, len(parts)%2, "a block of code does not end")
	for i := 1; i < len(parts); i += 2 {
		l, code, _ := strings.Cut(parts[i], "\n")
		if l == language {
			out = append(out, code)
		}
	}
	require.NotEmpty(t, out)
	return out
}

// A script runs the commands with which README grades a class.
func TestReadmeGrades(t *testing.T) {
	script, err := os.ReadFile(filepath.Join("..", "..", "testdata", "script", "grade.txtar"))
	require.NoError(t, err)
	ran := 0
	for _, block := range fences(t, "sh") {
		if !strings.Contains(block, "ipccheck grade ") {
			continue
		}
		for line := range strings.Lines(block) {
			for _, command := range strings.Split(strings.TrimSpace(line), " && ") {
				if strings.HasPrefix(command, "ipccheck ") {
					command = "exits 0 " + command
				}
				ran++
				assert.Contains(t, string(script), "\n"+command+"\n")
			}
		}
	}
	assert.Equal(t, 6, ran)
}

// words splits a line as a shell does that knows only single quotes.
func words(line string) (out []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

// The gate runs the tests by README's command.
func TestGateRunsTheTestsOfReadme(t *testing.T) {
	gate, err := os.ReadFile(filepath.Join("..", "..", ".ci", "run"))
	require.NoError(t, err)
	commands := 0
	for _, block := range fences(t, "") {
		if line := strings.TrimSpace(block); strings.HasPrefix(line, "go test ") {
			commands++
			assert.Contains(t, string(gate), "\n"+line+"\n")
		}
	}
	assert.Equal(t, 1, commands)
}
