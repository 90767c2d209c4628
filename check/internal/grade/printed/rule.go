// Package printed judges what a program prints, by rules about lines: which there must
// be, in which order, and with which numbers.
//
// A line is described by a pattern such as "got {child} {number}", which has a field for
// each number. A rule is about lines of one pattern, or two, and says which faults it is
// if they are not as they must be.
package printed

import "github.com/ipccheck/ipccheck/check/verdict"

// Rule says how lines must be. It has one of Each, Once, Ascending, InOrder, Inside,
// Reaches and TakeTurns.
type Rule struct {
	// Each: there is one line for each combination of the values in Of, and no other.
	Each string            `json:"each"`
	Of   map[string]string `json:"of"` // by field: a number, or a range as in 1..$2
	// Once: there is one such line, with the numbers in Where, after all lines After; with
	// EndOfFile, only in executions in which a read of a pipe has met its end.
	Once      string            `json:"once"`
	Where     map[string]string `json:"where"`
	After     string            `json:"after"`
	EndOfFile bool              `json:"end_of_file"`
	// Ascending: the field By[0] never becomes smaller, for each value of the field Per.
	Ascending string `json:"ascending"`
	Per       string `json:"per"`
	// InOrder: lines of the second pattern come after those of the first that have the
	// same fields By, and in their order.
	InOrder []string `json:"in_order"`
	By      []string `json:"by"`
	// Inside: between the lines of the first pattern and those of the second there are
	// at most Most of the first ahead, and the field Says, if there is one, says how many.
	Inside []string `json:"inside"`
	Says   string   `json:"says"`
	Most   string   `json:"most"`
	// Reaches: in some execution, Most of the first are ahead.
	Reaches []string `json:"reaches"`
	// TakeTurns: in some execution, between two lines with the same value of the field
	// Per there is one with another.
	TakeTurns string `json:"take_turns"`

	Property string       `json:"property"` // that a fault costs; "": that which has its code
	Code     verdict.Code `json:"code"`     // of a fault; "": as usual for the rule
}

// Lines are patterns by name.
type Lines map[string]string

// verb is the name of what a rule has, and the patterns that it is about; "" if it has none,
// or several.
func (r *Rule) verb() (name string, lines []string) {
	count := 0
	for _, v := range []struct {
		name  string
		lines []string
	}{
		{"each", one(r.Each)}, {"once", one(r.Once)}, {"ascending", one(r.Ascending)}, {"in_order", r.InOrder},
		{"inside", r.Inside}, {"reaches", r.Reaches}, {"take_turns", one(r.TakeTurns)},
	} {
		if len(v.lines) > 0 {
			name, lines = v.name, v.lines
			count++
		}
	}
	if count != 1 {
		return "", nil
	}
	return name, lines
}

func one(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

// Codes are those that faults of the rule may have.
func (r *Rule) Codes() []verdict.Code {
	if r.Code != "" {
		return []verdict.Code{r.Code}
	}
	switch name, _ := r.verb(); name {
	case "each":
		return []verdict.Code{verdict.LostItem, verdict.DuplicatedItem, verdict.InventedItem}
	case "ascending":
		return []verdict.Code{verdict.ReorderedItem}
	case "in_order":
		return []verdict.Code{verdict.ReorderedItem, verdict.InventedItem}
	case "inside":
		if r.Says != "" {
			return []verdict.Code{verdict.Overflow, verdict.InventedItem}
		}
		return []verdict.Code{verdict.Overflow}
	case "reaches", "take_turns":
		return []verdict.Code{verdict.OverSynchronised}
	}
	return []verdict.Code{verdict.BrokenBoundary}
}
