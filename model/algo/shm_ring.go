package algo

import (
	"fmt"

	"github.com/ipccheck/ipccheck/model"
	"github.com/ipccheck/ipccheck/model/step"
)

// Variants of the ring in shared memory.
const (
	shmRight = iota
	shmWordLeft
	shmCountedLate
	shmSeenLate
	shmSignalFirst
	shmNoLastLook
	shmAnyLock
	shmDeadlineFirst
	shmClosedApart
	shmCloseWakesOne
)

// Sides of the ring: those who move the tail and those who move the head. A side
// signals the word with its number and waits on the other one.
const (
	sending = iota
	taking
)

// How a process tries.
const (
	fastTry    = iota
	countedTry // it is counted as a sleeper
	lastTry    // its peers have died
)

// What a process saw in its try.
const (
	shmDone = iota
	shmRefused
	shmClosed
	shmExpired
)

// shmState is the state of a ring and of its processes: producers, then consumers.
type shmState struct {
	Ledger   step.Ledger  // ghost: messages accepted and not yet received
	Slots    [3]step.Item // messages
	Hand     [4]step.Item // by process: the message that it copied
	Head     uint8        // messages taken so far
	Tail     uint8        // messages accepted so far
	Word     [2]uint8     // futexes: changed by producers, by consumers
	Sleepers [2]uint8     // counted on each
	Lock     [2]uint8     // of producers, of consumers: 0, or 1 + its holder
	Sent     [2]uint8     // by producer: messages sent
	Seen     [4]uint8     // by process: the word as it read it
	Try      [4]uint8     // by process: how it tries
	Saw      [4]uint8     // by process: what it saw
	Reclaims [4]uint8     // by process: 1 + the process whose slot it reclaims
	PC       [5]uint8
	Kills    uint8   // left
	Expiries uint8   // deadlines that may pass yet
	Closed   bool    // a bit of the tail
	Died     [2]bool // by side: a process of it was found dead
	Member   [4]bool // by process: it has a slot in the table
	Dead     [4]bool // by process: it was killed
	Left     [4]bool // by process: it has ended
	Asleep   [4]bool // by process: in the kernel
	Napped   [4]bool // ghost, by process: it looked after a nap since anything changed
	Drained  bool    // ghost: a consumer learnt that nothing comes any more
	_        [8]uint8
}

func shmRing() step.Entry {
	return step.Entry{
		Name:    "shm-ring",
		Summary: "ring in shared memory with futexes that survives killed processes",
		Doc: `Producers and consumers share a ring of messages in memory, as impl/shm does it.
A message is accepted when the tail moves and taken when the head moves. A process
that finds the ring full (or empty) counts itself as a sleeper, reads a futex word,
tries again, and sleeps while the word has that value. Whoever moves an index looks
for sleepers then; if there are any it changes the word and wakes one. Several
processes of a side take turns under a lock. An access to shared memory or a futex
call is a step, and so is copying a message or taking a lock.

Up to -deaths processes are killed, anywhere. A sleeper looks again after a nap; that
is modelled only after a death, since nobody may need it before. The sleeper reclaims
the slots of dead processes in the table of members, releases their locks, and gives
up if no peer is left and one died. With -deadlines the deadline of a receive may
pass. Each consumer closes the ring after its first message, or the last producer
when it is done (-close). A closed ring is a bit of its tail.

  word-left        a signal wakes, and leaves the futex word as it is
  counted-late     a sleeper is counted after its last try
  seen-late        a sleeper reads the word after its last try
  signal-first     the signal comes before the index moves
  no-last-look     a consumer whose producers died does not try again (-deaths 1)
  any-lock         reclaiming a slot releases the locks, whoever holds them
                   (-deaths 1)
  deadline-first   after a wake the deadline is looked at before the ring is
                   (-consumers 2 -deadlines 1)
  closed-apart     closing sets a flag beside the tail: a sender that has looked at
                   it moves the tail all the same (-items 2 -close receiver)
  close-wakes-one  closing wakes one sleeper of each side (-consumers 2 -close sender)

What it leaves out: a process keeps a copy of the other side's index, which only
grows; a slot of the table is taken again by another process, with a new number; the
lock has sleepers of its own.`,
		Params: []step.Param{
			processes("producers", "producers", 1, 2),
			processes("consumers", "consumers", 2, 2),
			{Name: "items", Help: "messages each producer sends", Default: 1, Min: 1, Max: 3},
			{Name: "capacity", Help: "messages the ring holds", Default: 1, Min: 1, Max: 3},
			{Name: "deaths", Help: "processes that may be killed", Default: 1, Min: 0, Max: 3},
			{Name: "deadlines", Help: "receives whose deadline may pass, of all consumers but one", Default: 0, Min: 0, Max: 1},
			{Name: "close", Help: "who closes the ring", Words: []string{"receiver", "sender"}},
			{Name: "variant", Help: "the mistake", Words: []string{"right", "word-left", "counted-late", "seen-late", "signal-first",
				"no-last-look", "any-lock", "deadline-first", "closed-apart", "close-wakes-one"}},
		},
		Build:  func(a step.Args) (step.Program, error) { return buildShmRing(a), nil },
		Expect: expectShmRing,
	}
}

// shmRingOf is what the statements of a ring depend on.
type shmRingOf struct {
	m               *step.Model[shmState]
	sides           [2][]int // processes
	items, capacity int
	receiverCloses  bool
	variant         int
	track           *step.Tracker[shmState]
}

func buildShmRing(a step.Args) step.Program {
	m := step.New[shmState]("shm-ring")
	r := &shmRingOf{m: m, items: a["items"], capacity: a["capacity"], receiverCloses: a["close"] == 0, variant: a["variant"]}
	producers, all := a["producers"], a["producers"]+a["consumers"]
	for pid := range all {
		side := sending
		if pid >= producers {
			side = taking
		}
		r.sides[side] = append(r.sides[side], pid)
	}
	m.PC(func(s *shmState, pid int) *uint8 { return &s.PC[pid] })
	m.Use("Slots", r.capacity)
	m.Use("Sent", producers)
	for _, field := range []string{"Hand", "Seen", "Try", "Saw", "Reclaims", "Member", "Dead", "Left", "Asleep", "Napped"} {
		m.Use(field, all)
	}
	m.Init(func(s *shmState) {
		s.Kills = uint8(a["deaths"])
		s.Expiries = uint8(min(a["deadlines"], a["consumers"]-1))
		for pid := range all {
			s.Member[pid] = true
		}
	})
	ended := func(s *shmState, pid int) bool { return s.Left[pid] || s.Dead[pid] }
	over := func(s *shmState) bool {
		for pid := range all {
			if !ended(s, pid) {
				return false
			}
		}
		return true
	}
	m.Accept(func(s *shmState) bool {
		// A consumer that was to close the ring may be killed instead. The others
		// wait for another producer then, if those that there were have left.
		waits := s.Head == s.Tail && !s.Closed
		for _, pid := range r.sides[sending] {
			waits = waits && s.Left[pid]
		}
		for pid := range all {
			if !ended(s, pid) && !(waits && s.Asleep[pid]) {
				return false
			}
		}
		return true
	})
	r.track = step.Buffer(m, step.Props[shmState]{
		Ledger:   func(s *shmState) *step.Ledger { return &s.Ledger },
		Capacity: r.capacity,
		Name:     numbered("message", "producer", producers, r.items),
	})
	r.processes("producer", sending)
	r.processes("consumer", taking)

	k := m.Process("killer", 1)
	k.Stmt("kill", "kill a process").
		When(func(s *shmState, c *step.Ctx) bool { return s.Kills > 0 && !over(s) }).
		Do(func(s *shmState, c *step.Ctx) {
			var victims []int
			for pid := range all {
				if !s.Left[pid] && !s.Dead[pid] {
					victims = append(victims, pid)
				}
			}
			pid := victims[c.Choose(len(victims))]
			s.Dead[pid], s.Asleep[pid] = true, false
			s.Kills--
			s.changed()
			c.Note("process %d", pid)
		}).Goto("kill")
	k.Stmt("kill", "go away").End()
	return m
}

// changed is called where something changes that a process may find after a nap.
func (s *shmState) changed() { s.Napped = [4]bool{} }

// processes adds the processes of a side. Their statements, from look to unlock, are
// those that only the holder of the side's lock runs.
func (r *shmRingOf) processes(kind string, side int) {
	type state = *shmState
	type effect = func(s *shmState, c *step.Ctx)
	type guard = func(s *shmState, c *step.Ctx) bool
	p := r.m.Process(kind, len(r.sides[side]))
	locks, first := len(r.sides[side]) > 1, "look"
	awaited := 1 - side // the word on which they wait
	// on completes a statement, which a process runs while it lives and the guard
	// holds.
	on := func(stmt *step.Stmt[shmState], when guard, do effect) *step.Stmt[shmState] {
		return stmt.Do(do).
			When(func(s state, c *step.Ctx) bool { return !s.Dead[c.Pid] && when(s, c) }).
			WaitsFunc(func(s state, c *step.Ctx) string {
				switch {
				case s.Dead[c.Pid]:
					return "nothing any more: it was killed"
				case s.Asleep[c.Pid]:
					return "a wake"
				}
				return "the lock"
			})
	}
	always := func(s state, c *step.Ctx) bool { return true }
	nothing := func(s state, c *step.Ctx) {}
	sees := func(what uint8) effect { return func(s state, c *step.Ctx) { s.Saw[c.Pid] = what } }
	saw := func(try, what uint8) guard {
		return func(s state, c *step.Ctx) bool { return s.Try[c.Pid] == try && s.Saw[c.Pid] == what }
	}
	pick := func(condition bool, yes, no string) string {
		if condition {
			return yes
		}
		return no
	}

	if locks {
		first = "lock"
		free := func(s state, c *step.Ctx) bool { return s.Lock[side] == 0 }
		member := func(s state) bool { return s.Member[s.Lock[side]-1] }
		on(p.Stmt("lock", "lock()"), free, func(s state, c *step.Ctx) { s.Lock[side] = uint8(c.Pid) + 1 }).Goto("look")
		on(p.Stmt("lock", "lock(): its holder has died"),
			func(s state, c *step.Ctx) bool { return !free(s, c) && member(s) && s.Dead[s.Lock[side]-1] },
			func(s state, c *step.Ctx) { s.Reclaims[c.Pid] = s.Lock[side] }).Goto("reclaim")
		on(p.Stmt("lock", "lock(): its holder has no slot"),
			func(s state, c *step.Ctx) bool { return !free(s, c) && !member(s) },
			func(s state, c *step.Ctx) { s.Lock[side] = 0 }).Goto("lock")
	}

	// Look at the indices; write or copy the message; move the index; signal.
	move := "publish"
	if side == sending {
		full := func(s state, c *step.Ctx) bool { return int(s.Tail-s.Head) == r.capacity }
		closed := func(s state, c *step.Ctx) bool { return s.Closed }
		item := func(s state, c *step.Ctx) step.Item {
			return step.Item(c.Index*r.items + int(s.Sent[c.Index]) + 1)
		}
		on(p.Stmt("look", "tail: closed"), closed, sees(shmClosed)).Goto("unlock")
		on(p.Stmt("look", "tail: open"), func(s state, c *step.Ctx) bool { return !s.Closed }, nothing).Goto("room")
		on(p.Stmt("room", "head: full"), full, sees(shmRefused)).Goto("unlock")
		on(p.Stmt("room", "head: there is room"), func(s state, c *step.Ctx) bool { return !full(s, c) }, sees(shmDone)).Goto("write")
		on(p.Stmt("write", "slot = message"), always, func(s state, c *step.Ctx) { s.Slots[int(s.Tail)%r.capacity] = item(s, c) }).
			Goto(pick(r.variant == shmSignalFirst, "signal", "publish"))
		moves := func(s state, c *step.Ctx) bool { return !s.Closed || r.variant == shmClosedApart }
		on(p.Stmt("publish", "tail = tail + 1"), moves, func(s state, c *step.Ctx) {
			if s.Drained {
				c.Fail(model.LostItem, "a message was accepted after a consumer had learnt that none would come any more")
			}
			s.Ledger.Accept(c, item(s, c))
			s.Tail++
			s.Sent[c.Index]++
			s.changed()
		}).Goto(pick(r.variant == shmSignalFirst, "unlock", "signal"))
		on(p.Stmt("publish", "tail is closed now"), func(s state, c *step.Ctx) bool { return !moves(s, c) }, sees(shmClosed)).Goto("unlock")
	} else {
		move = "free"
		empty := func(s state, c *step.Ctx) bool { return s.Head == s.Tail }
		on(p.Stmt("look", "tail: closed and empty"), func(s state, c *step.Ctx) bool { return empty(s, c) && s.Closed }, sees(shmClosed)).Goto("unlock")
		on(p.Stmt("look", "tail: empty"), func(s state, c *step.Ctx) bool { return empty(s, c) && !s.Closed }, sees(shmRefused)).Goto("unlock")
		on(p.Stmt("look", "tail: a message is there"), func(s state, c *step.Ctx) bool { return !empty(s, c) }, sees(shmDone)).Goto("copy")
		on(p.Stmt("copy", "copy the message"), always, func(s state, c *step.Ctx) { s.Hand[c.Pid] = s.Slots[int(s.Head)%r.capacity] }).
			Goto(pick(r.variant == shmSignalFirst, "signal", "free"))
		on(p.Stmt("free", "head = head + 1"), always, func(s state, c *step.Ctx) {
			s.Head++
			r.track.Deliver(s, c, s.Hand[c.Pid])
			s.Hand[c.Pid] = 0
			s.changed()
		}).Goto(pick(r.variant == shmSignalFirst, "unlock", "signal"))
	}
	signalled := pick(r.variant == shmSignalFirst, move, "unlock")
	sleepers := func(s state, c *step.Ctx) bool { return s.Sleepers[side] > 0 }
	on(p.Stmt("signal", "nobody sleeps"), func(s state, c *step.Ctx) bool { return !sleepers(s, c) }, nothing).Goto(signalled)
	on(p.Stmt("signal", "somebody sleeps"), sleepers, nothing).Goto(pick(r.variant == shmWordLeft, "wake", "change"))
	on(p.Stmt("change", "word = word + 1"), always, func(s state, c *step.Ctx) {
		s.Word[side]++
		s.changed()
	}).Goto("wake")
	on(p.Stmt("wake", "futex_wake(word, 1)"), always, func(s state, c *step.Ctx) { r.wakeOne(s, c, side) }).Goto(signalled)

	// What comes after a try depends on what it saw.
	text := "return"
	unlock := nothing
	if locks {
		text = "unlock()"
		unlock = func(s state, c *step.Ctx) { s.Lock[side] = 0 }
	}
	settled := func(try uint8) guard {
		return func(s state, c *step.Ctx) bool { return s.Try[c.Pid] == try && s.Saw[c.Pid] != shmRefused }
	}
	// A refused process counts itself, sees the word, tries again and sleeps.
	counted, seen, tried, settles := "see", first, "sleep", "uncount"
	prepare := "count"
	switch r.variant {
	case shmCountedLate:
		prepare, tried, counted, settles = "see", "count", "sleep", "done"
	case shmSeenLate:
		counted, tried, seen = first, "see", "sleep"
	}
	on(p.Stmt("unlock", text), saw(fastTry, shmRefused), unlock).Goto(prepare)
	on(p.Stmt("unlock", text), settled(fastTry), unlock).Goto("done")
	on(p.Stmt("unlock", text), saw(countedTry, shmRefused), unlock).Goto(tried)
	on(p.Stmt("unlock", text), settled(countedTry), unlock).Goto(settles)
	on(p.Stmt("unlock", text), saw(lastTry, shmRefused), unlock).Goto("peers-died")
	on(p.Stmt("unlock", text), settled(lastTry), unlock).Goto("done")

	// Sleep.
	expires := func(s state, c *step.Ctx) bool { return side == taking && s.Expiries > 0 }
	expire := func(s state, c *step.Ctx) {
		s.Expiries--
		s.Saw[c.Pid] = shmExpired
	}
	if r.variant == shmDeadlineFirst {
		on(p.Stmt(prepare, "the deadline has passed"), expires, expire).Goto("done")
	} else {
		on(p.Stmt("sleep", "the deadline has passed"), expires, expire).Goto("uncount")
	}
	on(p.Stmt("count", "sleepers = sleepers + 1"), always, func(s state, c *step.Ctx) {
		s.Sleepers[awaited]++
		s.Try[c.Pid] = countedTry
	}).Goto(counted)
	on(p.Stmt("see", "seen = word"), always, func(s state, c *step.Ctx) {
		s.Seen[c.Pid] = s.Word[awaited]
		s.Try[c.Pid] = countedTry
	}).Goto(seen)
	unchanged := func(s state, c *step.Ctx) bool { return s.Word[awaited] == s.Seen[c.Pid] }
	on(p.Stmt("sleep", "futex_wait(word, seen): another value"), func(s state, c *step.Ctx) bool { return !unchanged(s, c) }, nothing).Goto("uncount")
	on(p.Stmt("sleep", "futex_wait(word, seen)"), unchanged, func(s state, c *step.Ctx) { s.Asleep[c.Pid] = true }).Goto("asleep")
	on(p.Stmt("asleep", "woken"), func(s state, c *step.Ctx) bool { return !s.Asleep[c.Pid] }, nothing).Goto("uncount")
	on(p.Stmt("asleep", "the nap is over"), func(s state, c *step.Ctx) bool {
		return s.Asleep[c.Pid] && !s.Napped[c.Pid] && s.Dead != [4]bool{}
	}, func(s state, c *step.Ctx) { s.Asleep[c.Pid] = false }).Goto("uncount")
	on(p.Stmt("uncount", "sleepers = sleepers - 1"), saw(countedTry, shmRefused), func(s state, c *step.Ctx) { s.Sleepers[awaited]-- }).Goto("check")
	on(p.Stmt("uncount", "sleepers = sleepers - 1"), settled(countedTry), func(s state, c *step.Ctx) { s.Sleepers[awaited]-- }).Goto("done")
	on(p.Stmt("check", "word has changed"), func(s state, c *step.Ctx) bool { return !unchanged(s, c) }, nothing).Goto(prepare)
	on(p.Stmt("check", "word has not changed"), unchanged, func(s state, c *step.Ctx) { s.Napped[c.Pid] = true }).Goto("peers")

	// See whether the peers have died.
	peer := func(s *shmState, is func(pid int) bool) int {
		for _, pid := range r.sides[awaited] {
			if s.Member[pid] && is(pid) {
				return pid
			}
		}
		return -1
	}
	dead := func(s *shmState) int { return peer(s, func(pid int) bool { return s.Dead[pid] }) }
	gone := func(s state, c *step.Ctx) bool {
		return peer(s, func(int) bool { return true }) < 0 && s.Died[awaited]
	}
	on(p.Stmt("peers", "a peer has died"), func(s state, c *step.Ctx) bool { return dead(s) >= 0 },
		func(s state, c *step.Ctx) { s.Reclaims[c.Pid] = uint8(dead(s)) + 1 }).Goto("reclaim")
	on(p.Stmt("peers", "no peer is left"), gone, func(s state, c *step.Ctx) { s.Try[c.Pid] = lastTry }).
		Goto(pick(r.variant == shmNoLastLook, "peers-died", first))
	on(p.Stmt("peers", "a peer lives, or none died"), func(s state, c *step.Ctx) bool { return dead(s) < 0 && !gone(s, c) }, nothing).Goto(prepare)

	// Reclaim the slot of a process that died.
	of := func(s state, c *step.Ctx) int { return int(s.Reclaims[c.Pid]) - 1 }
	back := func(s state, c *step.Ctx) { s.Reclaims[c.Pid] = 0 }
	// It was found from a lock of the own side, or from the table.
	fromLock := func(is bool) guard {
		return func(s state, c *step.Ctx) bool { return r.isOf(of(s, c), side) == is }
	}
	on(p.Stmt("reclaim", "its slot is live: died = its role"), func(s state, c *step.Ctx) bool { return s.Member[of(s, c)] },
		func(s state, c *step.Ctx) {
			for i := range r.sides {
				s.Died[i] = s.Died[i] || r.isOf(of(s, c), i)
			}
		}).Goto("release")
	for _, is := range []bool{true, false} {
		on(p.Stmt("reclaim", "another process has reclaimed it"), func(s state, c *step.Ctx) bool { return !s.Member[of(s, c)] && fromLock(is)(s, c) }, back).
			Goto(pick(is, first, "peers"))
	}
	on(p.Stmt("release", "its locks = 0"), always, func(s state, c *step.Ctx) {
		for i, holder := range s.Lock {
			if holder != s.Reclaims[c.Pid] && r.variant != shmAnyLock {
				continue
			}
			if holder != 0 && !s.Dead[holder-1] {
				c.Fail(model.DataRace, "the lock of a process that lives is released: two may move an index at once")
			}
			s.Lock[i] = 0
		}
	}).Goto("slot")
	for _, is := range []bool{true, false} {
		on(p.Stmt("slot", "its slot = free"), fromLock(is), func(s state, c *step.Ctx) {
			s.Member[of(s, c)] = false
			back(s, c)
		}).Goto(pick(is, first, "peers"))
	}

	// Return, and begin the next operation or end.
	ends := func(s state, c *step.Ctx) bool {
		return s.Saw[c.Pid] != shmDone || side == sending && int(s.Sent[c.Index]) == r.items
	}
	closes := func(s state, c *step.Ctx) bool {
		if s.Closed || r.receiverCloses != (side == taking) {
			return false
		}
		if side == taking {
			return !ends(s, c)
		}
		for _, pid := range r.sides[sending] {
			if pid != c.Pid && !s.Left[pid] && !s.Dead[pid] {
				return false
			}
		}
		return ends(s, c)
	}
	leave := func(s state, c *step.Ctx) {
		if s.Saw[c.Pid] == shmClosed && side == taking {
			s.Drained = true
		}
		s.Member[c.Pid], s.Left[c.Pid] = false, true
		s.Try[c.Pid], s.Seen[c.Pid], s.Saw[c.Pid] = 0, 0, 0
		s.changed()
	}
	on(p.Stmt("done", "the next"), func(s state, c *step.Ctx) bool { return !ends(s, c) && !closes(s, c) },
		func(s state, c *step.Ctx) { s.Try[c.Pid], s.Seen[c.Pid], s.Saw[c.Pid] = 0, 0, 0 }).Goto(first)
	on(p.Stmt("done", "detach"), func(s state, c *step.Ctx) bool { return ends(s, c) && !closes(s, c) }, leave).End()
	on(p.Stmt("done", "tail = closed"), closes, func(s state, c *step.Ctx) {
		s.Closed = true
		s.changed()
	}).Goto("close 0")
	for word := range 2 {
		on(p.Stmt(fmt.Sprint("close ", word), "word = word + 1"), always, func(s state, c *step.Ctx) {
			s.Word[word]++
			s.changed()
		})
		on(p.Stmt(fmt.Sprint("wake ", word), "futex_wake(word, all)"), always, func(s state, c *step.Ctx) {
			if r.variant == shmCloseWakesOne {
				r.wakeOne(s, c, word)
				return
			}
			for _, pid := range r.sides[1-word] {
				s.Asleep[pid] = false
			}
		}).Goto([]string{"close 1", "done"}[word])
	}
	on(p.Stmt("peers-died", "ErrPeerDied"), always, func(s state, c *step.Ctx) {
		if side == taking && s.Head != s.Tail {
			c.Fail(model.FalseRefusal, "a consumer is told that the producers have died; a message is in the ring")
		}
		leave(s, c)
	}).End()

	from, to := p.Number("look"), p.Number("unlock")
	r.m.Invariant(model.DataRace, "one "+kind+" at a time moves the index",
		func(s *shmState) bool {
			inside := 0
			for _, pid := range r.sides[side] {
				if !s.Dead[pid] && from <= s.PC[pid] && s.PC[pid] <= to {
					inside++
				}
			}
			return inside <= 1
		},
		func(*shmState) string { return "two " + kind + "s hold the lock" })
}

// isOf reports whether the process is one of the side.
func (r *shmRingOf) isOf(pid, side int) bool {
	return (side == sending) == (pid < len(r.sides[sending]))
}

// wakeOne wakes one of those who sleep on the word, any of them.
func (r *shmRingOf) wakeOne(s *shmState, c *step.Ctx, word int) {
	var asleep []int
	for _, pid := range r.sides[1-word] {
		if s.Asleep[pid] {
			asleep = append(asleep, pid)
		}
	}
	if len(asleep) > 0 {
		s.Asleep[asleep[c.Choose(len(asleep))]] = false
	}
}

// expectShmRing states what exploring finds. A wake that is lost does harm only if
// the close does not make up for it: a receiver closes, or the producer cannot finish
// because the ring is full.
func expectShmRing(a step.Args) []model.Code {
	receiverCloses := a["close"] == 0
	total := a["producers"] * a["items"]
	waits := receiverCloses || total > a["capacity"]
	finds := func(condition bool, code model.Code) []model.Code {
		if condition {
			return []model.Code{code}
		}
		return nil
	}
	switch a["variant"] {
	case shmWordLeft, shmCountedLate:
		return finds(waits, model.Deadlock)
	case shmSignalFirst: // the signal of a producer's next message makes up for it, too
		return finds(waits && (a["items"] == 1 || total > a["capacity"]), model.Deadlock)
	case shmSeenLate:
		return []model.Code{model.Deadlock}
	case shmNoLastLook:
		return finds(a["deaths"] > 0, model.FalseRefusal)
	case shmAnyLock:
		return finds(a["deaths"] > 0 && a["producers"]+a["consumers"] > 2, model.DataRace)
	case shmDeadlineFirst:
		return finds(waits && a["consumers"] > 1 && a["deadlines"] > 0, model.Deadlock)
	case shmClosedApart:
		return finds(receiverCloses && total > 1, model.LostItem)
	case shmCloseWakesOne:
		return finds(!receiverCloses && a["consumers"] > 1, model.Deadlock)
	}
	return nil
}

func init() { entries.Add(70, shmRing()) }
