package steptest

import (
	"encoding/csv"
	"fmt"
	"os"
	"slices"
	"strconv"

	"github.com/ipccheck/ipccheck/model/step"
)

// Build makes the program of the entry with that name: with its default arguments,
// but for those that are changed. It also returns the entry and all arguments.
func Build(entries []step.Entry, name string, changes step.Args) (step.Entry, step.Args, step.Program, error) {
	i := slices.IndexFunc(entries, func(e step.Entry) bool { return e.Name == name })
	if i < 0 {
		return step.Entry{}, nil, nil, fmt.Errorf("there is no entry %q", name)
	}
	args := entries[i].Defaults()
	for k, v := range changes {
		if _, ok := args[k]; !ok {
			return entries[i], nil, nil, fmt.Errorf("%s has no parameter %q", name, k)
		}
		args[k] = v
	}
	p, err := entries[i].Build(args)
	return entries[i], args, p, err
}

// Truth is what other tools agree on for one size of the model blocking-queue.
type Truth struct {
	Args   step.Args
	Counts Counts // without Faults
}

// ReadTruth reads a file of what other tools agree on, a size in a line.
func ReadTruth(file string) ([]Truth, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	var out []Truth
	for _, r := range rows[1:] {
		notify := slices.Index([]string{"one", "two", "all"}, r[3])
		r[3] = strconv.Itoa(notify)
		n := make([]int, len(r))
		for i, x := range r {
			if n[i], err = strconv.Atoi(x); err != nil {
				return nil, err
			}
		}
		out = append(out, Truth{
			step.Args{"producers": n[0], "consumers": n[1], "capacity": n[2], "notify": n[3]},
			Counts{Distinct: n[4], Transitions: n[5], Deadlocks: n[6], Levels: n[7], FirstDeadlock: n[8]},
		})
	}
	return out, nil
}
