package cprog

import (
	"time"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// Config says how a program is explored.
type Config struct {
	Args    []string // of the program
	Stdin   []byte   // what every execution reads
	NoRaces bool     // data races are not looked for
	Search  search.Options
	Time    time.Duration // of the whole exploration; 0: no limit
}

// Result is what has been found.
type Result struct {
	Verdict *verdict.Verdict
	Output  string // of the execution that fails
}
