/* Data races, by vector clocks: the accesses to each eight bytes that may not be
   ordered with what follows. After FastTrack (Flanagan and Freund, 2009), with several
   accesses kept for each place, so that all sites of a race come to light. */
#include "rt.h"

static uint64_t key_of(uint64_t address) { return (address & ~7ull) ^ (uint64_t)(uint32_t)(ipc_space(address) + 1) << 50; }

/* The cell with a key, or the one where it would be. Cells of neighbours are neighbours. */
static struct cell *place_of(uint64_t key)
{
	uint32_t i = (key >> 6) * 0x9E3779B97F4A7C15ull >> 47 << 3 | (key >> 3 & 7);
	while (rt->cell[i % CELLS].run == rt->run && rt->cell[i % CELLS].key != key)
		i++;
	return &rt->cell[i % CELLS];
}

/* NULL if there is no room for it: the execution then shows only what it fails by. */
static struct cell *cell_of(uint64_t key)
{
	struct cell *c = place_of(key);
	if (c->run == rt->run)
		return c;
	if (rt->cells == CELLS / 4 * 3) {
		rt->unwatched = true;
		return NULL;
	}
	rt->cells++;
	c->run = rt->run;
	c->key = key;
	c->n = c->next = 0;
	return c;
}

enum { READS, WRITES, FREES }; /* as the command is told it */

static int how(bool write) { return rt->frees ? FREES : write ? WRITES : READS; }

/* Code that several call may race on behalf of each: it is told with several addresses, as long as
   there is room. */
enum { ALIKE = 4, ROOM = MAX_RACES / 2 };

static void report(const struct access *a, uint64_t address, int size, bool write, bool atomic, uint64_t pc)
{
	struct thread *t = rt->current;
	int alike = 0;
	for (int i = 0; i < job->races; i++) {
		const struct race *r = &job->race[i];
		if (r->pc[0] != a->pc || r->pc[1] != pc)
			continue;
		if (r->address == address || ++alike == ALIKE || job->races >= ROOM)
			return;
	}
	if (job->races == MAX_RACES)
		return;
	job->race[job->races++] = (struct race){
		.pc = {a->pc, pc}, .address = address, .write = {a->write, how(write)}, .thread = {a->thread, t->id},
		.event = {a->event, job->events}, .size = size, .atomic = atomic || a->atomic,
	};
}

/* Two accesses of which one writes, to a byte that is the same. */
static inline bool conflict(const struct access *a, uint8_t bytes, bool write, bool atomic) { return (a->bytes & bytes) && (write || a->write) && !(atomic && a->atomic); }

static inline bool is_from(const struct access *a, int thread, uint64_t pc, uint8_t bytes) { return a->thread == thread && a->pc == pc && a->bytes == bytes; }

/* Whether all accesses to a cell happen before what the thread does. They do if they happen before one that does. */
static inline bool all_before(const struct cell *c, const struct thread *t)
{
	if (c->n && c->last.thread != NOTHING && c->last.clock <= t->clock.of[c->last.thread])
		return true;
	bool before = true;
	for (int i = 0; i < c->n; i++)
		before &= c->access[i].clock <= t->clock.of[c->access[i].thread];
	return before;
}

/* An access of the thread that executes. It may not cross a boundary of eight bytes; of
   one that does, what is behind it is another one. */
void ipc_access(uint64_t address, int size, bool write, bool atomic, uint64_t pc)
{
	struct thread *t = rt->current;
	if (rt->live == 1 && rt->threads == 1)
		return;
	int lo = address & 7;
	if (lo + size > 8) {
		ipc_access((address | 7) + 1, lo + size - 8, write, atomic, pc);
		size = 8 - lo;
	}
	uint8_t bytes = ((1u << size) - 1) << lo;
	struct cell *c = cell_of(key_of(address));
	struct access *mine = NULL;
	if (!c)
		return;
	bool before = all_before(c, t);
	for (int i = 0; !before && i < c->n; i++) {
		struct access *a = &c->access[i];
		if (a->thread != t->id && conflict(a, bytes, write, atomic) && a->clock > t->clock.of[a->thread])
			report(a, address, size, write, atomic, pc);
	}
	c->last.thread = before ? t->id : NOTHING;
	c->last.clock = t->clock.of[t->id];
	uint8_t *found = &c->found[(pc ^ pc >> 3 ^ t->id) % FINDS];
	if (*found < c->n && is_from(&c->access[*found], t->id, pc, bytes))
		mine = &c->access[*found];
	for (int i = 0; !mine && i < c->n; i++)
		if (is_from(&c->access[i], t->id, pc, bytes))
			mine = &c->access[i];
	if (!mine) {
		if (c->n < ACCESSES)
			mine = &c->access[c->n++];
		else {
			/* One that happens before this makes room, or else one after the other. */
			for (int i = 0; i < ACCESSES && !mine; i++) {
				struct access *a = &c->access[i];
				if (a->clock <= t->clock.of[a->thread] && (write || !a->write) && !(a->bytes & ~bytes))
					mine = a;
			}
			if (!mine)
				mine = &c->access[c->next++ % ACCESSES];
		}
	}
	*mine = (struct access){.pc = pc, .clock = t->clock.of[t->id], .thread = t->id, .event = job->events, .bytes = bytes, .write = how(write), .atomic = atomic};
	*found = mine - c->access;
}

/* Of more bytes than these, the cells are looked for that are in use. */
enum { FEW = 1 << 16 };

static bool used_in(const struct cell *c, uint64_t from, uint64_t end) { return c->run == rt->run && c->key >= from && c->key < end; }

/* Memory that has just been allocated has no past. */
void ipc_fresh(const void *address, size_t size)
{
	uint64_t from = key_of((uint64_t)address), end = key_of((uint64_t)address + size + 7);
	if (rt->threads < 2)
		return;
	if (size < FEW) {
		for (uint64_t key = from; key < end; key += 8)
			place_of(key)->n = 0;
		return;
	}
	for (int i = 0; i < CELLS; i++)
		if (used_in(&rt->cell[i], from, end))
			rt->cell[i].n = 0;
}

/* Memory is freed: a write to all of it. Of much, to what somebody has accessed; who comes
   later is told that it is freed. */
void ipc_gone(const void *address, size_t size, uint64_t pc)
{
	uint64_t from = key_of((uint64_t)address), end = key_of((uint64_t)address + size + 7);
	rt->frees = true;
	if (size < FEW)
		ipc_range(address, size, true, pc);
	else
		ipc_wrote();
	for (int i = 0; size >= FEW && i < CELLS; i++)
		if (used_in(&rt->cell[i], from, end))
			ipc_access((uint64_t)address + (rt->cell[i].key - from), 8, true, false, pc);
	rt->frees = false;
}
