package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/record"
)

// Each assignment in testdata/assignments gives its reference full points, and takes from
// each of its wrong solutions those of the properties that it loses.
func TestAssignments(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("submissions run in processes of their own")
	}
	lost := map[string]map[string][]string{ // by assignment and wrong solution
		"bounded-buffer":   {"wrong": {"close"}},
		"circular-queue":   {"wrong": {"items", "race"}, "wrong-full": {"capacity"}},
		"direct-links":     {"wrong": {"direct"}, "wrong-signal": {"waiting"}},
		"mailboxes":        {"wrong": {"close"}, "wrong-direction": {"direct"}},
		"philosophers":     {"wrong": {"waiting"}, "wrong-table": {"overlap"}},
		"pipe":             {"wrong": {"atomic"}, "wrong-broken": {"close"}},
		"readers-writers":  {"wrong": {"waiting"}, "wrong-last": {"writers"}},
		"rendezvous":       {"wrong": {"meeting"}},
		"semaphores":       {"wrong": {"items", "race"}},
		"unbounded-buffer": {"wrong": {"waiting"}, "wrong-close": {"close"}},

		"c-pipe":                {"wrong": {"eof", "waiting", "reap"}, "wrong-end": {"eof"}},
		"c-shared-memory":       {"wrong": {"cleanup"}},
		"c-producers-consumers": {"wrong": {"waiting"}, "wrong-timeout": {"items", "order", "capacity"}},
	}
	root := filepath.Join("..", "..", "testdata", "assignments")
	dirs, err := os.ReadDir(root)
	require.NoError(t, err)
	require.Len(t, dirs, len(lost))
	for _, d := range dirs {
		t.Run(d.Name(), func(t *testing.T) {
			if d.Name() != "rendezvous" && d.Name() != "c-shared-memory" && os.Getenv("IPCCHECK_LONG") == "" {
				t.Skip("takes half a minute: set IPCCHECK_LONG=1")
			}
			dir := filepath.Join(root, d.Name())
			wrong, err := filepath.Glob(filepath.Join(dir, "wrong*"))
			require.NoError(t, err)
			require.Len(t, wrong, len(lost[d.Name()]))
			var out, errs bytes.Buffer
			cmd := exec.Command("ipccheck", append([]string{"grade", "-quiet", "-format", "json", dir, filepath.Join(dir, "reference")}, wrong...)...)
			cmd.Stdout, cmd.Stderr = &out, &errs
			require.NoError(t, cmd.Run(), "%s", &errs)
			var results []struct {
				Points     float64
				Max        float64 `json:"max_points"`
				Properties []struct{ Name, Outcome string }
			}
			require.NoError(t, json.Unmarshal(out.Bytes(), &results))
			require.Len(t, results, 1+len(wrong))
			assert.Equal(t, results[0].Max, results[0].Points, "the reference")
			for i, r := range results[1:] {
				name := filepath.Base(wrong[i])
				var got []string
				for _, p := range r.Properties {
					if p.Outcome != "passed" {
						got = append(got, p.Name)
					}
				}
				assert.Equal(t, lost[d.Name()][name], got, name)
				assert.Less(t, r.Points, r.Max, name)
			}
		})
	}
}
