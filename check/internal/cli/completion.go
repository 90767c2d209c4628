package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/ipccheck/ipccheck/check/internal/words"
)

func init() { register(100, completionCommand) }

var completionCommand = command{
	name: "completion", args: "bash | zsh | fish", brief: "SHELL: complete commands and flags in bash, zsh or fish",
	about: `Prints a script that lets a shell complete commands, flags, their values, and
the names of models, transports and faults.`,
	more: `For one session, source it; for all, put it where the shell looks:

  source <(ipccheck completion bash)
  source <(ipccheck completion zsh)
  ipccheck completion fish > ~/.config/fish/completions/ipccheck.fish`,
	exits: `0, or 2 for a usage or output error.`,
	names: func(*tool) []string { return shells },
	run:   (*tool).cmdCompletion,
}

var shells = []string{"bash", "zsh", "fish"}

func (t *tool) cmdCompletion(_ context.Context, args []string) (int, error) {
	p, err := parse("completion", args, nil)
	if err != nil {
		return 0, err
	}
	if len(p.names) != 1 {
		return 0, usagef("completion: of which shell? Expected %s", words.List(shells, "or"))
	}
	var script string
	switch name := p.names[0]; name {
	case "bash":
		script = t.bashCompletion()
	case "zsh": // it runs the script of bash
		script = "autoload -U +X compinit bashcompinit && compinit && bashcompinit\n" + t.bashCompletion()
	case "fish":
		script = t.fishCompletion()
	default:
		return 0, usagef("completion: there is no script for %s%s: expected %s", words.Quote(name), didYouMean(name, shells), words.List(shells, "or"))
	}
	_, err = t.stdout.WriteString(script)
	return exitPass, err
}

// completions are the flags of a command, those of all models included, and the
// names that may stand as its arguments.
func (t *tool) completions(c command) (flags []flagDef, names []string) {
	flags = c.flags
	if c.name == "explore" {
		flags = t.parameterFlags(flags)
	}
	if c.names != nil {
		names = c.names(t)
	}
	return flags, names
}

// bashCompletion looks at the command, then at the word before the one that is
// completed: behind a flag stands its value.
func (t *tool) bashCompletion() string {
	var b strings.Builder
	fmt.Fprintf(&b, `# bash completion of ipccheck
_ipccheck() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words=
	if [ "$COMP_CWORD" = 1 ]; then
		COMPREPLY=($(compgen -W %s -- "$cur"))
		return
	fi
	case ${COMP_WORDS[1]}:${prev/#--/-} in
`, shellQuote(strings.Join(commands.Names(), " ")))
	for _, c := range commands.Items() {
		flags, _ := t.completions(c)
		for _, f := range flags {
			switch {
			case f.values != nil:
				fmt.Fprintf(&b, "\t%s:-%s) COMPREPLY=($(compgen -W %s -- \"$cur\")); return ;;\n", c.name, f.name, shellQuote(strings.Join(f.values, " ")))
			case f.file:
				fmt.Fprintf(&b, "\t%s:-%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", c.name, f.name)
			case !f.isSwitch():
				fmt.Fprintf(&b, "\t%s:-%s) return ;;\n", c.name, f.name)
			}
		}
	}
	b.WriteString("\tesac\n\tcase ${COMP_WORDS[1]} in\n")
	for _, c := range commands.Items() {
		flags, names := t.completions(c)
		words := names
		for _, f := range flags {
			words = append(words[:len(words):len(words)], "-"+f.name)
		}
		fmt.Fprintf(&b, "\t%s) words=%s ;;\n", c.name, shellQuote(strings.Join(words, " ")))
	}
	b.WriteString(`	esac
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _ipccheck ipccheck
`)
	return b.String()
}

func (t *tool) fishCompletion() string {
	var b strings.Builder
	b.WriteString("# fish completion of ipccheck\n")
	for _, c := range commands.Items() {
		_, does := c.describe()
		fmt.Fprintf(&b, "complete -c ipccheck -n __fish_use_subcommand -a %s -d %s\n", c.name, shellQuote(does))
	}
	for _, c := range commands.Items() {
		flags, names := t.completions(c)
		begin := fmt.Sprintf("complete -c ipccheck -n '__fish_seen_subcommand_from %s'", c.name)
		if len(names) > 0 {
			fmt.Fprintf(&b, "%s -f -a %s\n", begin, shellQuote(strings.Join(names, " ")))
		}
		for _, f := range flags {
			fmt.Fprintf(&b, "%s -o %s -d %s", begin, f.name, shellQuote(f.help))
			switch {
			case f.values != nil:
				fmt.Fprintf(&b, " -x -a %s", shellQuote(strings.Join(f.values, " ")))
			case f.file:
				b.WriteString(" -r")
			case !f.isSwitch():
				b.WriteString(" -x")
			}
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// shellQuote quotes for the three shells.
func shellQuote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
