package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
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
		"bounded-buffer":   {"wrong": {"close"}, "wrong-room": {"items", "capacity"}, "wrong-three": {"close"}},
		"circular-queue":   {"wrong": {"items", "race"}, "wrong-full": {"capacity"}},
		"direct-links":     {"wrong": {"direct"}, "wrong-signal": {"waiting"}},
		"mailboxes":        {"wrong": {"close"}, "wrong-create": {"items"}, "wrong-direction": {"direct"}},
		"philosophers":     {"wrong": {"waiting"}, "wrong-table": {"overlap"}},
		"pipe":             {"wrong": {"atomic"}, "wrong-broken": {"close"}},
		"readers-writers":  {"wrong": {"waiting"}, "wrong-last": {"writers"}},
		"rendezvous":       {"wrong": {"meeting"}, "wrong-look": {"waiting"}},
		"semaphores":       {"wrong": {"items", "race"}},
		"unbounded-buffer": {"wrong": {"waiting"}, "wrong-close": {"close"}},

		"c-pipe":                {"wrong": {"eof", "waiting", "reap"}, "wrong-end": {"eof"}},
		"c-shared-memory":       {"wrong": {"cleanup"}, "wrong-prints": {"items", "order", "waiting", "blocking", "cleanup"}},
		"c-producers-consumers": {"wrong": {"waiting"}, "wrong-timeout": {"items", "order", "capacity", "total"}},
	}
	root := filepath.Join("..", "..", "testdata", "assignments")
	dirs, err := os.ReadDir(root)
	require.NoError(t, err)
	require.Len(t, dirs, len(lost))
	for _, d := range dirs {
		t.Run(d.Name(), func(t *testing.T) {
			long := os.Getenv("IPCCHECK_LONG") != ""
			if !long && !slices.Contains([]string{"bounded-buffer", "rendezvous", "c-shared-memory"}, d.Name()) {
				t.Skip("takes half a minute: set IPCCHECK_LONG=1")
			}
			dir := filepath.Join(root, d.Name())
			wrong, err := filepath.Glob(filepath.Join(dir, "wrong*"))
			require.NoError(t, err)
			require.Len(t, wrong, len(lost[d.Name()]))
			solutions := wrong
			if !long && !strings.HasPrefix(d.Name(), "c-") {
				solutions = wrong[:1]
			}
			if long || strings.HasPrefix(d.Name(), "c-") { // of a reference in Go the script grade has one
				solutions = append(solutions, filepath.Join(dir, "reference"))
			}
			results := t.TempDir()
			out, err := exec.Command("ipccheck", append([]string{"grade", "-quiet", "-results", results, dir}, solutions...)...).CombinedOutput()
			require.NoError(t, err, "%s", out)
			for _, solution := range solutions {
				name := filepath.Base(solution)
				var r struct {
					Points     float64
					Max        float64 `json:"max_points"`
					Properties []struct{ Name, Outcome string }
				}
				text, err := os.ReadFile(filepath.Join(results, name+".json"))
				require.NoError(t, err)
				require.NoError(t, json.Unmarshal(text, &r))
				var got []string
				for _, p := range r.Properties {
					if p.Outcome != "passed" {
						got = append(got, p.Name)
					}
				}
				assert.Equal(t, lost[d.Name()][name], got, name)
				assert.Equal(t, name == "reference", r.Points == r.Max, name)
			}
		})
	}
}
