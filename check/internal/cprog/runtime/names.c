/* Names: of shared memory, semaphores, message queues and fifos, and keys of System V. Each is
   an object of its own, which tells whether there is something with the name. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/ipc.h>

#include "rt.h"

static uint64_t hash(const char *kind, const char *name, int generation)
{
	uint64_t h = 0xCBF29CE484222325ull + generation; /* FNV-1a */
	for (const char *p = kind; *p; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001B3ull;
	for (const char *p = name; *p; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001B3ull;
	return h ^ h >> 32;
}

/* Where nothing is, but for what stands for something with that hash. */
static uint64_t mark(uint64_t hash) { return (uint64_t)MARKS + (hash & 0x7fffffff) * 32; }

/* The part of the shared memory that is for something in all executions, whoever comes first. */
static int place(uint64_t hash)
{
	int i = 0;
	while (i < wire->nplaces && wire->place[i] != hash)
		i++;
	if (i == wire->nplaces) {
		if (job->ahead)
			ipc_finish(TOO_EARLY);
		if (i == PLACES)
			ipc_unsupported("the program makes more names than are controlled, 256 in all executions: let it use fewer", rt->current->pc);
		wire->place[wire->nplaces++] = hash;
	}
	return i;
}

/* What has the name now, NULL if nothing does. generations: how much has had it so far. */
static struct named *find(uint64_t hash, int *generations)
{
	struct named *found = NULL;
	*generations = 0;
	for (int i = 0; i < rt->names; i++)
		if (rt->named[i].hash == hash) {
			++*generations;
			found = rt->named[i].linked ? &rt->named[i] : found;
		}
	return found;
}

static uint64_t now(uint64_t hash)
{
	int generations;
	return find(hash, &generations) ? generations : 0;
}

static struct named *add(const char *kind, const char *name, uint64_t pc)
{
	if (rt->names == NAMES)
		ipc_unsupported("the program makes more names than are controlled, 256 in all: let it use fewer, or fewer times", rt->current->pc);
	uint64_t h = hash(kind, name, 0);
	int before;
	find(h, &before);
	struct named *n = &rt->named[rt->names++];
	memset(n, 0, sizeof *n);
	snprintf(n->name, sizeof n->name, "%s %s", kind, name);
	n->linked = true;
	n->made = pc;
	n->generation = before + 1;
	n->hash = h;
	h = hash(kind, name, n->generation);
	n->place = place(h);
	n->sized = mark(h) + 16;
	n->at = (size_t)n->place * SHARED_PART;
	return n;
}

/* An operation on what stands for a name, or the size of what has one, if others may come before or
   after. condition: where it changes it, when. is: what is there. loop: the entry of the call, where a loop
   may wait by it; NULL: none. It reports whether it changes it. */
static bool operate(uint64_t at, const struct op *condition, uint64_t (*is)(uint64_t), uint64_t of, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct event *e = NULL;
	struct object *o = NULL;
	if (!ipc_alone()) {
		o = ipc_memory(at, 8);
		job->object[o->id].of = OF_A_NAME;
		struct op op = *condition;
		op.obj = o->id;
		if (loop)
			ipc_comes_round(loop, &op);
		e = ipc_perform(op, pc, frame);
		ipc_current()->op.spin = 0;
		ipc_acquire(ipc_current(), &o->clock); /* a name may be a lock, or say that something is ready */
	}
	uint64_t before = is(of);
	bool changes = condition->kind != OP_LOAD && (before == condition->value) != condition->unless;
	if (!e)
		return changes;
	e->before = before;
	if (changes) {
		e->kind = OP_R_M_W;
		ipc_wrote();
		ipc_release(ipc_current(), &o->clock);
		return true;
	}
	e->same = 1;
	if (condition->kind != OP_LOAD) {
		e->kind = OP_LOAD;
		o->version--;
	}
	if (loop)
		ipc_looked(loop, o);
	else
		ipc_wrote();
	return false;
}

static struct op looks(void) { return ipc_op(OP_LOAD, -1); }

/* Changes what is there if that is the value, or is not. */
static struct op changes(uint64_t value, bool unless)
{
	struct op op = ipc_op(OP_UPDATE_IF, -1);
	op.conditional = 1;
	op.unless = unless;
	op.value = value;
	return op;
}

void ipc_report_names(void)
{
	job->names = rt->names;
	for (int i = 0; i < rt->names; i++) {
		struct named *n = &rt->named[i];
		job->name[i] = (struct name_report){.mark = mark(n->hash), .sized = n->sized, .address = (uint64_t)SHARED + n->at, .size = n->size, .made = n->made};
		memcpy(job->name[i].name, n->name, sizeof n->name);
		if (strncmp(n->name, "fifo ", 5) == 0) {
			job->name[i].address = (uint64_t)&rt->pipe[n->at];
			job->name[i].size = sizeof(struct pipe);
		}
		ipc_report_queue(n, &job->name[i]);
	}
}

int ipc_unlink_name(const char *kind, const char *name, uint64_t pc, const uint64_t *frame)
{
	uint64_t h = hash(kind, name, 0);
	int generations;
	struct op op = changes(0, true);
	operate(mark(h), &op, now, h, pc, frame, NULL);
	struct named *n = find(h, &generations);
	if (!n) {
		errno = ENOENT;
		return -1;
	}
	n->linked = false;
	return 0;
}

/* Finds a name, or makes it, as the flags of open say; NULL sets errno. */
struct named *ipc_look_up(const char *kind, const char *name, int flags, bool *made, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	uint64_t h = hash(kind, name, 0);
	int generations;
	struct op op = flags & O_CREAT ? changes(0, false) : looks();
	operate(mark(h), &op, now, h, pc, frame, loop);
	struct named *n = find(h, &generations);
	*made = !n;
	if (n && flags & O_CREAT && flags & O_EXCL) {
		errno = EEXIST;
		return NULL;
	}
	if (!n && !(flags & O_CREAT)) {
		errno = ENOENT;
		return NULL;
	}
	return n ? n : add(kind, name, pc);
}

/* The same, of what has been looked up by a key. What is private has a name of its own, by who has made it. */
struct named *ipc_look_up_key(const char *kind, key_t key, int flags, bool *made, const uint64_t *loop)
{
	char name[MAX_NAME];
	struct thread *t = ipc_current();
	if (key == IPC_PRIVATE) {
		snprintf(name, sizeof name, "private number %d.%d", t->id, t->privates++);
		struct named *n = add(kind, name, loop[7]);
		snprintf(n->name, sizeof n->name, "%s private number %d", kind, rt->names);
		*made = true;
		ipc_wrote();
		return n;
	}
	snprintf(name, sizeof name, "key %d", key);
	return ipc_look_up(kind, name, (flags & IPC_CREAT ? O_CREAT : 0) | (flags & IPC_EXCL ? O_EXCL : 0), made, loop[7], (const uint64_t *)loop[6], loop);
}

/* What the program knows by a number, NULL if that is none. */
struct named *ipc_at_place(int place)
{
	for (int i = 0; i < rt->names; i++)
		if (rt->named[i].place == place)
			return &rt->named[i];
	errno = EINVAL;
	return NULL;
}

/* It has no name any more. */
void ipc_remove(struct named *n, uint64_t pc, const uint64_t *frame)
{
	struct op op = changes(n->generation, false);
	operate(mark(n->hash), &op, now, n->hash, pc, frame, NULL);
	n->linked = false;
}

/* Looks whether what has had a name still has it. */
bool ipc_still_named(struct named *n, uint64_t pc, const uint64_t *frame)
{
	struct op op = looks();
	operate(mark(n->hash), &op, now, n->hash, pc, frame, NULL);
	return n->linked;
}

static uint64_t size_now(uint64_t named) { return ((struct named *)named)->size; }

/* The size of it, as one looks at it; loop: see operate. */
size_t ipc_size_of(struct named *n, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	struct op op = looks();
	operate(n->sized, &op, size_now, (uint64_t)n, pc, frame, loop);
	return n->size;
}

void ipc_set_size(struct named *n, size_t size, uint64_t pc, const uint64_t *frame)
{
	struct op op = changes(size, true);
	operate(n->sized, &op, size_now, (uint64_t)n, pc, frame, NULL);
	if (size < n->size)
		memset(ipc_shared_at(n) + size, 0, n->size - size);
	n->size = size;
}
