/* What ipccheck.h offers to harnesses. */
#include <stdarg.h>
#include <stdio.h>

#include "rt.h"

static void fail(const char *format, const char *text, const uint64_t *frame)
{
	if (!ipc_current())
		ipc_die("an assertion fails before main");
	job->crash_pc = ((const uint64_t *)frame[0])[1]; /* where the assertion is: this is called by a function of the header */
	ipc_fail(format, text);
}

void ipc_harness_fail(const char *text) { fail("%s does not hold", text, FRAME); }
void ipc_harness_tell(const char *text) { fail("%s", text, FRAME); }

int ipc_harness_choose(int n)
{
	if (n < 2 || !ipc_current())
		return 0;
	ipc_perform(ipc_op(OP_CHOOSE, -1), ((const uint64_t *)FRAME[0])[1], (const uint64_t *)FRAME[0]);
	ipc_wrote();
	return ipc_alternative(n);
}

/* Of a history there is one, in whichever process it is recorded. */
void ipc_harness_declare(const void *object, const char *kind, int capacity)
{
	if (!ipc_current())
		return;
	if (job->declared == MAX_DECLARED)
		ipc_unsupported("the program declares more objects than are judged", ((const uint64_t *)FRAME[0])[1]);
	ipc_forget(object, HISTORY);
	struct declaration *d = &job->declaration[job->declared++];
	d->object = ipc_object(object, HISTORY)->id;
	d->capacity = capacity;
	snprintf(d->kind, sizeof d->kind, "%s", kind);
}

/* It changes nothing that the program can see. */
void ipc_harness_record(const void *object, int what, long value)
{
	enum { CALL_SEND = 4 }; /* see enum ipc_record in ipccheck.h */
	struct thread *t = ipc_current();
	if (!t)
		return;
	struct object *o = ipc_object(object, HISTORY);
	int kind = what >= CALL_SEND ? OP_CALLED : t->calling == o->id + 1 ? OP_RETURNED : OP_RECORDED;
	struct op op = ipc_op(kind, o->id);
	op.arg = what;
	op.value = value;
	t->calling = kind == OP_CALLED ? o->id + 1 : 0;
	ipc_perform(op, ((const uint64_t *)FRAME[0])[1], (const uint64_t *)FRAME[0]);
}
