package cli

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/report"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// flagDef is a flag that a command has.
type flagDef struct {
	name   string
	value  string // stands for its value in the help; empty: a switch, which takes none
	help   string
	values []string // all that there are; nil: not words
	file   bool     // the value is the name of a file or a directory
}

func (f flagDef) isSwitch() bool { return f.value == "" }

// Flags of more than one command.
var (
	jsonFlag  = flagDef{name: "json", help: "JSON instead of text, one object on a line"}
	widthFlag = flagDef{name: "width", value: "n", help: fmt.Sprintf("columns of the text, up to %d (default: those of the terminal, or what COLUMNS says, or %d)", report.MaxWidth, defaultWidth)}
	colorFlag = flagDef{name: "color", value: "when", values: []string{"auto", "always", "never"}, help: "auto (default): on a terminal and in the logs of GitHub's actions, unless NO_COLOR is set or TERM is dumb; always; never"}
)

// parsed is a command line taken apart.
type parsed struct {
	flags map[string]string // values; "true" or "false" for switches
	order []string          // flags as they came
	names []string          // what is not a flag
	rest  int               // how many of the names stand behind --
}

// parse takes the arguments of a command apart. Flags stand anywhere, with one
// dash or two, their values behind = or in the next argument; behind -- nothing
// is a flag. A dash alone, and a negative number, are names.
func parse(command string, args []string, flags []flagDef) (parsed, error) {
	p := parsed{flags: map[string]string{}}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			p.names = append(p.names, args[i+1:]...)
			p.rest = len(args) - i - 1
			break
		}
		if !looksLikeFlag(a) {
			p.names = append(p.names, a)
			continue
		}
		name, value, given := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(a, "-"), "-"), "=")
		def, ok := find(flags, name)
		if !ok {
			return p, unknownFlag(command, name, flags)
		}
		if _, twice := p.flags[name]; twice {
			return p, usagef("%s: -%s is given twice: which one counts?", command, name)
		}
		switch {
		case def.isSwitch() && !given:
			value = "true"
		case def.isSwitch():
			b, err := strconv.ParseBool(value)
			if err != nil {
				return p, usagef("%s: -%s is a switch: expected -%s alone, -%s=true or -%s=false", command, name, name, name, name)
			}
			value = fmt.Sprint(b)
		case !given:
			if i+1 == len(args) || looksLikeFlag(args[i+1]) {
				return p, usagef("%s: -%s needs a value, as in -%s=VALUE", command, name, name)
			}
			i++
			value = args[i]
		}
		p.flags[name] = value
		p.order = append(p.order, name)
	}
	return p, nil
}

func find(flags []flagDef, name string) (flagDef, bool) {
	for _, f := range flags {
		if f.name == name {
			return f, true
		}
	}
	return flagDef{}, false
}

// looksLikeFlag tells -name and --name from a name, "-" and a negative number.
func looksLikeFlag(a string) bool {
	return len(a) > 1 && a[0] == '-' && (a[1] < '0' || a[1] > '9')
}

// on reports whether a switch is on.
func (p parsed) on(name string) bool { return p.flags[name] == "true" }

// word reads a flag whose values are words; empty if it is not given.
func (p parsed) word(command string, f flagDef) (string, error) {
	v, ok := p.flags[f.name]
	if ok && !slices.Contains(f.values, v) {
		return "", usagef("%s: -%s %s: expected %s", command, f.name, words.Quote(v), words.List(f.values, "or"))
	}
	return v, nil
}

// file is the value of a flag that names a file to write; empty if it is not
// given.
func (p parsed) file(command, name string) (string, error) {
	text, ok := p.flags[name]
	if ok && (text == "" || text == "-") {
		return "", usagef("%s: -%s %s: expected the name of a file", command, name, words.Quote(text))
	}
	return text, nil
}

// duration reads a flag's value, a time of more than 0; absent if it is not given.
func (p parsed) duration(command, name, example string, absent time.Duration) (time.Duration, error) {
	text, ok := p.flags[name]
	if !ok {
		return absent, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, usagef("%s: -%s %s: expected a time of more than 0 with its unit, as in %s", command, name, words.Quote(text), example)
	}
	return d, nil
}

// number reads a flag's value, a number in a range; absent if it is not given.
func (p parsed) number(command, name string, least, most, absent uint64) (uint64, error) {
	text, ok := p.flags[name]
	if !ok {
		return absent, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, usagef("%s: -%s %s: expected a number from %d to %d", command, name, words.Quote(text), least, most)
	}
	return n, nil
}
