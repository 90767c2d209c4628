package cli

import (
	"fmt"
	"slices"

	"github.com/ipccheck/ipccheck/check/internal/grade/assignment"
	"github.com/ipccheck/ipccheck/check/internal/grade/setup"
	"github.com/ipccheck/ipccheck/check/internal/words"
)

// setup writes the files for a platform, and says which.
func (t *tool) setup(p parsed) error {
	platform := p.flags["setup"]
	if !slices.Contains(setup.Platforms(), platform) {
		return usagef("grade: -setup %s%s: expected %s", words.Quote(platform), didYouMean(platform, setup.Platforms()), words.List(setup.Platforms(), "or"))
	}
	if len(p.names) != 1 && len(p.names) != 2 {
		return usagef("grade: -setup %s: for which assignment? expected ipccheck grade -setup PLATFORM ASSIGNMENT [DIR]", platform)
	}
	a, err := assignment.Read(p.names[0])
	if err != nil {
		return &usageError{"grade: " + err.Error()}
	}
	dir := "."
	if len(p.names) == 2 {
		dir = p.names[1]
	}
	names, err := setup.Write(platform, a, dir)
	if err != nil {
		return usagef("grade: -setup: %v", err)
	}
	for _, name := range names {
		if _, err := fmt.Fprintln(t.stdout, name); err != nil {
			return err
		}
	}
	return nil
}
