//go:build linux

// Package shm is a bounded ring of messages in memory that processes share, for
// Linux. It survives the death of any process at any instruction: the others go
// on, or are told that nobody is left to wait for.
//
// A ring lives in a memory file of its own ([Create]), whose descriptor is handed
// on, or in a file with an unguessable name ([CreateIn]), which others attach to
// by path. The layout has a version, and is checked when a process attaches and
// with every operation: a foreign, truncated or damaged segment is an error, never
// a crash.
//
// Messages are of any length up to the size given at creation. They leave in the
// order in which they were accepted. With several producers (or consumers) those
// take turns under a lock; with [SingleProducer] and [SingleConsumer] there is
// none, and it is the textbook's circular queue, without a slot left free.
//
// A message is accepted by one store, of the index behind it, and taken by one,
// of the index before it. So a process that dies has sent a message entirely or
// not at all, and what was accepted is lost only with the process that was just
// receiving it: at most one message for each goroutine that was. The number of
// messages and the number of free slots, for which others wait as on counting
// semaphores, are the difference of the two indices, so that no death can falsify
// them. The lock of a dead process is taken over; a wake that it owed is made up
// for by the waiters, which look again after a while.
//
// Waiting: an operation looks [Spins] times, about 100 microseconds, and then
// sleeps on a futex, for at most [Nap] at a time. All processes must live in one
// PID namespace.
//
// Speed: with one producer and one consumer on two cores, 64 bytes and 1024 slots,
// 9 to 16 million messages a second; with 64 slots half of that, since the two
// then meet more often. A capacity that is a power of two is faster.
//
// A process that has joined need not open anything: it goes on when it has no
// descriptor left, or the disk no room. A peer counts as dead only if /proc or the
// kernel says so.
package shm
