package places

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/ipccheck/ipccheck/check/verdict"
)

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
