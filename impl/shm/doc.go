//go:build linux

// Package shm is a bounded ring of messages in memory that processes share, for
// Linux. It survives the death of any process at any instruction: the others go on,
// or get [ErrPeerDied] if no process is left to wait for.
//
// A ring lives in a memory file of its own ([Create]), whose descriptor other processes
// inherit, or in a file with an unguessable name ([CreateIn]), to which they attach by
// path. The layout has a version. A ring is checked when a process attaches and with
// every operation: a foreign, truncated or damaged segment is an error, never a crash.
//
// Messages are of any length up to the size given at creation. They leave in the
// order in which they were accepted. With several producers (or consumers) those
// take turns under a lock; with [SingleProducer] and [SingleConsumer] there is
// none, and it is the textbook's circular queue, without a slot left free. An operation
// takes time proportional to the length of its message.
//
// One write to memory, of the index behind it, accepts a message, and one, of the index
// before it, takes it. So a process that dies has sent a message entirely or not at all,
// and an accepted message is lost only with the process that was just receiving it: at
// most one for each goroutine that was. The number of messages is the difference of the
// two indices, so that no death can falsify it. Closing the ring sets a bit in the word
// of the first index, so that every send comes before the close or after it. Waiters
// take over the lock of a dead process, and look again after a nap for a wake that a
// dead process owed them. `ipccheck explore shm-ring` explores a model of all that.
//
// Waiting: an operation is tried [Spins] times, for about 100 microseconds, and then
// sleeps on a futex, for at most [Nap] at a time. All processes must live in one
// PID namespace.
//
// Up to 64 processes may be attached. One that is killed in the middle of attaching
// leaves its slot in the table of members taken.
//
// Speed: with one producer and one consumer on two cores, 64 bytes and 1024 slots,
// 9 to 16 million messages a second; with 64 slots half of that, since the two
// then meet more often. A capacity that is a power of two is faster.
//
// A process that is attached need not open anything: it goes on without a free
// descriptor, and on a full disk. A peer counts as dead only if /proc or the kernel
// says so.
package shm
