/* Threads asleep: what they would do next has been looked at in other executions, and is not again until
   somebody does what it depends on. Dependence is that of package prim. */
#include "rt.h"

static bool touches(const struct op *a, int obj)
{
	if (obj < 0)
		return false;
	if (a->obj == obj || a->obj2 == obj)
		return true;
	for (int i = 0; i < a->nmore; i++)
		if (a->more[i] == obj)
			return true;
	return false;
}

static bool woken_by(const struct op *spins, const struct op *b)
{
	if (!spins->spin || !wire->writes[b->kind])
		return false;
	for (int i = 0; i < spins->nmore; i++)
		if (touches(b, spins->more[i]))
			return true;
	return false;
}

static bool alerted_by(const struct op *a, const struct op *b) { return b->kind == OP_SIG_SEND && b->obj == a->alert - 1; }

/* What one that looks at several objects finds there may be what the other does. */
static bool looks_at(const struct op *a, const struct op *b)
{
	if (a->kind == OP_FORK || b->kind == OP_FORK)
		return true;
	for (int i = 0; i < a->nmore; i++) {
		bool also = false;
		for (int k = 0; wire->many[b->kind] && k < b->nmore; k++)
			also |= b->more[k] == a->more[i];
		if (also || (!wire->many[b->kind] && b->obj == a->more[i]))
			return true;
	}
	return false;
}

static bool depends(const struct op *a, const struct op *b)
{
	if (wire->last[a->kind] || wire->last[b->kind] || woken_by(a, b) || woken_by(b, a) || alerted_by(a, b) || alerted_by(b, a))
		return true;
	if (wire->many[a->kind])
		return looks_at(a, b);
	if (wire->many[b->kind])
		return looks_at(b, a);
	if (a->obj >= 0 && a->obj == b->obj)
		return wire->ordered[a->kind][b->kind];
	if (a->obj2 >= 0 && a->obj2 == b->obj)
		return wire->ordered[wire->second[a->kind]][b->kind];
	if (b->obj2 >= 0 && b->obj2 == a->obj)
		return wire->ordered[a->kind][wire->second[b->kind]];
	if (a->obj2 >= 0 && a->obj2 == b->obj2)
		return wire->ordered[wire->second[a->kind]][wire->second[b->kind]];
	return false;
}

/* The operation of an event, as it has turned out. */
static struct op turned_out(const struct event *e)
{
	struct op op;
	ipc_copy_op(&op, &e->full);
	if (e->kind == OP_INTERRUPTED) { /* see Interrupted in package prim */
		op = ipc_op(e->kind, e->full.alert - 1);
		op.alert = e->full.alert;
		op.more[op.nmore++] = op.obj;
		if (!wire->always[e->full.kind]) {
			if (e->full.obj >= 0)
				op.more[op.nmore++] = e->full.obj;
			if (e->full.obj2 >= 0)
				op.more[op.nmore++] = e->full.obj2;
			for (int i = 0; i < e->full.nmore && op.nmore < MAX_MORE; i++)
				op.more[op.nmore++] = e->full.more[i];
		}
	}
	op.kind = e->kind;
	op.arg = e->arg;
	return op;
}

/* Wakes those asleep who depend on the last event. */
void ipc_wake_sleepers(void)
{
	struct event *e = ipc_last();
	struct op op = turned_out(e);
	int n = 0;
	for (int i = 0; i < rt->sleepers; i++)
		if (rt->sleeper[i].thread != e->thread && !depends(&rt->sleeper[i].op, &op))
			rt->sleeper[n++] = rt->sleeper[i];
	rt->sleepers = n;
}
