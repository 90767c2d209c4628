package stress

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/faulty/osfault"
	"github.com/ipccheck/ipccheck/model"
)

func init() {
	for _, v := range osfault.All() {
		register(transport{
			name: v.Name,
			open: func(s *setup, c Config) error {
				var err error
				s.sending, s.taking, err = v.Open(c.Size)
				s.whenStarted = func() {
					for _, f := range slices.Concat(s.sending, s.taking) {
						f.Close()
					}
				}
				return err
			},
			join: func(j job, files []*os.File) (impl.Messages, error) {
				return v.Join(j.Size, files, j.Write)
			},
		})
	}
}

// TestFaultyTransportsAreCaught: each under its own code, in one of some runs.
func TestFaultyTransportsAreCaught(t *testing.T) {
	if slow() && testing.Short() {
		t.Skip("they are faults of processes, no matter of races")
	}
	for _, v := range osfault.All() {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			var seen []model.Code
			for seed := range uint64(20) {
				c := Config{Transport: v.Name, Producers: 2, Consumers: 1, Items: 4000, Size: v.Size, Seed: seed}
				if v.Name == "posted-before-written" || v.Name == "missing-wake" {
					c.Producers = 1
				}
				if v.Name == "posted-before-written" {
					c.Items = 100 // what was never written is in the slots at the beginning only
				}
				r, err := Run(context.Background(), c, time.Second)
				require.NoError(t, err)
				d := linear.Decide(model.Unbounded(), r.History, linear.Options{Drained: r.Drained})
				for _, f := range d.Findings {
					seen = append(seen, model.Code(f.Code))
				}
				if r.Stuck {
					seen = append(seen, model.Code(r.StuckCode))
				}
				if slices.Contains(seen, v.Code) {
					return
				}
			}
			assert.Contains(t, seen, v.Code, "%s", v.Text)
		})
	}
}
