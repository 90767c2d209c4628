package main

import (
	"fmt"
	"slices"
	"strings"
)

// falseAlarm is the class of failures that are none.
const falseAlarm = "false alarm"

// classes of failures.
var classes = []string{
	"bug",         // of the module
	"bug in test", // the test relies on an order, or on a time, that nothing gives
	"leak",        // goroutines are left behind
	"race",        // of the module or of its test
	"fails",       // with go test as well
	falseAlarm,
}

// parseRead reads lines of the form "package test code: class: explanation", and
// returns the classes. Empty lines and those that begin with # mean nothing.
func parseRead(text string) (map[string]string, error) {
	read := map[string]string{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		parts := strings.SplitN(line, ": ", 3)
		if len(parts) != 3 || len(strings.Fields(parts[0])) != 3 {
			return nil, fmt.Errorf("line %d: expected package test code: class: explanation, got %q", n, line)
		}
		if !slices.Contains(classes, parts[1]) {
			return nil, fmt.Errorf("line %d: expected one of the classes %s, got %q", n, strings.Join(classes, ", "), parts[1])
		}
		read[parts[0]] = parts[1]
	}
	return read, nil
}
