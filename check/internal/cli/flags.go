package cli

import (
	"fmt"
	"strconv"
	"strings"
)

// flagDef is a flag that a command has.
type flagDef struct {
	name     string
	isSwitch bool // it takes no value
}

// parsed is a command line taken apart.
type parsed struct {
	flags map[string]string // values; "true" or "false" for switches
	order []string          // flags as they came
	names []string          // what is not a flag
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
		case def.isSwitch && !given:
			value = "true"
		case def.isSwitch:
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

// number reads a flag's value, a number in a range; absent if it is not given.
func (p parsed) number(command, name string, least, most, absent uint64) (uint64, error) {
	text, ok := p.flags[name]
	if !ok {
		return absent, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, usagef("%s: -%s %s: expected a number from %d to %d", command, name, quote(text), least, most)
	}
	return n, nil
}

// width reads -width.
func (p parsed) width(command string) (int, error) {
	n, err := p.number(command, "width", minWidth, maxWidth, defaultWidth)
	return int(n), err
}
