/* System V semaphores: sets of them, each a monitor in shared memory. */
#include <stdarg.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "rt.h"

enum { MOST = 32, HIGHEST = 32767 };

struct set {
	int32_t value[MOST]; /* and who waits for more of them; where they are is known to the command */
	char zero[MOST];     /* stand for those who wait until a value is 0 */
	int32_t n;
	bool removed;
	int32_t undo[MAX_THREADS][MOST]; /* by process: what its end would give back */
};

static const char kind[] = "semaphores of semget,";

static struct set *set_by_id(int id)
{
	struct named *n = ipc_at_place(id);
	return n ? (struct set *)ipc_shared_at(n) : NULL;
}

int ipc_semget(key_t key, int n, int flags, uint64_t d, uint64_t e, const uint64_t *frame)
{
	bool made;
	if (n > MOST)
		ipc_unsupported("semget of more than 32 semaphores is not controlled", frame[7]);
	struct named *named = ipc_look_up_key(kind, key, flags, &made, frame);
	if (!named)
		return -1;
	if (made) {
		struct set *s = (struct set *)ipc_share(named, sizeof *s);
		if (!s)
			ipc_unsupported("the semaphores need more memory than is shared under control", frame[7]);
		s->n = n;
	}
	return named->place;
}

/* Lets those go on who wait for what has changed. */
static void changed(struct set *s, const int32_t *old, uint64_t pc, const uint64_t *frame)
{
	for (int i = 0; i < s->n; i++) {
		if (s->removed || s->value[i] > old[i])
			ipc_notify(&s->value[i], pc, frame);
		if (s->removed || (s->value[i] == 0 && old[i] != 0))
			ipc_notify(&s->zero[i], pc, frame);
	}
}

/* Makes all of the operations, or none: 1 if they must wait, for what is at an address then, or
   the error, negative. */
static int attempt(struct set *s, const struct sembuf *ops, size_t n, const void **until)
{
	int32_t value[MOST];
	memcpy(value, s->value, sizeof value);
	for (size_t i = 0; i < n; i++) {
		if (ops[i].sem_num >= s->n)
			return -EFBIG;
		int32_t *v = &value[ops[i].sem_num];
		*until = ops[i].sem_op ? (void *)&s->value[ops[i].sem_num] : &s->zero[ops[i].sem_num];
		if (ops[i].sem_op == 0 ? *v != 0 : *v + ops[i].sem_op < 0)
			return ops[i].sem_flg & IPC_NOWAIT ? -EAGAIN : 1;
		if ((*v += ops[i].sem_op) > HIGHEST)
			return -ERANGE;
	}
	memcpy(s->value, value, sizeof value);
	for (size_t i = 0; i < n; i++)
		if (ops[i].sem_flg & SEM_UNDO)
			s->undo[ipc_current()->process][ops[i].sem_num] -= ops[i].sem_op;
	return 0;
}

static int operate(int id, struct sembuf *ops, size_t n, bool timed, uint64_t pc, const uint64_t *frame)
{
	struct set *s = set_by_id(id);
	if (!s)
		return -1;
	int result;
	bool in_time = true;
	const void *until;
	int32_t old[MOST];
	ipc_enter(s, pc, frame);
	while (memcpy(old, s->value, sizeof old), (result = s->removed ? -EIDRM : attempt(s, ops, n, &until)) > 0 && in_time)
		in_time = ipc_await(until, s, timed, FAILS, pc, frame);
	if (result > 0)
		result = -EAGAIN;
	changed(s, old, pc, frame);
	ipc_leave(s, pc, frame);
	errno = result < 0 ? -result : errno;
	return result < 0 ? -1 : 0;
}

int semop(int id, struct sembuf *ops, size_t n) { return operate(id, ops, n, false, PC, FRAME); }
int semtimedop(int id, struct sembuf *ops, size_t n, const struct timespec *limit) { return operate(id, ops, n, limit != NULL, PC, FRAME); }

int semctl(int id, int number, int command, ...)
{
	va_list list;
	va_start(list, command);
	long argument = va_arg(list, long);
	va_end(list);
	struct set *s = set_by_id(id);
	if (!s)
		return -1;
	if (command != IPC_RMID && command != SETALL && command != GETALL && (number < 0 || number >= s->n)) {
		errno = EINVAL;
		return -1;
	}
	int result = 0;
	ipc_enter(s, PC, FRAME);
	int32_t old[MOST];
	memcpy(old, s->value, sizeof old);
	switch (command) {
	case SETVAL:
		s->value[number] = (int)argument;
		break;
	case GETVAL:
		result = s->value[number];
		break;
	case SETALL:
		for (int i = 0; i < s->n; i++)
			s->value[i] = ((unsigned short *)argument)[i];
		break;
	case GETALL:
		for (int i = 0; i < s->n; i++)
			((unsigned short *)argument)[i] = s->value[i];
		break;
	case IPC_RMID:
		s->removed = true;
		ipc_remove(ipc_at_place(id), PC, FRAME);
		break;
	default:
		ipc_unsupported("semctl is controlled with SETVAL, GETVAL, SETALL, GETALL and IPC_RMID only", PC);
	}
	changed(s, old, PC, FRAME);
	ipc_leave(s, PC, FRAME);
	return result;
}

/* What SEM_UNDO asks for, when a process ends. */
void ipc_undo(int process, uint64_t pc, const uint64_t *frame)
{
	for (int i = 0; i < wire->nplaces; i++) {
		struct named *n = ipc_at_place(i);
		if (!n || !n->linked || strncmp(n->name, kind, sizeof kind - 1))
			continue;
		struct set *s = (struct set *)ipc_shared_at(n);
		bool any = false;
		for (int i = 0; i < s->n; i++)
			any |= s->undo[process][i] != 0;
		if (!any)
			continue;
		ipc_enter(s, pc, frame);
		int32_t old[MOST];
		memcpy(old, s->value, sizeof old);
		for (int i = 0; i < s->n; i++) {
			int32_t v = s->value[i] + s->undo[process][i];
			s->value[i] = v < 0 ? 0 : v;
			s->undo[process][i] = 0;
		}
		changed(s, old, pc, frame);
		ipc_leave(s, pc, frame);
	}
}
