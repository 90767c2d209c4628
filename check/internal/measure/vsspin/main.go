//go:build unix

// Command vsspin explores the same models with SPIN's exhaustive search and with
// this module's explorer, one after the other, and prints both rates and their
// ratio. SPIN (Debian: apt-get install spin) and a C compiler must be installed.
//
// SPIN's verifier is built without partial order reduction and with gcc -O3, and
// runs on one core. The models in Promela are in testdata/spin. Run it in the
// module's root:
//
//	go run ./check/internal/measure/vsspin
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/algo"
	"github.com/ipccheck/ipccheck/model/step"
)

// subjects are the models that are compared.
var subjects = []struct {
	model   string
	args    step.Args
	promela string
	pan     []string // bounds of SPIN's verifier with which it is fastest
}{
	{"blocking-queue", step.Args{"producers": 4, "consumers": 3, "capacity": 9, "notify": 1}, "blocking_queue.pml", []string{"-m3000000", "-w24"}},
	{"circular-pipeline", step.Args{"size": 4, "items": 50}, "circular_pipeline.pml", []string{"-m100000", "-w21"}},
}

// measure is one run of one tool.
type measure struct {
	states, transitions uint64
	wall, cpu           time.Duration
}

func (m measure) rate() float64 { return float64(m.transitions) / m.cpu.Seconds() / 1e6 }

func main() {
	if err := compare(); err != nil {
		fmt.Fprintln(os.Stderr, "vsspin:", err)
		os.Exit(2)
	}
}

func compare() error {
	dir, err := os.MkdirTemp("", "vsspin")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Printf("%-18s %-11s %10s %12s %8s %8s %9s %6s\n", "model", "tool", "states", "transitions", "wall s", "cpu s", "M/cpu-s", "ratio")
	for _, s := range subjects {
		spin, err := runSpin(dir, filepath.Join("testdata", "spin", s.promela), s.pan)
		if err != nil {
			return fmt.Errorf("%s: %w", s.promela, err)
		}
		row(s.model, "spin", spin, spin)
		p, err := program(s.model, s.args)
		if err != nil {
			return err
		}
		for _, workers := range []int{1, 2} {
			m, err := best(func() (measure, error) { return runSpace(p, workers) })
			if err != nil {
				return err
			}
			row(s.model, fmt.Sprintf("ipccheck/%d", workers), m, spin)
		}
	}
	return nil
}

// best is the run of three that took the least processor time.
func best(run func() (measure, error)) (measure, error) {
	var least measure
	for i := range 3 {
		m, err := run()
		if err != nil {
			return m, err
		}
		if i == 0 || m.cpu < least.cpu {
			least = m
		}
	}
	return least, nil
}

func row(model, tool string, m, spin measure) {
	fmt.Printf("%-18s %-11s %10d %12d %8.2f %8.2f %9.2f %6.2f\n",
		model, tool, m.states, m.transitions, m.wall.Seconds(), m.cpu.Seconds(), m.rate(), m.rate()/spin.rate())
}

func program(name string, args step.Args) (step.Program, error) {
	for _, e := range algo.Entries() {
		if e.Name != name {
			continue
		}
		all := e.Defaults()
		for k, v := range args {
			all[k] = v
		}
		return e.Build(all)
	}
	return nil, fmt.Errorf("no model is named %q", name)
}

func runSpace(p step.Program, workers int) (measure, error) {
	cpu, start := cpuTime(), time.Now()
	v := space.Explore(p, space.Options{Workers: workers})
	m := measure{v.Counts.Distinct, v.Counts.Transitions, time.Since(start), cpuTime() - cpu}
	if v.Answer != verdict.Pass {
		return m, fmt.Errorf("%s: verdict %s, expected pass", p.Name(), v.Answer)
	}
	return m, nil
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

var (
	statesLine      = regexp.MustCompile(`(?m)^\s*([0-9.e+]+) states, stored`)
	transitionsLine = regexp.MustCompile(`(?m)^\s*([0-9.e+]+) transitions`)
)

func runSpin(dir, promela string, bounds []string) (measure, error) {
	abs, err := filepath.Abs(promela)
	if err != nil {
		return measure{}, err
	}
	for _, c := range [][]string{
		{"spin", "-a", abs},
		{"gcc", "-O3", "-DSAFETY", "-DNOREDUCE", "-DMEMLIM=16000", "-o", "pan", "pan.c"},
	} {
		cmd := exec.Command(c[0], c[1:]...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			return measure{}, fmt.Errorf("%s: %w\n%s", strings.Join(c, " "), err, out)
		}
	}
	return best(func() (measure, error) { return runPan(dir, bounds) })
}

// runPan runs SPIN's verifier, which has been compiled.
func runPan(dir string, bounds []string) (measure, error) {
	cmd := exec.Command("./pan", bounds...)
	cmd.Dir = dir
	start := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(start)
	if err != nil {
		return measure{}, fmt.Errorf("pan: %w\n%s", err, out)
	}
	states, err1 := number(statesLine, out)
	transitions, err2 := number(transitionsLine, out)
	if err := errors.Join(err1, err2); err != nil {
		return measure{}, err
	}
	if !strings.Contains(string(out), "errors: 0") || strings.Contains(string(out), "max search depth too small") {
		return measure{}, fmt.Errorf("the search is not complete and clean:\n%s", out)
	}
	return measure{states, transitions, wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, nil
}

func number(re *regexp.Regexp, out []byte) (uint64, error) {
	m := re.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("the verifier's output has no line %q", re)
	}
	f, err := strconv.ParseFloat(string(m[1]), 64)
	return uint64(f), err
}
