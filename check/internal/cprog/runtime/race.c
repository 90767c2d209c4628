/* Data races, by vector clocks: the accesses to each eight bytes that may not be
   ordered with what follows. After FastTrack (Flanagan and Freund, 2009), with several
   accesses kept for each place, so that all sites of a race come to light. */
#include "rt.h"

static struct cell *cell_of(uint64_t key)
{
	uint32_t i = (key * 0x9E3779B97F4A7C15ull) >> 48;
	for (int n = 0; n < CELLS; n++, i++) {
		struct cell *c = &rt->cell[i % CELLS];
		if (c->run != rt->run) {
			c->run = rt->run;
			c->key = key;
			c->n = c->next = 0;
			return c;
		}
		if (c->key == key)
			return c;
	}
	ipc_unsupported("the program uses more memory than its accesses are watched in", 0);
}

static void report(const struct access *a, uint64_t address, int size, bool write, bool atomic, uint64_t pc)
{
	struct thread *t = rt->current;
	for (int i = 0; i < wire->races; i++)
		if (wire->race[i].pc[0] == a->pc && wire->race[i].pc[1] == pc)
			return;
	if (wire->races == MAX_RACES)
		return;
	wire->race[wire->races++] = (struct race){
		.pc = {a->pc, pc}, .address = address, .write = {a->write, write}, .thread = {a->thread, t->id},
		.event = {a->event, wire->events}, .size = size, .atomic = atomic || a->atomic,
	};
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
	int hi = lo + size;
	int32_t space = ipc_space(address);
	struct cell *c = cell_of((address & ~7ull) ^ (uint64_t)(uint32_t)(space + 1) << 50);
	struct access *mine = NULL;
	for (int i = 0; i < c->n; i++) {
		struct access *a = &c->access[i];
		if (a->thread == t->id) {
			if (a->pc == pc && a->lo == lo && a->hi == hi)
				mine = a;
			continue;
		}
		if (a->lo < hi && lo < a->hi && (write || a->write) && !(atomic && a->atomic) && a->clock > t->clock.of[a->thread])
			report(a, address, size, write, atomic, pc);
	}
	if (!mine) {
		if (c->n < ACCESSES)
			mine = &c->access[c->n++];
		else {
			/* One that happens before this makes room, or else one after the other. */
			for (int i = 0; i < ACCESSES && !mine; i++) {
				struct access *a = &c->access[i];
				if (a->clock <= t->clock.of[a->thread] && (write || !a->write) && a->lo >= lo && a->hi <= hi)
					mine = a;
			}
			if (!mine)
				mine = &c->access[c->next++ % ACCESSES];
		}
	}
	*mine = (struct access){.pc = pc, .clock = t->clock.of[t->id], .thread = t->id, .event = wire->events, .lo = lo, .hi = hi, .write = write, .atomic = atomic};
}

/* Memory that has just been allocated has no past. */
void ipc_fresh(const void *address, size_t size)
{
	if (rt->threads < 2)
		return;
	uint64_t from = (uint64_t)address & ~7ull, end = (uint64_t)address + size;
	int32_t space = ipc_space(from);
	for (uint64_t at = from; at < end; at += 8)
		cell_of(at ^ (uint64_t)(uint32_t)(space + 1) << 50)->n = 0;
}
