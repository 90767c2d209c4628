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
// its wrong solution those of the properties that it loses.
func TestAssignments(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("submissions run in processes of their own")
	}
	lost := map[string][]string{
		"bounded-buffer": {"close"}, "mailboxes": {"close"}, "rendezvous": {"meeting"}, "semaphores": {"items", "race"},
		"c-pipe": {"eof", "waiting", "reap"}, "c-shared-memory": {"cleanup"}, "c-producers-consumers": {"waiting"},
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
			var out, errs bytes.Buffer
			cmd := exec.Command("ipccheck", "grade", "-quiet", "-format", "json", dir, filepath.Join(dir, "reference"), filepath.Join(dir, "wrong"))
			cmd.Stdout, cmd.Stderr = &out, &errs
			require.NoError(t, cmd.Run(), "%s", &errs)
			var results []struct {
				Points     float64
				Max        float64 `json:"max_points"`
				Properties []struct{ Name, Outcome string }
			}
			require.NoError(t, json.Unmarshal(out.Bytes(), &results))
			require.Len(t, results, 2)
			assert.Equal(t, results[0].Max, results[0].Points, "the reference")
			var got []string
			for _, p := range results[1].Properties {
				if p.Outcome != "passed" {
					got = append(got, p.Name)
				}
			}
			assert.Equal(t, lost[d.Name()], got)
			assert.Less(t, results[1].Points, results[1].Max)
		})
	}
}
