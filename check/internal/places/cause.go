package places

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

// cause says how a fault comes about: a clause for each goroutine that has to do with
// it.
func (n *namer) cause(f *verdict.Finding) string {
	t := n.t
	switch {
	case f.Code == verdict.DataRace:
		return n.raceCause()
	case t.Fault != nil:
		text := n.t.Processes[t.Fault.Process] + " panics"
		if t.Fault.Position != "" {
			text += " at " + n.brief(t.Fault.Position)
		}
		return text + ": " + t.Fault.Message + "."
	case f.Code == verdict.Livelock:
		return n.spinning()
	case len(t.Waiting) > 0:
		return n.stuck(f.Code)
	}
	if m := complaint.FindStringSubmatch(f.Message); m != nil {
		return "The test complains at " + n.brief(n.fileOf(m[1])+":"+m[2]) + ": " + m[3] + "."
	}
	return ""
}

// complaint is what a test that fails has logged.
var complaint = regexp.MustCompile(`^the test fails: (\S+\.go):(\d+): (.*)$`)

// fileOf is the file of a trace that has a base name.
func (n *namer) fileOf(base string) string {
	for i := range n.sites {
		for _, g := range n.sites[i].frames {
			if strings.HasSuffix(g.path, "/"+base) {
				return n.short(g.path)
			}
		}
	}
	return base
}

// concern are those who wait, without a first goroutine that only waits for others to
// be done.
func (n *namer) concern() (ws []verdict.Waiting) {
	for _, w := range n.t.Waiting {
		if w.Process != 0 || w.Object == 0 || n.t.Objects[w.Object-1].Kind != "waitgroup" {
			ws = append(ws, w)
		}
	}
	if len(ws) == 0 {
		return n.t.Waiting
	}
	return ws
}

// stuck says who waits for what, and has what.
func (n *namer) stuck(code verdict.Code) string {
	var parts []string
	concern := n.concern()
	for _, w := range concern {
		verb := "waits"
		if code == verdict.Leak {
			verb = "stays behind: it waits"
		}
		what, _, _ := strings.Cut(w.For, ", held by")
		what, _, _ = strings.Cut(what, ", taken by")
		at := ""
		if w.Position != "" {
			at = " at " + n.brief(w.Position)
		}
		text := fmt.Sprintf("%s %s%s for %s", n.t.Processes[w.Process], verb, at, what)
		if has := n.has(w.Process); has != "" {
			text += " and has " + has
		}
		if !slices.Contains(parts, text) {
			parts = append(parts, text)
		}
	}
	if code == verdict.Leak {
		return strings.Join(parts, ". ") + ". Nobody else can get there any more: the test is over."
	}
	text := strings.Join(parts, "; ") + "."
	if len(parts) == 1 && len(n.t.Waiting) == 1 {
		text += " Nobody else is left."
	}
	return text
}

// has says which locks and tokens a process has at the end.
func (n *namer) has(process int) string {
	var all []string
	for _, h := range n.t.Holds {
		if h.Process != process {
			continue
		}
		text := n.t.Objects[h.Object-1].Name
		if h.Since > 0 {
			text += " since " + n.brief(n.t.Steps[h.Since-1].Position)
		}
		all = append(all, text)
	}
	for _, w := range n.t.Waiting {
		if w.Holder == nil || *w.Holder != process || w.Taken == 0 || w.Object == 0 || n.t.Objects[w.Object-1].Kind != "chan" {
			continue
		}
		text := n.t.Objects[w.Object-1].Name + ", taken at " + n.brief(n.t.Steps[w.Taken-1].Position)
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return strings.Join(all, " and ")
}

// spinning says who goes round for what.
func (n *namer) spinning() string {
	var parts []string
	for _, w := range n.t.Waiting {
		if !w.Spins {
			continue
		}
		at := ""
		if w.Position != "" {
			at = " at " + n.brief(w.Position)
		}
		text := n.t.Processes[w.Process] + " spins" + at
		if names := n.names(w.Objects); names != "" {
			text += " until " + strings.ReplaceAll(names, ", ", " or ") + " changes"
		}
		parts = append(parts, text)
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + ". Nobody is left who would change that."
}

// digits are what differs between faults that are the same.
var digits = regexp.MustCompile(`\d+`)

// fingerprint is the same for the same fault, wherever it stands: it has the code, and
// for each goroutine that waits the function, the call and the object.
func (n *namer) fingerprint(f *verdict.Finding) string {
	var parts []string
	for _, w := range n.t.Waiting {
		parts = append(parts, n.key(w.Site, w.Object))
	}
	switch {
	case n.t.Race != nil:
		for _, a := range n.t.Race.Accesses {
			parts = append(parts, a.Func+"|"+a.Text)
		}
	case n.t.Fault != nil:
		at := ""
		if len(n.t.Fault.Frames) > 0 {
			at = n.t.Fault.Frames[0].Func
		}
		parts = append(parts, at+"|"+digits.ReplaceAllString(n.t.Fault.Message, "0"))
	case len(parts) == 0:
		parts = append(parts, digits.ReplaceAllString(f.Message, "0"))
	}
	slices.Sort(parts)
	sum := sha256.Sum256([]byte(string(f.Code) + "\n" + strings.Join(slices.Compact(parts), "\n")))
	return hex.EncodeToString(sum[:16])
}

// key is what somebody waits in and for, without lines.
func (n *namer) key(site, object int) string {
	text := ""
	if site > 0 {
		s := n.t.Sites[site-1]
		text = s.Func + "|" + s.Label
	}
	if object > 0 {
		text += "|" + n.t.Objects[object-1].Name
	}
	return text
}
