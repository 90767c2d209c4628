package rewrite

import (
	"bytes"
	"fmt"
	"strings"
)

// died reports whether a process has ended by what the Go runtime says, and not
// with an exit status of its own.
func died(report string) bool {
	return strings.HasPrefix(report, "panic: ") || strings.HasPrefix(report, "fatal error: ")
}

// crashReport is what the Go runtime says when a program dies.
func crashReport(text string) string {
	for _, begin := range []string{"fatal error: ", "panic: "} {
		if i := strings.LastIndex(text, begin); i >= 0 {
			return lastLines(firstLines(text[i:], 40), 40)
		}
	}
	return lastLines(text, 20)
}

func firstLines(s string, n int) string {
	lines := strings.SplitAfter(s, "\n")
	return strings.Join(lines[:min(n, len(lines))], "")
}

func lastLines(s string, n int) string {
	lines := strings.SplitAfter(strings.TrimRight(s, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "")
}

// stuckAt finds in a dump of all goroutines where the controlled one is that does
// not go on.
func stuckAt(dump string) string {
	at := placeOf(dump, func(head, g string) bool {
		return !strings.Contains(head, "[coroutine") && strings.Contains(g, "ipccheck/exec.(*G).call")
	})
	if at == "" { // the search may have called a method of the program, for the text of a panic
		at = placeOf(dump, func(_, g string) bool { return strings.Contains(g, "ipccheck/search.") })
	}
	return at
}

// startsAt finds in a dump of all goroutines where the first one is, which makes the
// initialisers and TestMain.
func startsAt(dump string) string {
	return placeOf(dump, func(head, _ string) bool { return strings.HasPrefix(head, "goroutine 1 ") })
}

// placeOf is where the first of the goroutines in a dump is that is one of those.
func placeOf(dump string, of func(head, g string) bool) string {
	for _, g := range strings.Split(dump, "\n\n") {
		head, _, _ := strings.Cut(g, "\n")
		if !strings.HasPrefix(head, "goroutine ") || !of(head, g) {
			continue
		}
		state := ""
		if _, s, ok := strings.Cut(head, "["); ok {
			state, _, _ = strings.Cut(s, "]")
			state, _, _ = strings.Cut(state, ",")
		}
		lines := bytes.Split([]byte(g), []byte("\n"))
		for i := 1; i+1 < len(lines); i += 2 {
			f := string(lines[i])
			if strings.HasPrefix(f, "ipccheck/search.") {
				break // what called it is no part of what it does
			}
			if strings.HasPrefix(f, "runtime.") || strings.HasPrefix(f, "internal/") || strings.HasPrefix(f, "sync.") || strings.HasPrefix(f, "syscall.") || strings.HasPrefix(f, "iter.") || strings.HasPrefix(f, "ipccheck/") {
				continue
			}
			f = strings.NewReplacer("."+renamed+"Test", ".Test", "."+renamed+"main", ".main").Replace(f)
			place, _, _ := strings.Cut(strings.TrimSpace(string(lines[i+1])), " ")
			if k := strings.LastIndex(f, "("); k > 0 {
				f = f[:k]
			}
			if k := strings.LastIndex(place, "/"); k >= 0 {
				place = place[k+1:]
			}
			return fmt.Sprintf("in %s at %s (%s)", f, place, state)
		}
	}
	return ""
}

// ourPackages are those that do not panic for a program: what they call of it is
// known from its frame.
var ourPackages = []string{"ipccheck/search.", "ipccheck/prim.", "ipccheck/image.", "ipccheck/world.", "ipccheck/rewrite/"}

// inGoroutine is in the stack of what a goroutine of the program does.
const inGoroutine = "\nipccheck/exec.(*G).call("

// ourFault is where in ipccheck a process has died, "" if that is not what it died of.
func ourFault(report string) string {
	if !strings.HasPrefix(report, "panic: ") && !strings.HasPrefix(report, "fatal error: concurrent map") {
		return ""
	}
	_, stack, _ := strings.Cut(report, "\n\ngoroutine ")
	for _, f := range strings.Split(stack, "\n")[1:] {
		if strings.HasPrefix(f, "\t") || strings.HasPrefix(f, "runtime.") || strings.HasPrefix(f, "panic(") || strings.HasPrefix(f, "testing.tRunner") {
			continue
		}
		packages := ourPackages
		if strings.Contains(stack, "\nipccheck/exec.(*Exec).run(") && !strings.Contains(stack, inGoroutine) {
			packages = append(packages[:len(packages):len(packages)], "ipccheck/exec.") // it drives, and no code of the program calls it
		}
		for _, p := range packages {
			if strings.HasPrefix(f, p) {
				return f[:strings.LastIndexByte(f, '(')]
			}
		}
		return ""
	}
	return ""
}
