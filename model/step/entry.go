package step

import "github.com/ipccheck/ipccheck/model"

// Entry is a named program with parameters and the verdict it must get: a line
// in the list of models that a user can explore by name.
type Entry struct {
	Name    string // "circular-queue"
	Summary string // one line
	Doc     string // a paragraph or two: what it models, one step, who wrote it first
	Params  []Param
	// Build makes the program. The arguments are complete and in range.
	Build func(Args) (Program, error)
	// Expect is the verdict the program must get with these arguments: codes,
	// in order, of faults that exploration to the end finds; none for pass.
	Expect func(Args) []model.Code
}

// Param is one parameter of a model: an integer in a range, or a word out of a
// list.
type Param struct {
	Name     string // "producers"
	Help     string
	Default  int
	Min, Max int
	// Words, if set, makes the parameter a choice of words; the value is the
	// index, and Min and Max are ignored.
	Words []string
}

// Args are the values of an entry's parameters, by name.
type Args map[string]int

// Defaults returns the entry's default arguments.
func (e Entry) Defaults() Args {
	a := Args{}
	for _, p := range e.Params {
		a[p.Name] = p.Default
	}
	return a
}
