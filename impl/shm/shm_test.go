//go:build linux

package shm

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/ipccheck/ipccheck/impl"
	"github.com/ipccheck/ipccheck/impl/internal/watchdog"
)

func ring(t *testing.T, capacity, size int, flags Flags) *Ring {
	watchdog.Start(t)
	t.Helper()
	r, err := Create(capacity, size, flags, Producer|Consumer)
	require.NoError(t, err)
	t.Cleanup(func() { _ = r.Detach() })
	return r
}

func TestMessagesKeepOrderLengthAndBounds(t *testing.T) {
	for _, flags := range []Flags{0, SingleProducer | SingleConsumer} {
		r := ring(t, 3, 10, flags)
		assert.Equal(t, []int{3, 10, 0}, []int{r.Cap(), r.Size(), r.Len()})
		buf := make([]byte, 10)
		_, err := r.TryRecv(buf)
		assert.Equal(t, impl.ErrEmpty, err)
		assert.Equal(t, impl.ErrSize, r.TrySend(make([]byte, 11)))
		for round := range 5 {
			for i, m := range []string{"", "a", "0123456789"} {
				require.NoError(t, r.Send([]byte(m)))
				assert.Equal(t, i+1, r.Len())
			}
			assert.Equal(t, impl.ErrFull, r.TrySend(nil))
			for _, want := range []string{"", "a", "0123456789"} {
				if len(want) > 0 {
					_, err := r.TryRecv(buf[:len(want)-1])
					assert.Equal(t, impl.ErrSize, err, "it stays")
				}
				n, err := r.Recv(buf)
				require.NoError(t, err)
				assert.Equal(t, want, string(buf[:n]), "round %d", round)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, err = r.RecvContext(ctx, buf)
		assert.Equal(t, context.Canceled, err)
		require.NoError(t, r.Send([]byte("last")))
		require.NoError(t, r.Close())
		assert.Equal(t, impl.ErrClosed, r.Close())
		assert.Equal(t, impl.ErrClosed, r.Send(nil))
		n, err := r.RecvContext(ctx, buf)
		require.NoError(t, err)
		assert.Equal(t, "last", string(buf[:n]))
		_, err = r.Recv(buf)
		assert.Equal(t, impl.ErrClosed, err)
	}
}

func TestManyGoroutinesLoseNothing(t *testing.T) {
	r := ring(t, 4, 8, 0)
	const producers, items = 4, 500
	var wg sync.WaitGroup
	for p := range producers {
		wg.Go(func() {
			for i := range items {
				assert.NoError(t, r.Send(binary.LittleEndian.AppendUint64(nil, uint64(p*items+i))))
			}
		})
	}
	got := make([][]uint64, 4)
	for c := range got {
		wg.Go(func() {
			buf := make([]byte, 8)
			for range items {
				_, err := r.Recv(buf)
				assert.NoError(t, err)
				got[c] = append(got[c], binary.LittleEndian.Uint64(buf))
			}
		})
	}
	wg.Wait()
	seen := map[uint64]bool{}
	for _, vs := range got {
		last := [producers]uint64{}
		for _, v := range vs {
			assert.False(t, seen[v])
			seen[v] = true
			p := v / items
			assert.GreaterOrEqual(t, v+1, last[p], "each consumer sees each producer in order")
			last[p] = v + 1
		}
	}
	assert.Len(t, seen, producers*items)
}

func TestAttachChecksWhatItGets(t *testing.T) {
	dir := t.TempDir()
	r, err := CreateIn(dir, 4, 16, SingleProducer, Producer)
	require.NoError(t, err)
	name := r.File().Name()
	info, err := os.Stat(name)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = AttachTo(name, Producer)
	assert.Equal(t, ErrTaken, err)
	assert.Equal(t, ErrTaken, errorOfOtherProcess(t, name))
	good, err := os.ReadFile(name)
	require.NoError(t, err)
	require.NoError(t, r.Detach())
	for what, damage := range map[string]func([]byte) []byte{
		"is foreign":       func([]byte) []byte { return make([]byte, 8192) },
		"is empty":         func([]byte) []byte { return nil },
		"is cut":           func(b []byte) []byte { return b[:len(b)-4096] },
		"is longer":        func(b []byte) []byte { return append(b, make([]byte, 4096)...) },
		"has version 1":    func(b []byte) []byte { b[atVersion] = 1; return b },
		"has no capacity":  func(b []byte) []byte { clear(b[atCapacity : atCapacity+4]); return b },
		"has a huge one":   func(b []byte) []byte { b[atCapacity+3] = 0xff; return b },
		"has other flags":  func(b []byte) []byte { b[atFlags] = 0x80; return b },
		"lies on its size": func(b []byte) []byte { b[atTotal] ^= 0x10; return b },
	} {
		path := filepath.Join(dir, "other")
		require.NoError(t, os.WriteFile(path, damage(append([]byte(nil), good...)), 0o600))
		_, err := AttachTo(path, Consumer)
		assert.ErrorIs(t, err, ErrForeign, what)
		require.NoError(t, os.Remove(path))
	}
	require.NoError(t, os.Chmod(name, 0o644))
	_, err = AttachTo(name, Consumer)
	assert.ErrorIs(t, err, ErrForeign, "others may write to it")
	require.NoError(t, os.Symlink(name, filepath.Join(dir, "link")))
	_, err = AttachTo(filepath.Join(dir, "link"), Consumer)
	assert.Error(t, err, "links are not followed")
	_, err = AttachTo(dir, Consumer)
	assert.Error(t, err)
	_, err = AttachTo("/dev/null", Consumer)
	assert.ErrorIs(t, err, ErrForeign)
}

// TestHostileSegment: other processes write nonsense into the ring, or truncate
// its file.
func TestHostileSegment(t *testing.T) {
	buf := make([]byte, 16)
	for what, damage := range map[string]func(*Ring){
		"more than it holds": func(r *Ring) { word64(r.mem, atTail).Store(99) },
		"less than nothing":  func(r *Ring) { word64(r.mem, atHead).Store(1) },
		"a long message":     func(r *Ring) { word64(r.mem, atTail).Store(1); word32(r.mem, atSlots).Store(1 << 31) },
		"an unknown holder":  func(r *Ring) { word32(r.mem, atTaking).Store(1 << 20); word32(r.mem, atSending).Store(1 << 20) },
		"other geometry":     func(r *Ring) { word32(r.mem, atCapacity).Store(1 << 30); word64(r.mem, atTail).Store(1 << 40) },
	} {
		r := ring(t, 4, 16, 0)
		damage(r)
		_, err := r.TryRecv(buf)
		assert.Equal(t, ErrBroken, err, what)
		if what != "a long message" && what != "less than nothing" { // it has not looked
			assert.Equal(t, ErrBroken, r.TrySend(buf), what)
		}
		assert.LessOrEqual(t, r.Len(), 4)
	}
	r, err := CreateIn(t.TempDir(), 4, 1<<16, 0, Producer|Consumer)
	require.NoError(t, err)
	require.NoError(t, r.File().Truncate(4096))
	assert.Equal(t, ErrBroken, r.Send(make([]byte, 1<<16)))
	require.NoError(t, r.File().Truncate(0))
	_, err = r.Recv(buf)
	assert.Equal(t, ErrBroken, err)
	assert.Zero(t, r.Len())
	assert.Equal(t, ErrBroken, r.Close())
}

// worker is what this test binary does when it is called as a process of a test.
func worker(args []string) error {
	switch args[0] {
	case "mount", "full": // makes a ring where there is little room
		if err := unix.Mount("none", args[1], "tmpfs", 0, "size=64k"); err != nil || args[0] == "mount" {
			return err
		}
		_, err := CreateIn(args[1], 64, 4096, 0, Producer)
		left, _ := os.ReadDir(args[1])
		fmt.Println(len(left), "left:", err)
		return nil
	case "quota":
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err != nil {
			return err
		}
		_, err := Create(64, 4096, 0, Producer)
		_, errIn := CreateIn(args[1], 64, 4096, 0, Producer)
		left, _ := os.ReadDir(args[1])
		fmt.Println(len(left), "left:", err, errIn)
		return nil
	}
	role := Producer
	switch args[0] {
	case "hold-taking", "consumer", "starved", "blind":
		role = Consumer
	}
	r, err := AttachTo(args[1], role)
	if err != nil {
		return err
	}
	switch args[0] {
	case "attach":
	case "starved", "blind": // and says, when it is asked, whether there is a producer
		if args[0] == "starved" {
			err = unix.Setrlimit(unix.RLIMIT_NOFILE, &unix.Rlimit{})
		} else {
			err = unix.Mount("none", "/proc", "tmpfs", 0, "")
		}
		if err != nil {
			return err
		}
		fmt.Println("ready")
		for {
			if _, err := os.Stdin.Read(make([]byte, 1)); err != nil {
				return nil
			}
			fmt.Println(r.others(Producer))
		}
	case "leave":
		return r.Detach()
	case "hold-sending": // half through a message
		if err := r.lock(atSending); err != nil {
			return err
		}
		at := atSlots + int(word64(r.mem, atTail).Load()%r.g.capacity*r.g.stride)
		copy(r.mem[at+8:], "half of")
	case "hold-taking":
		if err := r.lock(atTaking); err != nil {
			return err
		}
	case "accept": // and forget to wake
		if err := r.lock(atSending); err != nil {
			return err
		}
		word32(r.mem, atSlots).Store(8)
		copy(r.mem[atSlots+8:], "accepted")
		word64(r.mem, atTail).Add(1)
	}
	fmt.Println("ready")
	select {}
}

func TestMain(m *testing.M) {
	if args := os.Getenv("IPCCHECK_SHM_WORKER"); args != "" {
		if err := worker(strings.Split(args, " ")); err != nil {
			fmt.Println(err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// process starts one; it says ready, or its error.
func process(t *testing.T, what, name string) (kill func(), said string) {
	t.Helper()
	cmd := command(what, name)
	said = started(t, cmd)()
	kill = sync.OnceFunc(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	t.Cleanup(kill)
	return kill, said
}

func command(what, name string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "IPCCHECK_SHM_WORKER="+what+" "+name)
	return cmd
}

// started starts the command; what it returns reads what that says next.
func started(t *testing.T, cmd *exec.Cmd) (says func() string) {
	watchdog.Start(t)
	t.Helper()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	buf := make([]byte, 300)
	return func() string {
		n, _ := out.Read(buf)
		return strings.TrimSpace(string(buf[:n]))
	}
}

func errorOfOtherProcess(t *testing.T, name string) error {
	t.Helper()
	kill, said := process(t, "attach", name)
	kill()
	if said == ErrTaken.Error() {
		return ErrTaken
	}
	return errors.New(said)
}

func TestDeathIsSurvived(t *testing.T) {
	dir := t.TempDir()
	fresh := func() *Ring {
		r, err := CreateIn(dir, 4, 64, 0, Consumer)
		require.NoError(t, err)
		t.Cleanup(func() { _ = r.Detach() })
		return r
	}
	buf := make([]byte, 64)

	r := fresh()
	kill, said := process(t, "hold-sending", r.File().Name())
	require.Equal(t, "ready", said)
	kill()
	_, err := r.Recv(buf)
	assert.Equal(t, ErrPeerDied, err, "nobody is left who could send, and nothing was accepted")
	again, err := AttachTo(r.File().Name(), Producer)
	require.NoError(t, err)
	require.NoError(t, again.Send([]byte("whole")), "the lock of the dead is taken over")
	n, err := r.Recv(buf)
	require.NoError(t, err)
	assert.Equal(t, "whole", string(buf[:n]))
	require.NoError(t, again.Detach())

	r = fresh()
	kill, _ = process(t, "accept", r.File().Name())
	kill()
	n, err = r.Recv(buf)
	require.NoError(t, err, "what was accepted is there")
	assert.Equal(t, "accepted", string(buf[:n]))
	_, err = r.Recv(buf)
	assert.Equal(t, ErrPeerDied, err)

	r = fresh()
	producer, err := AttachTo(r.File().Name(), Producer)
	require.NoError(t, err)
	kill, said = process(t, "hold-taking", r.File().Name())
	require.Equal(t, "ready", said)
	require.NoError(t, producer.Send([]byte("kept")))
	kill()
	n, err = r.Recv(buf)
	require.NoError(t, err, "it had not been taken")
	assert.Equal(t, "kept", string(buf[:n]))

	// Whoever leaves in order may be followed by somebody else, so one waits.
	r = fresh()
	_, said = process(t, "leave", r.File().Name())
	assert.Empty(t, said)
	ctx, cancel := context.WithTimeout(context.Background(), 5*Nap)
	defer cancel()
	_, err = r.RecvContext(ctx, buf)
	assert.Equal(t, context.DeadlineExceeded, err)
}

// TestLateReclaimersHarmNobody: two processes see that a third has died; before the
// slower one reclaims its slot, a fourth has taken that, and the lock.
func TestLateReclaimersHarmNobody(t *testing.T) {
	watchdog.Start(t)
	r, err := CreateIn(t.TempDir(), 4, 8, 0, Consumer)
	require.NoError(t, err)
	kill, said := process(t, "hold-sending", r.File().Name())
	require.Equal(t, "ready", said)
	kill()
	const slot = 1
	seen := r.state(slot).Load()
	r.reclaim(slot, seen)
	next, err := AttachTo(r.File().Name(), Consumer)
	require.NoError(t, err)
	require.Equal(t, slot, next.slot)
	require.NoError(t, next.lock(atSending))
	r.reclaim(slot, seen)
	assert.Equal(t, next.tag, word32(r.mem, atSending).Load(), "it still has the lock")
	assert.Equal(t, uint32(live), next.state(slot).Load()&stateMask, "and its slot")
	assert.Equal(t, uint32(Producer), word32(r.mem, atDied).Load(), "and does not count as dead")
	next.unlock(atSending)
	require.NoError(t, next.Detach())
}

func TestSenderLearnsThatReceiversDied(t *testing.T) {
	r, err := CreateIn(t.TempDir(), 1, 8, 0, Producer)
	require.NoError(t, err)
	kill, said := process(t, "consumer", r.File().Name())
	require.Equal(t, "ready", said)
	require.NoError(t, r.Send([]byte("1")))
	done := make(chan error)
	go func() { done <- r.Send([]byte("2")) }()
	kill()
	assert.Equal(t, ErrPeerDied, <-done)
}

func TestSweepRemovesWhatIsLeft(t *testing.T) {
	dir := t.TempDir()
	used, err := CreateIn(dir, 1, 8, 0, Producer)
	require.NoError(t, err)
	left, err := CreateIn(dir, 1, 8, 0, Producer|Consumer)
	require.NoError(t, err)
	name := left.File().Name()
	kill, said := process(t, "attach", name)
	require.Equal(t, "ready", said)
	require.NoError(t, left.Detach())
	removed, err := Sweep(dir)
	require.NoError(t, err)
	assert.Empty(t, removed, "a process is attached")
	kill()
	removed, err = Sweep(dir)
	require.NoError(t, err)
	assert.Equal(t, []string{name}, removed)
	assert.FileExists(t, used.File().Name())
}

// TestRoomIsTakenAtOnce: where there is none, a ring is not made. A fault of memory
// in the middle of a message would be too late.
func TestRoomIsTakenAtOnce(t *testing.T) {
	r := ring(t, 1<<10, 1<<10, 0)
	var st unix.Stat_t
	require.NoError(t, unix.Fstat(int(r.File().Fd()), &st))
	assert.Equal(t, st.Size, st.Blocks*512)
	_, err := Create(MaxCapacity, MaxSize, 0, Producer)
	assert.ErrorIs(t, err, unix.ENOMEM)

	_, said := process(t, "quota", t.TempDir())
	assert.Regexp(t, `^0 left: shm: memory of \d+ bytes: file too large shm: room for \d+ bytes in .*: file too large$`, said)
	cmd := command("full", t.TempDir())
	cmd.SysProcAttr = private(t)
	assert.Regexp(t, `^0 left: shm: room for \d+ bytes in .*: no space left on device$`, started(t, cmd)())
	require.NoError(t, cmd.Wait())
}

func TestBadArguments(t *testing.T) {
	for _, c := range []struct {
		capacity, size int
		flags          Flags
		role           Role
	}{{0, 8, 0, Producer}, {MaxCapacity + 1, 8, 0, Producer}, {1, -1, 0, Producer}, {1, MaxSize + 1, 0, Producer}, {1, 8, 4, Producer}, {1, 8, 0, 0}, {1, 8, 0, 8}} {
		_, err := Create(c.capacity, c.size, c.flags, c.role)
		assert.Error(t, err)
	}
	_, err := CreateIn("/no/such/folder", 1, 8, 0, Producer)
	assert.Error(t, err)
}

func BenchmarkRing(b *testing.B) {
	for _, size := range []int{8, 64, 1024, 65536} {
		for _, flags := range []Flags{SingleProducer | SingleConsumer, 0} {
			name := "single"
			if flags == 0 {
				name = "several"
			}
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) {
				r, err := Create(1024, size, flags, Producer|Consumer)
				require.NoError(b, err)
				defer r.Detach()
				b.SetBytes(int64(size))
				b.ReportAllocs()
				done := make(chan struct{})
				go func() {
					defer close(done)
					buf := make([]byte, size)
					for range b.N {
						if _, err := r.Recv(buf); err != nil {
							b.Error(err)
							return
						}
					}
				}()
				m := make([]byte, size)
				for range b.N {
					if err := r.Send(m); err != nil {
						b.Fatal(err)
					}
				}
				<-done
			})
		}
	}
}
