package stress

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/logfile"
	"github.com/ipccheck/ipccheck/check/linear"
	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/impl/faulty/osfault"
	"github.com/ipccheck/ipccheck/model"
)

func TestMain(m *testing.M) {
	Main()
	if what, ok := os.LookupEnv(envParent); ok {
		parent(what)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const patience = 20 * time.Second

// shipped are the transports that are not of these tests.
func shipped() (names []string) {
	faulty := map[string]bool{loud: true, "fifo" + held: true, "mailbox" + held: true}
	for _, v := range osfault.All() {
		faulty[v.Name] = true
	}
	for _, t := range Transports() {
		if !faulty[t.Name] {
			names = append(names, t.Name)
		}
	}
	return names
}

// everything is all that may disturb a run.
func everything() (names []string) {
	for _, d := range Disturbances {
		names = append(names, d.Name)
	}
	return names
}

// What a transport is stands in the help.
func TestTransportsSayWhatTheyAre(t *testing.T) {
	require.NotEmpty(t, shipped())
	for _, name := range shipped() {
		assert.NotEmpty(t, transports[name].help, name)
	}
}

// slow: with the race detector a process takes a second to begin.
func slow() bool {
	_, race := record.Races()
	return race
}

func judged(t *testing.T, c Config) *Result {
	t.Helper()
	r, err := Run(context.Background(), c, patience)
	require.NoError(t, err)
	require.False(t, r.Stuck)
	d := linear.Decide(model.NewBuffer(r.Spec), r.History, linear.Options{})
	require.Equal(t, linear.Explained, d.Answer, "%v %v", d.Findings, d.Reason)
	var file bytes.Buffer
	require.NoError(t, logfile.Write(&file, &logfile.Log{History: r.History, Capacity: -1}))
	_, err = logfile.Read(&file, "history", "", nil)
	require.NoError(t, err, "it can be read again")
	return r
}

func TestTransportsKeepTheirPromise(t *testing.T) {
	for _, transport := range shipped() {
		shapes := [][2]int{{1, 1}, {3, 2}}
		if slow() {
			shapes = shapes[1:]
		}
		for _, shape := range shapes {
			c := Config{Transport: transport, Producers: shape[0], Consumers: shape[1], Items: 2000, Size: 64, Capacity: 8, Seed: 1}
			r := judged(t, c)
			got := 0
			for _, call := range r.History.Calls {
				if call.Kind.Receives() && call.Done() {
					got++
				}
			}
			assert.Equal(t, c.Items, got, "%s", transport)
			assert.True(t, r.Drained)
			assert.Positive(t, r.History.Overlapping())
		}
	}
}

// TestKillsAreSurvived kills processes at random points. 500 for each transport:
//
//	IPCCHECK_KILLS=500 go test ./check/internal/stress -run Kills -timeout 2h
func TestKillsAreSurvived(t *testing.T) {
	kills := 20
	if slow() {
		kills = 2
	}
	if s := os.Getenv("IPCCHECK_KILLS"); s != "" {
		var err error
		kills, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	for _, transport := range append(shipped(), "shm, starved") {
		t.Run(transport, func(t *testing.T) {
			faults := []string{"kill", "signals"}
			transport, starved := strings.CutSuffix(transport, ", starved")
			if starved {
				faults = append(faults, "descriptors", "quota")
			}
			killed := 0
			for seed := uint64(0); killed < kills; seed++ {
				require.Less(t, seed, uint64(10*kills), "nobody is killed")
				c := Config{Transport: transport, Producers: 4, Consumers: 4, Items: 3000, Size: 64, Capacity: 8,
					Disturbances: faults, Kills: 6, Seed: seed}
				r := judged(t, c)
				killed += r.Killed
				// A receiver that was killed may have taken one message with it.
				sent, got, pending := 0, 0, 0
				for _, call := range r.History.Calls {
					switch {
					case call.Kind.Sends() && call.Done():
						sent++
					case call.Kind.Receives() && call.Done():
						got++
					case call.Pending():
						pending++
					}
				}
				assert.LessOrEqual(t, sent-got, pending)
			}
		})
	}
}

func TestEverythingAtOnce(t *testing.T) {
	for _, transport := range shipped() {
		judged(t, Config{Transport: transport, Producers: 4, Consumers: 4, Items: 4000, Size: 200, Capacity: 4, Disturbances: everything(), Kills: 2, Seed: 3})
	}
}

func TestNothingIsLeftBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir()) // others may test at the same time
	count := func() (fds, queues int) {
		open, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		left, err := filepath.Glob("/dev/shm/ipccheck-*")
		require.NoError(t, err)
		dirs, err := filepath.Glob(filepath.Join(os.TempDir(), "ipccheck-stress-*"))
		require.NoError(t, err)
		return len(open), len(left) + len(dirs)
	}
	judged(t, Config{Transport: "shm", Producers: 1, Consumers: 1, Items: 10, Size: 8, Capacity: 8}) // what is opened once
	fds, files := count()
	rounds := 3
	if slow() {
		rounds = 1
	}
	for range rounds {
		for _, transport := range shipped() {
			judged(t, Config{Transport: transport, Producers: 2, Consumers: 2, Items: 100, Size: 8, Capacity: 8})
		}
	}
	fdsNow, filesNow := count()
	assert.LessOrEqual(t, fdsNow, fds)
	assert.Equal(t, files, filesNow)
}

func TestTornMessagesShow(t *testing.T) {
	for _, size := range []int{8, 9, 16, 64, 100} {
		m := make([]byte, size)
		v := record.Tag(3, 7)
		fill(m, v)
		assert.Equal(t, v, value(m, size))
		if size > 8 {
			m[size-1] ^= 1
			assert.NotEqual(t, v, value(m, size))
			assert.Greater(t, value(m, size), int64(1)<<61)
		}
		assert.NotEqual(t, v, value(m[:size-1], size))
	}
}

func TestRunThatIsInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Run(ctx, Config{Transport: "pipe", Producers: 1, Consumers: 1, Items: 1_000_000, Size: 8}, patience)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = Run(context.Background(), Config{Transport: "mq", Producers: 1, Consumers: 1, Items: 1, Size: 8, Capacity: 1 << 16}, patience)
	assert.ErrorContains(t, err, "mq: open")
}
