/* Accesses to memory that the compiler announces: plain and volatile ones. A volatile
   access is an operation, and so is a plain one at a place that is known to race. */
#include "rt.h"

bool ipc_visible(uint64_t pc)
{
	uint64_t at = pc - wire->code_begin;
	return at < MAX_CODE && wire->visible[at / 8] >> (at & 7) & 1;
}

/* After so many reads and no operation it is seen whether the thread goes round in a
   loop, and after so many accesses that is taken for granted. */
enum { PATIENCE = 2000, NO_PATIENCE = 4000000 };

/* A loop of plain reads that does nothing else would be endless if nobody could change
   what it reads: from the next execution on its reads are operations. */
static void idle(struct thread *t, bool write, uint64_t pc, const uint64_t *frame)
{
	t->idle++;
	if (write)
		return;
	int i = 0;
	while (i < t->sites && t->site[i] != pc)
		i++;
	if (i == t->sites && i < MAX_IDLE)
		t->site[t->sites++] = pc;
	if (t->idle < PATIENCE)
		return;
	if (t->idle == NO_PATIENCE)
		ipc_reveal(t);
	if ((t->idle & (t->idle - 1)) == 0 || !t->anchor) { /* Brent's algorithm */
		t->anchor = pc;
		t->anchor_frame = frame;
		t->anchor_state = ipc_state(t, frame);
	} else if (t->anchor == pc && t->anchor_frame == frame && t->anchor_state == ipc_state(t, frame))
		ipc_reveal(t);
}

static void heap_check(uint64_t address, int size, bool write, uint64_t pc)
{
	const char *fault = ipc_heap_fault(address, size);
	if (fault) {
		job->crash_pc = pc;
		ipc_crash("%s of %d byte%s %s", write ? "write" : "read", size, size == 1 ? "" : "s", fault);
	}
}

/* An access to what is on no stack, and no operation. Reports false if that is not what it is, or more is
   to be done: see ipc_plain. */
bool ipc_plain_alone(uint64_t address, int code, uint64_t pc)
{
	struct thread *t = ipc_current();
	if (!t)
		return true;
	int size = code & 0xff;
	bool write = code >> 8 & 1;
	if (ipc_on_a_stack(address) || t->lent || ipc_visible(pc) || ipc_heap_fault(address, size))
		return false;
	if (write) {
		ipc_wrote();
		t->idle = t->idle < NO_PATIENCE / 2 ? 0 : t->idle;
	} else if (t->idle + 1 >= PATIENCE)
		return false;
	else
		idle(t, false, pc, NULL);
	ipc_access(address, size, write, false, pc);
	return true;
}

uint64_t ipc_plain(uint64_t address, uint64_t b, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	struct thread *t = ipc_current();
	if (!t)
		return 0;
	int size = frame[0] & 0xff;
	bool write = frame[0] >> 8 & 1, is_volatile = frame[0] >> 9 & 1;
	uint64_t pc = frame[7];
	bool own = address >= (uint64_t)frame && address < (uint64_t)t->top; /* is part of the state of a loop */
	heap_check(address, size, write, pc);
	if (!own && ipc_on_a_stack(address))
		ipc_stack_access(address, write, pc, frame + 8);
	if (t->lent)
		ipc_returned(frame + 8);
	if (is_volatile || ipc_visible(pc)) {
		struct object *o = ipc_memory(address, size);
		struct op op = ipc_op(write ? OP_STORE : OP_LOAD, o->id);
		if (!write)
			ipc_comes_round(frame, &op);
		struct event *ev = ipc_perform(op, pc, (const uint64_t *)frame[6]);
		memcpy(&ev->before, (void *)address, size < 8 ? size : 8);
		if (write)
			ipc_wrote();
		else
			ipc_looked(frame, o);
		t->op.spin = 0;
		ipc_access(address, size, write, false, pc);
		return 0;
	}
	if (write && !own) {
		ipc_wrote();
		t->idle = t->idle < NO_PATIENCE / 2 ? 0 : t->idle;
	} else
		idle(t, write, pc, frame);
	ipc_access(address, size, write, false, pc);
	return 0;
}

/* Accesses to several bytes: of structures, and by functions such as memcpy. */
void ipc_range(const void *address, size_t size, bool write, uint64_t pc)
{
	if (!ipc_current() || size == 0)
		return;
	uint64_t at = (uint64_t)address, end = at + size;
	if (write)
		ipc_wrote();
	ipc_stack_access(at, write, pc, FRAME);
	while (at < end) {
		int n = 8 - (at & 7);
		if ((uint64_t)n > end - at)
			n = end - at;
		heap_check(at, n, write, pc);
		ipc_access(at, n, write, false, pc);
		at += n;
	}
}

/* A function of the C library writes what the program has asked for, which is no more than eight bytes:
   in a loop that asks again and again, the same. */
void ipc_answers(const void *address, size_t size, uint64_t pc)
{
	if (ipc_current() && address) {
		heap_check((uint64_t)address, size, true, pc);
		ipc_access((uint64_t)address, size, true, false, pc);
	}
}

void __tsan_read_range(void *p, long n) { ipc_range(p, n, false, PC); }
void __tsan_write_range(void *p, long n) { ipc_range(p, n, true, PC); }
void __tsan_init(void) {}
void __tsan_func_entry(void *p) {}
void __tsan_func_exit(void) {}
