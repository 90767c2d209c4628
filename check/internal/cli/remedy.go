package cli

import (
	"fmt"

	"github.com/ipccheck/ipccheck/check/internal/search"
	"github.com/ipccheck/ipccheck/check/verdict"
)

// remedy adds to the reason of a verdict that decides nothing what may help, where the budget
// is used up that a flag gives.
func remedy(v *verdict.Verdict, threads string) {
	if v.Answer == verdict.Inconclusive && search.UsedUp(v.Reason) {
		v.Reason += fmt.Sprintf(": a larger -budget, or fewer %s and rounds, may decide it", threads)
	}
}
