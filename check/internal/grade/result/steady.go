package result

import "github.com/ipccheck/ipccheck/check/internal/spelling"

// Steady gives the addresses in what a submission has written the numbers 1, 2 and so on:
// where something lies in memory is not the same twice.
func (r *Result) Steady() {
	steady(&r.Message)
	for i := range r.Properties {
		p := &r.Properties[i]
		steady(&p.Reason)
		for k := range p.Faults {
			f := &p.Faults[k]
			for _, text := range []*string{&f.Message, &f.Run, &f.Output} {
				steady(text)
			}
		}
	}
	for _, list := range [][]string{r.Notes, r.ForStaff} {
		for i := range list {
			steady(&list[i])
		}
	}
}

func steady(text *string) { *text = spelling.Addresses(*text) }
