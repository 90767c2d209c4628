package algo_test

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ipccheck/ipccheck/check/record"
	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/algo"
	"github.com/ipccheck/ipccheck/model/step"
	"github.com/ipccheck/ipccheck/model/step/steptest"
)

func entry(t require.TestingT, name string) step.Entry {
	i := slices.IndexFunc(algo.Entries(), func(e step.Entry) bool { return e.Name == name })
	require.GreaterOrEqual(t, i, 0, name)
	return algo.Entries()[i]
}

func explore(t require.TestingT, e step.Entry, changes step.Args) steptest.Counts {
	_, _, p, err := steptest.Build([]step.Entry{e}, e.Name, changes)
	require.NoError(t, err)
	return steptest.Explore(p)
}

func TestBlockingQueueCounts(t *testing.T) {
	rows, err := steptest.ReadTruth("../../testdata/truth/blocking_queue.csv")
	require.NoError(t, err)
	require.Len(t, rows, 81)
	e := entry(t, "blocking-queue")
	for _, r := range rows {
		c := explore(t, e, r.Args)
		c.Faults = nil
		assert.Equal(t, r.Counts, c, "%v", r.Args)
	}
}

// With one notification there is a deadlock if and only if P + C > 2K.
func TestBlockingQueueLaw(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	e := entry(t, "blocking-queue")
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 5).Draw(t, "producers")
		c := rapid.IntRange(1, 4).Draw(t, "consumers")
		k := rapid.IntRange(1, 6).Draw(t, "capacity")
		notify := rapid.IntRange(0, 2).Draw(t, "notify")
		r := explore(t, e, step.Args{"producers": p, "consumers": c, "capacity": k, "notify": notify, "identities": 1})
		assert.Equal(t, notify == 0 && p+c > 2*k, r.Deadlocks > 0)
	})
}

// Every algorithm gets the verdict it states, with small arguments and with those
// that only it needs.
func TestExpectedVerdicts(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("runs on one thread: the race detector has nothing to see")
	}
	more := map[string][]step.Args{
		"circular-queue":       ringGrid(),
		"circular-pipeline":    {{"items": 3}, {"size": 2, "items": 4}, {"size": 3, "items": 3}},
		"blocking-queue":       {{}, {"capacity": 2}, {"notify": 1}, {"notify": 2}},
		"semaphore-buffer":     semaphoreGrid(),
		"condvar-buffer":       monitorGrid(),
		"shared-memory":        memoryGrid(),
		"shm-ring":             shmGrid(),
		"semaphore-rendezvous": product("variant", 0, 2, "rounds", 1, 4),
		"request-reply":        product("capacity", 0, 3, "rounds", 1, 3),
		"philosophers":         product("order", 0, 1, "philosophers", 2, 6),
	}
	for _, e := range algo.Entries() {
		t.Run(e.Name, func(t *testing.T) {
			all := []step.Args{e.Defaults()}
			if !testing.Short() && (e.Name != "shm-ring" || os.Getenv("IPCCHECK_LONG") != "") { // it has a grid, and large defaults
				all = append(all, steptest.Sweep(e)...)
			}
			for i, changes := range more[e.Name] {
				if e.Name == "shm-ring" && i%3 != 0 && os.Getenv("IPCCHECK_LONG") == "" {
					continue // one in three
				}
				args := e.Defaults()
				maps.Copy(args, changes)
				all = append(all, args)
			}
			for _, args := range all {
				assert.NoError(t, steptest.Verify(e, args))
			}
			t.Logf("%d models", len(all))
		})
	}
}

// To expand a state makes no garbage: what a step says is put into words where it is shown.
func TestTransitionsMakeNoGarbage(t *testing.T) {
	if _, race := record.Races(); race {
		t.Skip("the race detector has a pool forget what it is given")
	}
	for _, e := range algo.Entries() {
		p, err := e.Build(e.Defaults())
		require.NoError(t, err)
		words := p.Words()
		states := make([]uint64, words, 3000*words)
		p.Initial(states)
		b, transitions := step.NewBatch(p), 0
		expand := func(each func([]uint64)) {
			transitions = 0
			for at := 0; at < len(states) && at < 1000*words; at += words {
				b.Reset()
				p.Expand(states[at:at+words], b)
				transitions += b.Len()
				each(b.States[:b.Len()*words])
			}
		}
		expand(func(next []uint64) { states = append(states, next...) })
		made := testing.AllocsPerRun(3, func() { expand(func([]uint64) {}) })
		assert.Less(t, made, float64(transitions)/20, "%s: objects for %d transitions", e.Name, transitions)
	}
}

// An entry that expects too little or too much is told apart from a right one.
func TestWrongExpectationsAreSeen(t *testing.T) {
	e := entry(t, "philosophers")
	e.Expect = func(step.Args) []model.Code { return nil }
	assert.ErrorContains(t, steptest.Verify(e, e.Defaults()), "found [IPC001], the entry expects none")
	e = entry(t, "peterson")
	e.Expect = func(step.Args) []model.Code { return []model.Code{model.DataRace} }
	assert.ErrorContains(t, steptest.Verify(e, e.Defaults()), "found none, the entry expects [IPC010]")
}

// codes are those of the faults that were found, in order.
func codes(faults map[model.Code]int) []model.Code { return slices.Sorted(maps.Keys(faults)) }

// product is the grid of two parameters' ranges.
func product(a string, minA, maxA int, b string, minB, maxB int) (grid []step.Args) {
	for x := minA; x <= maxA; x++ {
		for y := minB; y <= maxB; y++ {
			args := step.Args{a: x}
			if b != "" {
				args[b] = y
			}
			grid = append(grid, args)
		}
	}
	return grid
}

func memoryGrid() (grid []step.Args) {
	for variant := range 3 {
		for processes := 1; processes <= 3; processes++ {
			for _, args := range product("rounds", 1, 2, "permits", 0, 6) {
				args["variant"], args["processes"] = variant, processes
				grid = append(grid, args)
			}
		}
	}
	return grid
}

func shmGrid() (grid []step.Args) {
	sizes := [][6]int{{1, 1, 1, 1, 1, 0}, {1, 1, 2, 1, 0, 0}, {1, 2, 1, 1, 0, 1}}
	if os.Getenv("IPCCHECK_LONG") != "" {
		sizes = append(sizes, [6]int{1, 1, 2, 2, 1, 0})
	}
	for variant := range 10 {
		for _, x := range sizes {
			for end := range 2 {
				grid = append(grid, step.Args{"producers": x[0], "consumers": x[1], "items": x[2], "capacity": x[3],
					"deaths": x[4], "deadlines": x[5], "close": end, "variant": variant})
			}
		}
	}
	const anyLock = 6
	return append(grid, step.Args{"deaths": 1, "variant": anyLock})
}

func semaphoreGrid() (grid []step.Args) {
	for order := range 2 {
		for _, x := range [][4]int{{1, 1, 1, 1}, {1, 1, 2, 2}, {2, 1, 1, 2}, {1, 2, 1, 2}, {2, 2, 1, 1}, {2, 2, 2, 2}, {3, 1, 4, 2}} {
			grid = append(grid, step.Args{"producers": x[0], "consumers": x[1], "capacity": x[2], "items": x[3], "order": order})
		}
	}
	return grid
}

func monitorGrid() (grid []step.Args) {
	for variant := range 4 {
		for p := 1; p <= 4; p++ {
			for c := 1; c <= 4; c++ {
				for k := 1; k <= 3; k++ {
					for items := 1; items <= 4; items++ {
						if p*items+c <= 6 {
							grid = append(grid, step.Args{"producers": p, "consumers": c, "capacity": k, "items": items, "variant": variant})
						}
					}
				}
			}
		}
	}
	return grid
}

func ringGrid() (grid []step.Args) {
	for size := 2; size <= 5; size++ {
		for _, c := range [][3]int{{1, 1, 3}, {1, 2, 1}, {1, 2, 2}, {2, 1, 1}, {2, 1, 2}, {3, 1, 1}, {2, 2, 1}, {2, 2, 2}} {
			grid = append(grid, step.Args{"size": size, "producers": c[0], "consumers": c[1], "items": c[2]})
		}
	}
	return grid
}

func TestEntriesAreComplete(t *testing.T) {
	names := map[string]bool{}
	for _, e := range algo.Entries() {
		assert.False(t, names[e.Name], "%s twice", e.Name)
		names[e.Name] = true
		assert.NotEmpty(t, e.Summary)
		assert.NotEmpty(t, e.Doc)
		for _, p := range e.Params {
			assert.NotEmpty(t, p.Help, "%s -%s", e.Name, p.Name)
			if p.Words == nil {
				assert.True(t, p.Min <= p.Default && p.Default <= p.Max, "%s -%s", e.Name, p.Name)
			} else {
				assert.Less(t, p.Default, len(p.Words), "%s -%s", e.Name, p.Name)
			}
		}
	}
}
