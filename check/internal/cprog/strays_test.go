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

	"github.com/ipccheck/ipccheck/check/internal/search"
)

// calls of random programs, which unlock what they have not locked, too.
var strayCalls = strings.Fields(`
pthread_mutex_lock(&plain) pthread_mutex_unlock(&plain) pthread_mutex_unlock(&plain) pthread_mutex_trylock(&plain)
pthread_mutex_lock(&checks) pthread_mutex_unlock(&checks) pthread_mutex_trylock(&checks)
pthread_mutex_lock(&again) pthread_mutex_unlock(&again) pthread_mutex_trylock(&again)
pthread_spin_lock(&spin) pthread_spin_unlock(&spin) pthread_spin_trylock(&spin)
pthread_rwlock_rdlock(&rw) pthread_rwlock_wrlock(&rw) pthread_rwlock_unlock(&rw) pthread_rwlock_unlock(&rw) pthread_rwlock_tryrdlock(&rw) pthread_rwlock_trywrlock(&rw)
`)

// Random programs that lock and unlock as they like end in the same ways in all interleavings
// as in those that are looked at. Faults of several objects have no order: which comes first
// is not told.
func TestStrayUnlocks(t *testing.T) {
	count := 30
	if long {
		count = 2000
	}
	var c strings.Builder
	var mixed []bool
	for i := range count {
		r := rand.New(rand.NewPCG(uint64(i), 2))
		which := r.IntN(6)
		kind := [][]string{strayCalls[:4], strayCalls[4:7], strayCalls[7:10], strayCalls[10:13], strayCalls[13:], strayCalls}[which]
		mixed = append(mixed, which == 5)
		for k := range 3 {
			fmt.Fprintf(&c, "\tcase %d:\n", 3*i+k)
			for range r.IntN(4) {
				fmt.Fprintf(&c, "\t\ts = 50 * s + %s + 1;\n", kind[r.IntN(len(kind))])
			}
			c.WriteString("\t\tbreak;\n")
		}
	}
	text := `#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
static pthread_mutex_t plain = PTHREAD_MUTEX_INITIALIZER, checks, again;
static pthread_spinlock_t spin;
static pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
static int which;
static void *thread(void *arg)
{
	long s = 0;
	switch (3 * which + (int)(long)arg) {
` + c.String() + `	}
	return (void *)s;
}
int main(int argc, char **argv)
{
	pthread_t t[3];
	void *s[3];
	pthread_mutexattr_t a;
	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&checks, &a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&again, &a);
	pthread_spin_init(&spin, 0);
	which = atoi(argv[1]);
	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, thread, (void *)i);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], &s[i]);
	printf("%ld %ld %ld", (long)s[0], (long)s[1], (long)s[2]);
	return 0;
}
`
	t.Parallel()
	program(t, "choose.c") // skips the test if gcc is not there
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "strays.c"), []byte(text), 0o600))
	p, err := Source{Dir: dir, Files: []string{"strays.c"}}.Build(context.Background(), cache)
	require.NoError(t, err)
	defer p.Close()
	several := 0
	for i := range count {
		ends := [2]map[string]bool{{}, {}}
		for k, strategy := range []string{"optimal", "naive"} {
			v := Explore(context.Background(), p, "program", Config{Args: []string{strconv.Itoa(i)}, Search: search.Options{All: true, Strategy: strategy, Executions: 30_000}, Outcome: func(end, output string) {
				if mixed[i] {
					end, _, _ = strings.Cut(end, ":")
				}
				ends[k][end+": "+output] = true
			}}).Verdict
			require.NotEqual(t, "inconclusive", string(v.Answer), v.Reason)
		}
		require.Equal(t, ends[1], ends[0], "program %d", i)
		if len(ends[1]) > 2 {
			several++
		}
	}
	assert.Greater(t, several, count/20)
}
