package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/space"
	"github.com/ipccheck/ipccheck/check/internal/words"
	"github.com/ipccheck/ipccheck/check/verdict"
	"github.com/ipccheck/ipccheck/model/step"
)

// usage asserts that a command line is refused with one line and nothing else.
func usage(t *testing.T, want string, r result) {
	t.Helper()
	assert.Equal(t, exitUsage, r.code)
	assert.Empty(t, r.out)
	assert.Equal(t, "ipccheck: "+want+"\n", r.errors)
}

func TestUsageErrors(t *testing.T) {
	names := words.List(commands.Names(), "or")
	for line, want := range map[string]string{
		"":                   "no command: expected " + names + "; ipccheck help tells more",
		"explroe one-slot":   `there is no command "explroe" (did you mean explore?): expected ` + names,
		"-json explore":      `"-json" stands where the command is expected: write it behind the command, as in ipccheck explore MODEL -json`,
		"explore":            "explore: which model? ipccheck list names them all",
		"explore one-slto":   `explore: there is no model "one-slto" (did you mean one-slot?): ipccheck list names them all`,
		"explore two":        `explore: there is no model "two" (did you mean two-flags?): ipccheck list names them all`,
		"explore xyzzy":      `explore: there is no model "xyzzy": ipccheck list names them all`,
		"explore one-slot 3": `explore: one model at a time, not "one-slot" and "3": flags begin with a dash, lists have no blanks, as in -items 1,2`,

		"explore one-slot -rounds 2":                          `explore: one-slot has no parameter "rounds": it has producers and test; rounds belongs to two-flags`,
		"explore one-slot -producers":                         "explore: -producers needs a value, as in -producers=VALUE",
		"explore one-slot -producers -json":                   "explore: -producers needs a value, as in -producers=VALUE",
		"explore one-slot -producers 5":                       `-producers "5": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers 0..2":                    `-producers "0..2": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers -1":                      `-producers "-1": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers 4..1":                    `-producers "4..1": the range is empty: write 1..4`,
		"explore one-slot -producers=":                        `-producers "": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1,":                      `-producers "1,": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1..":                     `-producers "1..": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1...3":                   `-producers "1...3": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 1,1":                     `-producers "1,1": 1 is given twice`,
		"explore one-slot -producers 1..2,2..3":               `-producers "1..2,2..3": 2 is given twice`,
		"explore one-slot -producers 0x2":                     `-producers "0x2": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers two":                     `-producers "two": expected a number from 1 to 4, a range as in 1..4, or a list as in 1,2,4`,
		"explore one-slot -producers 99999999999999999999999": `-producers "99999999999999999999999": out of range: one-slot takes 1 to 4`,
		"explore one-slot -producers 1 -producers 2":          "explore: -producers is given twice: which one counts?",
		"explore one-slot -test atmic":                        `-test "atmic": there is no "atmic" (did you mean atomic?): one-slot takes careless or atomic`,
		"explore one-slot -test careless..atomic":             `-test "careless..atomic": a range needs numbers: list the words, as in careless,atomic`,
		"explore one-slot -test atomic -producers 1..4":       "one-slot cannot be built with producers=4 test=atomic: four are too many",

		"explore one-slot -workers 0":       `explore: -workers "0": expected a number from 1 to 1024`,
		"explore one-slot -states 0":        `explore: -states "0": expected a number from 1 to 9223372036854775807`,
		"explore one-slot -states 1e6":      `explore: -states "1e6": expected a number from 1 to 9223372036854775807`,
		"explore one-slot -depth -3":        `explore: -depth "-3": expected a number from 1 to 2147483647`,
		"explore one-slot -width 10":        `explore: -width "10": expected a number from 40 to 10000`,
		"explore one-slot -timeout 5":       `explore: -timeout "5": expected a time of more than 0 with its unit, as in 90s or 1h30m`,
		"explore one-slot -timeout 0s":      `explore: -timeout "0s": expected a time of more than 0 with its unit, as in 90s or 1h30m`,
		"explore one-slot -json=maybe":      "explore: -json is a switch: expected -json alone, -json=true or -json=false",
		"explore one-slot -junit=":          `explore: -junit "": expected the name of a file`,
		"explore one-slot -junit no/such/x": "explore: -junit: open no/such/x: no such file or directory",

		"list one-slto":     `list: there is no model "one-slto" (did you mean one-slot?): ipccheck list names them all`,
		"list -jsn":         `list: there is no flag "-jsn" (did you mean -json?): it has -color, -json and -width`,
		"explain IPC099":    `explain: there is no fault "IPC099" (did you mean IPC009?): ipccheck explain lists them all`,
		"explain deadlok":   `explain: there is no fault "deadlok" (did you mean deadlock?): ipccheck explain lists them all`,
		"explain lost":      `explain: "lost" may be IPC002 (lost item) or IPC007 (lost wakeup)`,
		"version 1":         `version: unexpected "1": it takes no names`,
		"help me":           `help: there is no command "me": expected ` + names,
		"help explore list": "help: one command at a time, not 2",
		"help -x":           `help: there is no flag "-x": it takes none`,

		"replay":                          "replay: expected one replay string, as in 'model:param=value#moves', one file, or - for standard input, not 0 arguments",
		"replay nothing":                  `replay: "nothing" is no file, and no replay string, as in 'model:param=value#moves'`,
		"replay one-slto#":                `replay: replay string: there is no model "one-slto" (did you mean one-slot?): ipccheck list names them all`,
		"replay #":                        `replay: replay string: there is no model "": ipccheck list names them all`,
		"replay one-slot:#":               `replay: replay string: "": expected param=value`,
		"replay one-slot:producers#0.0":   `replay: replay string: "producers": expected param=value`,
		"replay one-slot:producers=9#0.0": `replay: replay string: "producers=9": out of range: one-slot takes 1 to 4`,
		"replay one-slot:producers=1,producers=1#0.0": "replay: replay string: producers is given twice",
		"replay one-slot:prodcers=1#0.0":              `replay: replay string: one-slot has no parameter "prodcers" (did you mean producers?): it has producers and test`,
		"replay one-slot#nonsense":                    `replay: the run no longer fits one-slot: step 1: "nonsense" is no move: expected process.statement or process.statement.alternative, as in 0.2 or 0.2.1`,
		"replay one-slot#0.0,0.0":                     `replay: the run no longer fits one-slot: step 2: producer 1 has no statement 0 where it stands, at "put"`,
		"replay one-slot:producers=4,test=atomic#":    "replay: one-slot cannot be built with producers=4 test=atomic: four are too many",
	} {
		t.Run(line, func(t *testing.T) { usage(t, want, run(strings.Fields(line)...)) })
	}
}

// A flag that there is not: the error says which one may be meant, and where to read
// of all.
func TestUnknownFlag(t *testing.T) {
	for line, want := range map[string]string{
		"explore one-slot -producres 2": `explore one-slot: there is no flag "-producres" (did you mean -producers?): ipccheck list one-slot and ipccheck help explore list those that it has`,
		"explore -producres 2":          `explore: there is no flag "-producres" (did you mean -producers?): ipccheck help explore lists those that it has`,
		"explore one-slot -zzz 2":       `explore one-slot: there is no flag "-zzz": ipccheck list one-slot and ipccheck help explore list those that it has`,
		"test -buget 1s":                `test: there is no flag "-buget" (did you mean -budget?): ipccheck help test lists those that it has`,
	} {
		t.Run(line, func(t *testing.T) { usage(t, want, run(strings.Fields(line)...)) })
	}
}

// A mistake in the middle of a sweep shows before anything is explored.
func TestNothingIsExploredBeforeUsageIsClear(t *testing.T) {
	var out, errs bytes.Buffer
	tool := newTool(&out, &errs, "")
	tool.explore = func(step.Program, space.Options) *verdict.Verdict {
		t.Error("explored")
		return nil
	}
	for _, line := range []string{
		"explore one-slot -test atomic -producers 1..4", "explore one-slot -junit no/such/x", "explore one-slot -timeout x",
	} {
		assert.Equal(t, exitUsage, tool.run(context.Background(), strings.Fields(line)))
	}
}

func TestFlagsStandAnywhere(t *testing.T) {
	want := run("explore", "one-slot", "-producers", "3", "-test", "atomic", "-quiet")
	require.Equal(t, exitPass, want.code)
	for _, line := range []string{
		"explore -producers 3 one-slot -test atomic -quiet",
		"explore --producers=3 -quiet --test atomic one-slot",
		"explore -quiet=true -producers=3 -test=atomic -- one-slot",
	} {
		assert.Equal(t, want, run(strings.Fields(line)...), line)
	}
	assert.NotEqual(t, want, run("explore", "one-slot", "-producers", "3", "-test", "atomic", "-quiet=false"))
}

func TestNegativeValues(t *testing.T) {
	r := run("explore", "two-flags", "-rounds", "-1..1", "-quiet")
	assert.Equal(t, exitFail, r.code)
	assert.Equal(t, "PASS two-flags rounds=-1\nPASS two-flags rounds=0\nFAIL two-flags rounds=1: IPC001 deadlock\n", r.out)
}
