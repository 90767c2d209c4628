/* Atomic accesses. They are sequentially consistent whatever their memory order; that
   orders what the threads do besides only as far as it says so. */
#include "rt.h"

enum which { LOAD, STORE, EXCHANGE, ADD, SUB, AND, OR, XOR, NAND, CAS, CAS_VALUE };

typedef unsigned __int128 value;

static value load(const void *p, int size)
{
	value v = 0;
	memcpy(&v, p, size);
	return v;
}

static value combine(enum which which, value v, value a)
{
	switch (which) {
	case STORE:
	case EXCHANGE:
		return a;
	case ADD:
		return v + a;
	case SUB:
		return v - a;
	case AND:
		return v & a;
	case OR:
		return v | a;
	case XOR:
		return v ^ a;
	case NAND:
		return ~(v & a);
	default:
		return v;
	}
}

static bool acquires(int order) { return order == __ATOMIC_ACQUIRE || order == __ATOMIC_CONSUME || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST; }
static bool releases(int order) { return order == __ATOMIC_RELEASE || order == __ATOMIC_ACQ_REL || order == __ATOMIC_SEQ_CST; }

/* What a read of the object comes to know: at once, or at the next fence of the thread that
   acquires. */
static void acquire(struct thread *t, const struct clock *c, int order)
{
	if (acquires(order))
		ipc_acquire(t, c);
	else
		ipc_join_clock(&t->read, c);
}

/* What who reads the object comes to know: what the thread does, or has done before its last
   fence that releases. A store heads a release sequence of its own. */
static void release(struct thread *t, struct clock *c, int order, bool store)
{
	if (store)
		memset(c, 0, sizeof *c);
	if (releases(order))
		ipc_release(t, c);
	else
		ipc_join_clock(c, &t->fence);
}

/* An access. expects: where a CAS has what it expects, and is told what is there. otherwise: the order
   of one that finds something else. */
static value perform(enum which which, int size, uint64_t address, value operand, value expected, void *expects, int order, int otherwise, const uint64_t *frame)
{
	value mask = size == sizeof mask ? ~(value)0 : ((value)1 << 8 * size) - 1;
	uint64_t pc = frame[7];
	bool cas = which == CAS || which == CAS_VALUE;
	struct thread *t = ipc_current();
	struct object *o = NULL;
	struct event *e = NULL;
	expected = which == CAS ? load(expects, size) : expected & mask;
	if (t) {
		if (order != __ATOMIC_SEQ_CST)
			ipc_note(wire->weak, pc); /* the program asks for less than is done */
		const char *fault = ipc_heap_fault(address, size);
		if (fault)
			ipc_crash_at(pc, "atomic access %s", fault);
		ipc_stack_access(address, which != LOAD, pc, frame + 8);
		o = ipc_memory(address, size);
		bool conditional = cas && o->size == size && size <= (int)sizeof(uint64_t);
		struct op op = ipc_op(which == LOAD ? OP_LOAD : which == STORE ? OP_STORE : conditional ? OP_UPDATE_IF : OP_R_M_W, o->id);
		if (conditional) {
			op.conditional = 1;
			op.value = expected;
		}
		if (which != STORE)
			ipc_comes_round(frame, &op);
		e = ipc_perform(op, pc, (const uint64_t *)frame[6]);
	}
	value old = load((void *)address, size);
	bool swapped = cas && old == expected, elsewhere = false;
	value new = (swapped ? operand : combine(which, old, operand)) & mask;
	if (which == CAS) {
		/* What it expects next is part of its state only if that is on its stack. */
		elsewhere = !swapped && t && !((uint64_t)expects >= (uint64_t)frame && (char *)expects < t->top);
		if (!swapped)
			memcpy(expects, &old, size);
	}
	if (which != LOAD && (!cas || swapped))
		memcpy((void *)address, &new, size);
	if (!t)
		return which == CAS ? (value)swapped : old;
	if (which == CAS)
		ipc_access((uint64_t)expects, size, !swapped, false, pc); /* before others may come to know of it */
	e->before = old;
	bool reads_only = which == LOAD || (cas && !swapped), same = reads_only || new == old;
	if (cas && e->full.kind == OP_UPDATE_IF)
		e->kind = swapped ? OP_R_M_W : OP_LOAD;
	if (same && which != LOAD) {
		e->same = 1;
		o->version--; /* nothing has changed */
	}
	if (same && which != STORE && !elsewhere)
		ipc_looked(frame, o);
	else
		ipc_wrote();
	t->op.spin = 0;
	if (which != STORE)
		acquire(t, &o->clock, cas && !swapped ? otherwise : order);
	ipc_access(address, size, !reads_only, true, pc); /* who is to know of it, knows by what follows */
	if (!reads_only)
		release(t, &o->clock, order, which == STORE);
	return which == CAS ? (value)swapped : old;
}

uint64_t ipc_atomic(uint64_t address, uint64_t a, uint64_t b, uint64_t c, uint64_t d, const uint64_t *frame)
{
	enum which which = frame[0] & 0xff;
	int size = 1 << (frame[0] >> 8 & 3);
	switch (which) {
	case LOAD:
		return perform(which, size, address, 0, 0, NULL, (int)a, 0, frame);
	case CAS:
	case CAS_VALUE:
		return perform(which, size, address, b, a, (void *)a, (int)c, (int)d, frame);
	default:
		return perform(which, size, address, a, 0, NULL, (int)b, 0, frame);
	}
}

/* The same, of 16 bytes, which are two arguments. */
value ipc_atomic16(uint64_t address, uint64_t a, uint64_t b, uint64_t c, uint64_t d, const uint64_t *frame)
{
	enum which which = frame[0] & 0xff;
	int size = sizeof(value);
	switch (which) {
	case LOAD:
		return perform(which, size, address, 0, 0, NULL, (int)a, 0, frame);
	case CAS: /* its other order is where the frame is */
		return perform(which, size, address, (value)c << 64 | b, 0, (void *)a, (int)d, (int)d, frame);
	case CAS_VALUE: /* so are both of them */
		return perform(which, size, address, (value)d << 64 | c, (value)b << 64 | a, NULL, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST, frame);
	default:
		return perform(which, size, address, (value)b << 64 | a, 0, NULL, (int)c, 0, frame);
	}
}

void __tsan_atomic_thread_fence(int order)
{
	struct thread *t = ipc_current();
	if (!t)
		return;
	if (order != __ATOMIC_SEQ_CST)
		ipc_note(wire->weak, PC);
	if (acquires(order))
		ipc_join_clock(&t->clock, &t->read);
	if (releases(order)) {
		t->fence = t->clock;
		t->clock.of[t->id]++;
	}
}

void __tsan_atomic_signal_fence(int order) {}

/* What gcc calls for additions to an _Atomic double: nobody looks at what the processor notes of them. */
void __atomic_feraiseexcept(int which) {}
