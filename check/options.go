package check

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// Option tunes a suite.
type Option interface{ apply(*config) }

type option func(*config)

func (o option) apply(c *config) { o(c) }

// Seed chooses the operations that the suite issues: the same seed, the same
// operations. The default is 1. The environment's IPCCHECK_SEED goes before both.
func Seed(n uint64) Option { return option(func(c *config) { c.seed = n }) }

// Runs multiplies the number of executions by n. The default is 1. The
// environment's IPCCHECK_RUNS goes before both.
func Runs(n int) Option { return option(func(c *config) { c.runs = max(n, 1) }) }

// Patience is how long nothing may happen in the whole process before a wait
// counts as one in vain; the default is a second. An object that waits for
// timers of its own needs more than the longest of them.
func Patience(d time.Duration) Option { return option(func(c *config) { c.patience = d }) }

type config struct {
	seed     uint64
	runs     int
	patience time.Duration
}

// configure applies the options, then the environment, to the defaults. The
// error is about the environment.
func configure(options []Option) (config, error) {
	c := config{seed: 1, runs: 1, patience: time.Second}
	for _, o := range options {
		o.apply(&c)
	}
	if v := os.Getenv("IPCCHECK_SEED"); v != "" {
		n, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			return c, fmt.Errorf("the environment's IPCCHECK_SEED is %q: expected a number of at least 0", v)
		}
		c.seed = n
	}
	if v := os.Getenv("IPCCHECK_RUNS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return c, fmt.Errorf("the environment's IPCCHECK_RUNS is %q: expected a number of at least 1", v)
		}
		c.runs = n
	}
	return c, nil
}
