package linear

import (
	"slices"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
)

// unclosed is the history as if nobody had closed, without those who were told so. ok
// is false if nobody closed, or if a write of which a part is in was told so.
func unclosed(h record.History) (open record.History, ok bool) {
	closes := func(c record.Call) bool { return c.Kind == model.Close || c.Kind == model.CloseRead }
	if !slices.ContainsFunc(h.Calls, closes) {
		return open, false
	}
	open.End = h.End
	for _, c := range h.Calls {
		switch {
		case closes(c):
		case !c.Pending() && c.Status == model.Closed && c.Kind.Sends() && c.Result().N > 0:
			return open, false
		case c.Pending() || c.Status != model.Closed:
			open.Calls = append(open.Calls, c)
		}
	}
	return open, true
}
