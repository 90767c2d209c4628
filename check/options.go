package check

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/suite"
)

// Option tunes a suite.
type Option interface{ apply(*suite.Config) }

type option func(*suite.Config)

func (o option) apply(c *suite.Config) { o(c) }

// Seed chooses the operations that the suite issues: the same seed, the same
// operations. The default is 1. The environment's IPCCHECK_SEED overrides it.
func Seed(n uint64) Option { return option(func(c *suite.Config) { c.Seed = n }) }

// Runs multiplies the number of executions by n, which is 1 by default and at least. The
// environment's IPCCHECK_RUNS overrides it.
func Runs(n int) Option { return option(func(c *suite.Config) { c.Runs = max(n, 1) }) }

// Patience is how long every goroutine of the process may be blocked before the
// suite takes the operations that have not returned for stuck; the default is a
// second. An object that waits for timers of its own needs more than the longest of
// them.
func Patience(d time.Duration) Option { return option(func(c *suite.Config) { c.Patience = d }) }

// teller writes how far a suite is to stderr, if somebody may look at it: in verbose
// tests, or if it is a terminal.
func teller() func(doing string) {
	verbose := testing.Testing() && flag.Parsed() && testing.Verbose()
	if info, err := os.Stderr.Stat(); !verbose && (err != nil || info.Mode()&os.ModeCharDevice == 0) {
		return nil
	}
	return func(doing string) { fmt.Fprintln(os.Stderr, "ipccheck: "+doing) }
}

// configure applies the options, then the environment, to the defaults. The
// error is about the environment.
func configure(options []Option) (suite.Config, error) {
	c := suite.Config{Seed: 1, Runs: 1, Patience: time.Second, Tell: teller()}
	for _, o := range options {
		o.apply(&c)
	}
	if v := os.Getenv("IPCCHECK_SEED"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return c, fmt.Errorf("the environment's IPCCHECK_SEED is %q: expected a number of at least 0", v)
		}
		c.Seed = n
	}
	if v := os.Getenv("IPCCHECK_RUNS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return c, fmt.Errorf("the environment's IPCCHECK_RUNS is %q: expected a number of at least 1", v)
		}
		c.Runs = n
	}
	return c, nil
}
