/* Message queues: those of POSIX, and those of System V. Each is a monitor in shared
   memory. */
#include <fcntl.h>
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>

#include "rt.h"

struct message {
	bool used;
	long type;      /* of POSIX: the priority */
	uint64_t order;
	size_t size;
	char bytes[];
};

enum { TYPES = 8 };

struct queue {
	int32_t slots, used;
	size_t room;    /* of a message */
	size_t bytes, most;
	uint64_t order;
	bool removed;
	char for_room, for_any, for_type[TYPES]; /* stand for those who wait, for a type modulo TYPES */
};

enum { SYSTEM_V_SLOTS = 64, SYSTEM_V_ROOM = 2048, SYSTEM_V_BYTES = 16384 };

static const char posix[] = "message queue", system_v[] = "message queue of msgget,"; /* the first is the beginning of both */

static size_t stride(size_t room) { return (sizeof(struct message) + room + 7) & ~(size_t)7; }
static struct message *slot(struct queue *q, int i) { return (struct message *)((char *)(q + 1) + i * stride(q->room)); }

static struct queue *make(struct named *n, int slots, size_t room, size_t most)
{
	struct queue *q = (struct queue *)ipc_share(n, sizeof *q + slots * stride(room));
	if (!q)
		ipc_unsupported("the message queues need more memory than is shared under control", 0);
	*q = (struct queue){.slots = slots, .room = room, .most = most};
	return q;
}

/* Whether a message goes before another for those who take the highest priority, the first of
   a type (0: of any), or the lowest type up to a number (which is negative then). */
static bool before(const struct message *a, const struct message *b, bool highest, long type)
{
	if (highest && a->type != b->type)
		return a->type > b->type;
	if (type < 0 && a->type != b->type)
		return a->type < b->type;
	return a->order < b->order;
}

static struct message *first(struct queue *q, bool highest, long type)
{
	struct message *best = NULL;
	for (int i = 0; i < q->slots; i++) {
		struct message *m = slot(q, i);
		if (m->used && (highest || type == 0 || (type > 0 ? m->type == type : m->type <= -type)) && (!best || before(m, best, highest, type)))
			best = m;
	}
	return best;
}

/* Those of POSIX have no bound on their bytes. */
static bool is_system_v(const struct queue *q) { return q->most != SIZE_MAX; }
static enum failing interrupted(const struct queue *q) { return is_system_v(q) ? FAILS : UNLESS_RESTARTED; }

static int fail(struct queue *q, int error, uint64_t pc, const uint64_t *frame)
{
	ipc_leave(q, pc, frame);
	errno = error;
	return -1;
}

static int send(struct queue *q, const char *from, size_t n, long type, bool waits, bool timed, uint64_t pc, const uint64_t *frame)
{
	ipc_range(from, n, false, pc);
	bool in_time = true;
	ipc_enter(q, pc, frame);
	while (!q->removed && (q->used == q->slots || q->bytes + n > q->most)) {
		if (is_system_v(q) && q->bytes + n <= q->most)
			ipc_unsupported("more than 64 messages in a queue of msgget are not controlled: let there be fewer at a time", pc);
		if (!waits)
			return fail(q, EAGAIN, pc, frame);
		if (!in_time)
			return fail(q, ETIMEDOUT, pc, frame);
		in_time = ipc_await(&q->for_room, q, timed, interrupted(q), pc, frame);
	}
	if (q->removed)
		return fail(q, EIDRM, pc, frame);
	int i = 0;
	while (slot(q, i)->used)
		i++;
	struct message *m = slot(q, i);
	*m = (struct message){.used = true, .type = type, .order = q->order++, .size = n};
	memcpy(m->bytes, from, n);
	q->used++;
	q->bytes += n;
	ipc_notify(&q->for_any, pc, frame);
	ipc_notify(&q->for_type[type % TYPES], pc, frame);
	ipc_leave(q, pc, frame);
	return 0;
}

static ssize_t receive(struct queue *q, char *to, size_t n, bool highest, long *type, bool waits, bool timed, bool cuts, uint64_t pc, const uint64_t *frame)
{
	struct message *m;
	bool in_time = true;
	ipc_enter(q, pc, frame);
	while (!(m = first(q, highest, *type)) && !q->removed) {
		if (!waits)
			return fail(q, highest ? EAGAIN : ENOMSG, pc, frame);
		if (!in_time)
			return fail(q, ETIMEDOUT, pc, frame);
		in_time = ipc_await(highest || *type <= 0 ? &q->for_any : &q->for_type[*type % TYPES], q, timed, interrupted(q), pc, frame);
	}
	if (q->removed)
		return fail(q, EIDRM, pc, frame);
	if (m->size > n && !cuts)
		return fail(q, highest ? EMSGSIZE : E2BIG, pc, frame);
	n = m->size < n ? m->size : n;
	memcpy(to, m->bytes, n);
	*type = m->type;
	m->used = false;
	q->used--;
	q->bytes -= m->size;
	ipc_notify(&q->for_room, pc, frame);
	ipc_leave(q, pc, frame);
	ipc_range(to, n, true, pc);
	return n;
}

/* POSIX. A descriptor says which name it is of, and how it was opened. */

enum { OPENED = 16, FIRST_QUEUE = 1 << 10 };

static struct queue *queue_of(mqd_t d, int not_with, int *flags)
{
	struct named *n = ipc_at_place((d & 0xffff) - FIRST_QUEUE);
	*flags = d >> OPENED;
	if (d < 0 || !n || (not_with >= 0 && (*flags & O_ACCMODE) == not_with)) {
		errno = EBADF;
		return NULL;
	}
	return (struct queue *)ipc_shared_at(n);
}

mqd_t ipc_mq_open(const char *name, int flags, mode_t mode, struct mq_attr *a, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up(posix, name, flags, &made, frame[7], (const uint64_t *)frame[6], frame);
	if (!n)
		return -1;
	if (made) {
		if (a && (a->mq_maxmsg <= 0 || a->mq_msgsize <= 0)) {
			n->linked = false;
			errno = EINVAL;
			return -1;
		}
		int slots = a ? a->mq_maxmsg : 10;
		make(n, slots, a ? a->mq_msgsize : 8192, SIZE_MAX);
	}
	return (flags & (O_ACCMODE | O_NONBLOCK)) << OPENED | (FIRST_QUEUE + n->place);
}

int mq_close(mqd_t d) { return 0; }
int mq_unlink(const char *name) { return ipc_unlink_name(posix, name, PC, FRAME); }

static int post(mqd_t d, const char *from, size_t n, unsigned priority, bool timed, uint64_t pc, const uint64_t *frame)
{
	int flags;
	struct queue *q = queue_of(d, O_RDONLY, &flags);
	if (q && n > q->room) {
		errno = EMSGSIZE;
		return -1;
	}
	return q ? send(q, from, n, priority, !(flags & O_NONBLOCK), timed, pc, frame) : -1;
}

static ssize_t collect(mqd_t d, char *to, size_t n, unsigned *priority, bool timed, uint64_t pc, const uint64_t *frame)
{
	int flags;
	long type = 0;
	struct queue *q = queue_of(d, O_WRONLY, &flags);
	if (q && n < q->room) {
		errno = EMSGSIZE;
		return -1;
	}
	ssize_t got = q ? receive(q, to, n, true, &type, !(flags & O_NONBLOCK), timed, false, pc, frame) : -1;
	if (got >= 0 && priority)
		*priority = type;
	return got;
}

int mq_send(mqd_t d, const char *from, size_t n, unsigned priority) { return post(d, from, n, priority, false, PC, FRAME); }
int mq_timedsend(mqd_t d, const char *from, size_t n, unsigned priority, const struct timespec *until) { return post(d, from, n, priority, true, PC, FRAME); }
ssize_t mq_receive(mqd_t d, char *to, size_t n, unsigned *priority) { return collect(d, to, n, priority, false, PC, FRAME); }
ssize_t mq_timedreceive(mqd_t d, char *to, size_t n, unsigned *priority, const struct timespec *until) { return collect(d, to, n, priority, true, PC, FRAME); }

int mq_getattr(mqd_t d, struct mq_attr *a)
{
	int flags;
	struct queue *q = queue_of(d, -1, &flags);
	if (!q)
		return -1;
	ipc_enter(q, PC, FRAME);
	*a = (struct mq_attr){.mq_flags = flags & O_NONBLOCK, .mq_maxmsg = q->slots, .mq_msgsize = q->room, .mq_curmsgs = q->used};
	ipc_leave(q, PC, FRAME);
	return 0;
}

/* System V. */

static struct queue *queue_by_id(int id)
{
	struct named *n = ipc_at_place(id);
	return n ? (struct queue *)ipc_shared_at(n) : NULL;
}

int ipc_msgget(key_t key, int flags, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up_key(system_v, key, flags, &made, frame);
	if (n && made)
		make(n, SYSTEM_V_SLOTS, SYSTEM_V_ROOM, SYSTEM_V_BYTES);
	return n ? n->place : -1;
}

int msgsnd(int id, const void *message, size_t n, int flags)
{
	struct queue *q = queue_by_id(id);
	long type = *(const long *)message;
	if (n > SYSTEM_V_ROOM)
		ipc_unsupported("msgsnd of more than 2048 bytes is not controlled", PC);
	if (q && type <= 0) {
		errno = EINVAL;
		return -1;
	}
	return q ? send(q, (const char *)message + sizeof type, n, type, !(flags & IPC_NOWAIT), false, PC, FRAME) : -1;
}

ssize_t msgrcv(int id, void *message, size_t n, long type, int flags)
{
	struct queue *q = queue_by_id(id);
	if (flags & (MSG_EXCEPT | MSG_COPY))
		ipc_unsupported("msgrcv with MSG_EXCEPT or MSG_COPY is not controlled", PC);
	ssize_t got = q ? receive(q, (char *)message + sizeof type, n, false, &type, !(flags & IPC_NOWAIT), false, flags & MSG_NOERROR, PC, FRAME) : -1;
	if (got >= 0)
		*(long *)message = type;
	return got;
}

int msgctl(int id, int command, struct msqid_ds *s)
{
	struct queue *q = queue_by_id(id);
	if (!q)
		return -1;
	if (command != IPC_RMID)
		ipc_unsupported("msgctl is controlled with IPC_RMID only", PC);
	ipc_enter(q, PC, FRAME);
	q->removed = true;
	ipc_remove(ipc_at_place(id), PC, FRAME);
	for (const char *who = &q->for_room; who < q->for_type + TYPES; who++)
		ipc_notify(who, PC, FRAME);
	ipc_leave(q, PC, FRAME);
	return 0;
}

void ipc_report_queue(const struct named *n, struct name_report *r)
{
	if (strncmp(n->name, posix, sizeof posix - 1))
		return;
	const struct queue *q = (const struct queue *)ipc_shared_at(n);
	r->messages = q->used;
	r->slots = q->slots;
}
