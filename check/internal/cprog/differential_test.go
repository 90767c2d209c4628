//go:build linux && amd64 && !race

package cprog

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ipccheck/ipccheck/check/internal/prim"
	"github.com/ipccheck/ipccheck/check/internal/prim/primtest"
	"github.com/ipccheck/ipccheck/check/internal/search"
)

// Objects of random programs, as [primtest.Program] numbers them.
const (
	word0 = iota
	word1
	mutex0
	mutex1
	rwlock
	semaphore0
	objects
)

// statement is what a thread of a random program does, in both forms.
type statement struct {
	op   prim.Op
	text string
}

var statements = []statement{
	{prim.On(prim.OpLoad, word0), "atomic_load(&word[0]);"}, {prim.On(prim.OpLoad, word1), "atomic_load(&word[1]);"},
	{prim.On(prim.OpStore, word0), "atomic_store(&word[0], ++n);"}, {prim.On(prim.OpStore, word1), "atomic_store(&word[1], ++n);"},
	{prim.On(prim.OpRMW, word0), "atomic_fetch_add(&word[0], 1);"},
	{prim.On(prim.OpLock, mutex0), "pthread_mutex_lock(&mutex[0]);"}, {prim.On(prim.OpUnlock, mutex0), "pthread_mutex_unlock(&mutex[0]);"},
	{prim.On(prim.OpLock, mutex1), "pthread_mutex_lock(&mutex[1]);"}, {prim.On(prim.OpUnlock, mutex1), "pthread_mutex_unlock(&mutex[1]);"},
	{prim.On(prim.OpRLock, rwlock), "pthread_rwlock_rdlock(&rwlock);"}, {prim.On(prim.OpRUnlock, rwlock), "pthread_rwlock_unlock(&rwlock);"},
	{prim.On(prim.OpLock, rwlock), "pthread_rwlock_wrlock(&rwlock);"}, {prim.On(prim.OpUnlock, rwlock), "pthread_rwlock_unlock(&rwlock);"},
	{prim.On(prim.OpSemPost, semaphore0), "sem_post(&semaphore);"}, {prim.On(prim.OpSemWait, semaphore0), "sem_wait(&semaphore);"},
}

// randomThread is a list of statements that unlock only what they have locked, and lock
// nothing twice.
func randomThread(r *rand.Rand) (list []statement) {
	held := map[int32]prim.Kind{}
	unlocks := map[prim.Kind]prim.Kind{prim.OpUnlock: prim.OpLock, prim.OpRUnlock: prim.OpRLock}
	for range 1 + r.IntN(4) {
		s := statements[r.IntN(len(statements))]
		has, locked := held[s.op.Obj]
		if lock, ok := unlocks[s.op.Kind]; ok {
			if !locked || has != lock {
				continue
			}
			delete(held, s.op.Obj)
		} else if s.op.Kind == prim.OpLock || s.op.Kind == prim.OpRLock {
			if locked {
				continue
			}
			held[s.op.Obj] = s.op.Kind
		}
		list = append(list, s)
	}
	return list
}

// Random programs have as many executions, and as many deadlocks, as the same lists of
// operations have that nobody compiles.
func TestRandomPrograms(t *testing.T) {
	count := 40
	if long {
		count = 2000
	}
	var c strings.Builder
	c.WriteString(`#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
static atomic_int word[2];
static pthread_mutex_t mutex[2] = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER};
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static sem_t semaphore;
static int which;
`)
	var programs [][][]prim.Op
	var bodies strings.Builder
	for i := range count {
		r := rand.New(rand.NewPCG(uint64(i), 1))
		var threads [][]prim.Op
		for k := range 3 {
			list := randomThread(r)
			var ops []prim.Op
			fmt.Fprintf(&bodies, "\tcase %d: {\n\t\tint n = %d;\n\t\t(void)n;\n", 3*i+k, 10*k)
			for _, s := range list {
				ops = append(ops, s.op)
				fmt.Fprintf(&bodies, "\t\t%s\n", s.text)
			}
			bodies.WriteString("\t\tbreak;\n\t}\n")
			threads = append(threads, ops)
		}
		programs = append(programs, threads)
	}
	fmt.Fprintf(&c, "static void *thread(void *arg)\n{\n\tswitch (3 * which + (int)(long)arg) {\n%s\t}\n\treturn NULL;\n}\n", bodies.String())
	c.WriteString(`int main(int argc, char **argv)
{
	pthread_t t[3];
	which = atoi(argv[1]);
	sem_init(&semaphore, 0, 1);
	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return argc - 2;
}
`)
	program(t, "choose.c") // skips the test if gcc is not there
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "random.c"), []byte(c.String()), 0o600))
	p, err := Source{Dir: dir, Files: []string{"random.c"}}.Build(context.Background(), cache)
	require.NoError(t, err)
	defer p.Close()
	o := search.Options{All: true, Strategy: "optimal", Executions: 20_000}
	deadlocked := 0
	for i, threads := range programs {
		start := make([]prim.State, objects)
		start[semaphore0].N = 1
		want := search.Explore("list", primtest.New(primtest.Program{Threads: threads, Objects: start}), o).Counts
		got := Explore(context.Background(), p, "program", Config{Args: []string{strconv.Itoa(i)}, Search: o}).Verdict.Counts
		assert.Equal(t, [3]uint64{want.Executions, want.Deadlocked, 0}, [3]uint64{got.Executions, got.Deadlocked, got.Blocked}, "program %d: %v", i, threads)
		if want.Deadlocked > 0 {
			deadlocked++
		}
	}
	assert.Greater(t, deadlocked, count/20)
}
