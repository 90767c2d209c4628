/* What operations work on, known by its address: memory, locks, semaphores. */
#include "rt.h"

int32_t ipc_space_of_reserved(uint64_t address)
{
	char *p = (char *)address;
	if (p >= SHARED && p < SHARED + SHARED_SIZE)
		return -1;
	if (p >= RUNTIME && p < RUNTIME + sizeof(struct runtime))
		return -1;
	if (p >= MARKS && p < NUMBERS)
		return -1;
	return rt->current ? rt->current->process : 0;
}

/* The same for an object: of a history there is one, whoever records it. */
static int32_t space_of(const void *address, enum object_class class) { return class == HISTORY ? -1 : ipc_space((uint64_t)address); }

static struct object *add(uint64_t address, enum object_class class, int32_t space)
{
	if (rt->objects == MAX_OBJECTS)
		ipc_unsupported("the program has more objects that threads share than are controlled, 8192 in all: let it be smaller", rt->current ? rt->current->pc : 0);
	struct object *o = &rt->object[rt->objects];
	uint32_t version = o->version;
	memset(o, 0, sizeof *o);
	o->version = version;
	o->address = address;
	o->class = class;
	o->space = space;
	o->id = rt->objects;
	struct object_report *r = &job->object[rt->objects];
	r->address = address;
	r->class = class;
	r->space = space;
	r->generation = rt->generations;
	r->owner = r->n = r->size = 0;
	r->of = 0;
	r->made = 0;
	rt->objects++;
	return o;
}

static uint64_t key_of(uint64_t address, enum object_class class, int32_t space)
{
	return address ^ (uint64_t)(class + 1) << 56 ^ (uint64_t)(uint32_t)(space + 2) << 48;
}

static uint32_t slot_of(uint64_t key)
{
	uint32_t i = (key * 0x9E3779B97F4A7C15ull) >> 49;
	for (;; i++) {
		i %= SLOTS;
		if (rt->slot[i].run != rt->run || rt->slot[i].key == key)
			return i;
	}
}

/* The object of a class at an address; it is new if there has been none. */
struct object *ipc_object(const void *address, enum object_class class)
{
	int32_t space = space_of(address, class);
	uint64_t key = key_of((uint64_t)address, class, space);
	uint32_t i = slot_of(key);
	if (rt->slot[i].run == rt->run && rt->slot[i].obj >= 0)
		return &rt->object[rt->slot[i].obj];
	struct object *o = add((uint64_t)address, class, space);
	rt->slot[i].run = rt->run;
	rt->slot[i].key = key;
	rt->slot[i].obj = o->id;
	return o;
}

static bool is_lock(const struct object *o) { return o->class == MUTEX || o->class == RWLOCK || o->class == SPINLOCK || o->class == ONCE; }

/* The locks of a process are, in its child, as they are when that is forked: what another
   thread has locked stays so, as the child has no such thread. */
void ipc_inherit_locks(const struct thread *parent, const struct thread *child)
{
	for (int i = 0, n = rt->objects; i < n; i++) {
		struct object *from = &rt->object[i];
		if (from->space != parent->process || !is_lock(from) || !(from->owner || from->n || from->destroyed))
			continue;
		uint64_t key = key_of(from->address, from->class, child->process);
		uint32_t at = slot_of(key);
		if (rt->slot[slot_of(key_of(from->address, from->class, from->space))].obj != i)
			continue; /* another one is in its place by now */
		struct object *o = add(from->address, from->class, child->process);
		o->owner = from->owner == parent->id + 1 ? child->id + 1 : from->owner;
		o->depth = from->depth;
		o->n = from->n;
		o->destroyed = from->destroyed;
		o->writes = ~0ull; /* of another process */
		job->object[o->id].owner = o->owner;
		job->object[o->id].n = o->n;
		rt->slot[at].run = rt->run;
		rt->slot[at].key = key;
		rt->slot[at].obj = o->id;
	}
}

bool ipc_known(const void *address, enum object_class class)
{
	uint32_t i = slot_of(key_of((uint64_t)address, class, space_of(address, class)));
	return rt->slot[i].run == rt->run && rt->slot[i].obj >= 0;
}

/* What is at the address from now on is another object. */
void ipc_forget(const void *address, enum object_class class)
{
	uint32_t i = slot_of(key_of((uint64_t)address, class, space_of(address, class)));
	if (rt->slot[i].run == rt->run && rt->slot[i].obj >= 0) {
		rt->slot[i].obj = -1;
		rt->generations++;
	}
}

/* What is written over an object that is destroyed: where something else is, later, the
   program has initialised another one there. */
enum { SPOILT = 0xDB };

void ipc_spoil(struct object *o, void *at, size_t size)
{
	o->destroyed = true;
	memset(at, SPOILT, size);
}

/* The object at the place of one that was destroyed. */
struct object *ipc_anew(struct object *o, const void *at, size_t size, const char *what, uint64_t pc)
{
	size_t same = 0;
	while (same < size && ((const unsigned char *)at)[same] == SPOILT)
		same++;
	if (same == size)
		ipc_crash_at(pc, "%s is used after it has been destroyed", what);
	enum object_class class = o->class;
	ipc_forget(at, class);
	return ipc_object(at, class);
}

/* A lock or the like is used, which may be in memory that is not there any more, or that
   holds what malloc has left there. */
void ipc_usable(const void *at, const char *what, uint64_t pc)
{
	const char *fault = ipc_heap_fault((uint64_t)at, 1);
	if (fault)
		ipc_crash_at(pc, "%s is used, in bytes %s", what, fault);
	if (rt->current && !ipc_on_a_stack((uint64_t)at)) /* whoever initialises, destroys or frees it meanwhile, is not kept from it */
		ipc_access((uint64_t)at, 1, false, true, pc);
	for (int i = 0; i < 4; i++)
		if (((const unsigned char *)at)[i] != UNINITIALISED)
			return;
	ipc_crash_at(pc, "%s is used that has not been initialised", what);
}

/* A lock or the like is initialised, or destroyed: who uses it, and is not ordered with that, may do so
   before. On a stack another one may have been in its place. */
void ipc_begins_or_ends(const void *at, uint64_t pc)
{
	if (ipc_ready && rt->current && !ipc_on_a_stack((uint64_t)at))
		ipc_access((uint64_t)at, 1, true, false, pc);
}

/* A lock or the like, in memory that processes share, is used: several of them may only if it
   is made for that. */
void ipc_used_by_processes(struct object *o, bool may, const char *what, uint64_t pc)
{
	if (o->space >= 0 || may || !rt->current)
		return;
	int me = rt->current->process + 1;
	if (!o->user)
		o->user = me;
	if (o->user != me)
		ipc_crash_at(pc, "%s is used by several processes, and has not been initialised for that (PTHREAD_PROCESS_SHARED, or pshared)", what);
}

/* The object of an access to memory. Accesses that overlap in eight bytes have one. */
struct object *ipc_memory(uint64_t address, int size)
{
	int32_t space = ipc_space(address);
	uint64_t key = key_of(address & ~7ull, MEMORY, space);
	int lo = address & 7, hi = lo + size;
	for (int n = 0;; n++) { /* of the objects in these eight bytes */
		uint32_t i = slot_of(key + (uint64_t)n * 0x0101010101010101ull);
		if (rt->slot[i].run == rt->run) {
			struct object *o = &rt->object[rt->slot[i].obj];
			int from = o->address & 7;
			if (lo < from + o->size && from < hi)
				return o;
			continue;
		}
		struct object *o = add(address, MEMORY, space);
		o->size = size;
		rt->slot[i].run = rt->run;
		rt->slot[i].key = key + (uint64_t)n * 0x0101010101010101ull;
		rt->slot[i].obj = o->id;
		return o;
	}
}

/* Notes a place for what the verdict says. */
void ipc_note(uint64_t places[MAX_WEAK], uint64_t pc)
{
	for (int i = 0; i < MAX_WEAK; i++) {
		if (!places[i])
			places[i] = pc;
		if (places[i] == pc)
			return;
	}
}
