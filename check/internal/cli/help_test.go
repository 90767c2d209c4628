package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/golden"
	"github.com/ipccheck/ipccheck/check/internal/report"
)

// The manual of the command has the usage and the flags that the commands have,
// but for the formats of output, which it describes elsewhere.
func TestManualHasWhatTheCommandsSay(t *testing.T) {
	file := filepath.Join("..", "..", "..", "cmd", "ipccheck", "doc.go")
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	var usage, flags strings.Builder
	for _, c := range commands.Items() {
		usage.WriteString("\t" + c.usage() + "\n")
		own := slices.DeleteFunc(slices.Clone(c.flags), func(f flagDef) bool {
			return slices.ContainsFunc(report.Formats(), func(o report.Format) bool { return o.Name == f.name })
		})
		if len(own) == 0 {
			continue
		}
		flags.WriteString("\n" + c.usage() + "\n\n")
		for line := range strings.Lines(flagsText(own)) {
			flags.WriteString("\t" + strings.TrimPrefix(line, "  "))
		}
	}
	want := section(t, string(b), "# Usage\n\n", "\nFlags stand", usage.String())
	want = section(t, want, "# Flags\n", "\n# Limitations", flags.String())
	golden.Compare(t, file, want)
}

// section replaces what stands between two texts.
func section(t *testing.T, all, from, to, with string) string {
	t.Helper()
	i := strings.Index(all, from)
	require.GreaterOrEqual(t, i, 0, from)
	i += len(from)
	j := strings.Index(all[i:], to)
	require.GreaterOrEqual(t, j, 0, to)
	return all[:i] + with + all[i+j:]
}

// Every flag says what it is for, and its help can be read.
func TestEveryFlagHasHelp(t *testing.T) {
	for _, c := range commands.Items() {
		seen := map[string]bool{}
		for _, f := range c.flags {
			assert.NotEmpty(t, f.help, "%s -%s", c.name, f.name)
			assert.False(t, seen[f.name], "%s -%s stands twice", c.name, f.name)
			seen[f.name] = true
			assert.Contains(t, run("help", c.name).out, "\n  -"+f.name, c.name)
		}
	}
}

// Whatever prints verdicts has all formats.
func TestVerdictsCanBePrintedInAllFormats(t *testing.T) {
	for _, c := range []command{testCommand, runCommand, exploreCommand, linCommand, stressCommand, replayCommand} {
		for _, f := range report.Formats() {
			d, ok := find(c.flags, f.Name)
			assert.True(t, ok, "%s -%s", c.name, f.Name)
			assert.Equal(t, !f.IntoFile(), d.isSwitch(), "%s -%s", c.name, f.Name)
		}
	}
}

func TestCompletionInBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash")
	}
	script := run("completion", "bash").out
	for line, want := range map[string][]string{
		"":                         {"test", "run", "explore", "lin", "stress", "list", "explain", "replay", "version", "completion", "help"},
		"exp":                      {"explore", "explain"},
		"explore ":                 {"one-slot", "-workers", "-producers", "-rounds"},
		"explore one-slot -t":      {"-timeout", "-test"},
		"explore one-slot -test ":  {"careless", "atomic"},
		"stress shm":               {"shm"},
		"test -strategy p":         {"preemptions", "pct"},
		"test --control o":         {"on", "off"},
		"lin -format v":            {"violin"},
		"explain IPC00":            {"IPC001", "IPC009"},
		"completion ":              {"bash", "zsh", "fish"},
		"help st":                  {"stress"},
		"explore one-slot -width ": nil,
	} {
		words := strings.Split("ipccheck "+line, " ")
		quoted := make([]string, len(words))
		for i, w := range words {
			quoted[i] = shellQuote(w)
		}
		ask := script + "\nCOMP_WORDS=(" + strings.Join(quoted, " ") + "); COMP_CWORD=$((${#COMP_WORDS[@]}-1)); _ipccheck; printf '%s\\n' \"${COMPREPLY[@]}\""
		out, err := exec.Command(bash, "--norc", "-c", ask).CombinedOutput()
		require.NoError(t, err, "%s", out)
		got := strings.Fields(string(out))
		if want == nil {
			assert.Empty(t, got, line)
		}
		for _, w := range want {
			assert.Contains(t, got, w, line)
		}
		last := words[len(words)-1]
		for _, g := range got {
			assert.True(t, strings.HasPrefix(g, last), "%s: %s", line, g)
		}
	}
}

// Shells that are there find no mistake in their scripts.
func TestCompletionIsGoodSyntax(t *testing.T) {
	for _, shell := range shells {
		path, err := exec.LookPath(shell)
		if err != nil {
			t.Logf("there is no %s", shell)
			continue
		}
		file := filepath.Join(t.TempDir(), "script")
		require.NoError(t, os.WriteFile(file, []byte(run("completion", shell).out), 0o666))
		out, err := exec.Command(path, "-n", file).CombinedOutput()
		require.NoError(t, err, "%s: %s", shell, out)
		assert.Empty(t, string(out), shell)
		require.NoError(t, os.WriteFile(file, []byte("if true; then echo (\n"), 0o666))
		assert.Error(t, exec.Command(path, "-n", file).Run(), "%s finds no mistake", shell)
	}
}

func TestCompletionInFish(t *testing.T) {
	fish, err := exec.LookPath("fish")
	if err != nil {
		t.Skip("there is no fish")
	}
	file := filepath.Join(t.TempDir(), "script.fish")
	require.NoError(t, os.WriteFile(file, []byte(run("completion", "fish").out), 0o666))
	for line, want := range map[string][]string{
		"exp":                     {"explore", "explain"},
		"explore ":                {"one-slot"},
		"explore one-slot -t":     {"-timeout", "-test"},
		"explore one-slot -test ": {"careless", "atomic"},
		"test -strategy p":        {"preemptions", "pct"},
		"completion ":             {"bash", "zsh", "fish"},
	} {
		cmd := exec.Command(fish, "--no-config", "-c", "source $argv[1]; complete -C $argv[2]", file, "ipccheck "+line)
		cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		for _, w := range want {
			assert.Regexp(t, "(?m)^"+w+`(\t|$)`, string(out), line)
		}
	}
}

// The manual page names every command, flag and example, and man finds no mistake in it.
func TestManualPage(t *testing.T) {
	page := run("man").out
	for _, c := range commands.Items() {
		assert.Contains(t, page, ".SS "+roff(c.usage()))
		for _, f := range c.flags {
			assert.Contains(t, page, ".B "+roff(strings.TrimRight("-"+f.name+" "+f.value, " "))+"\n"+roff(f.help)+"\n", c.name)
		}
		for _, e := range c.examples {
			assert.Contains(t, page, roff(e), c.name)
		}
	}
	groff, err := exec.LookPath("groff")
	if err != nil {
		t.Skip("there is no groff")
	}
	cmd := exec.Command(groff, "-man", "-Tutf8", "-ww", "-z")
	cmd.Stdin = strings.NewReader(page)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err)
	assert.Empty(t, string(out))
	usage(t, `man: unexpected "x": it takes no names`, run("man", "x"))
	usage(t, `schema: unexpected "x": it takes no names`, run("schema", "x"))
}

// Scripts name every command and every flag.
func TestCompletionNamesEverything(t *testing.T) {
	for _, shell := range shells {
		script := run("completion", shell).out
		for _, c := range commands.Items() {
			assert.Contains(t, script, c.name, shell)
			for _, f := range c.flags {
				assert.True(t, strings.Contains(script, "-"+f.name) || strings.Contains(script, "-o "+f.name), "%s: %s -%s", shell, c.name, f.name)
			}
		}
	}
	usage(t, "completion: of which shell? Expected bash, zsh or fish", run("completion"))
	usage(t, `completion: there is no script for "fis" (did you mean fish?): expected bash, zsh or fish`, run("completion", "fis"))
}
