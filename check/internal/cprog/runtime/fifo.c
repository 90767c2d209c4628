/* Fifos: pipes that have a name. Opening one waits for the other end to be opened. Who has
   it open changes under a monitor at the pipe. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "rt.h"

static const char kind[] = "fifo";

static bool outside(void) { return !ipc_ready || !rt->current; }

/* The pipe with the name, -1 if there is none. */
static int look_up(const char *path, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	bool made;
	struct named *n = ipc_look_up(kind, path, 0, &made, pc, frame, loop);
	return n ? (int)n->at : -1;
}

/* There is a file. A fifo that a run of the program has left behind is none. */
static bool is_there(const char *path)
{
	struct stat s;
	long result = ipc_syscall(SYS_stat, (long)path, (long)&s, 0, 0, 0, 0);
	return result == 0 ? !S_ISFIFO(s.st_mode) : result != -ENOENT;
}

/* A path is that of a file, which there is or is not. */
static int file(const char *path, const char *what, uint64_t pc)
{
	static char text[MAX_MESSAGE];
	if (!is_there(path)) {
		errno = ENOENT;
		return -1;
	}
	snprintf(text, sizeof text, "the program calls %s of a file, which is not controlled: standard input is", what);
	ipc_unsupported(text, pc);
}

static int make(const char *path, uint64_t pc, const uint64_t *frame)
{
	bool made;
	struct named *n = ipc_look_up(kind, path, O_CREAT | O_EXCL, &made, pc, frame, NULL);
	if (!n)
		return -1;
	if (is_there(path))
		ipc_unsupported("mkfifo at the place of a file is not controlled: remove it, or take another name", pc);
	n->at = ipc_new_pipe(FIFO, pc);
	return 0;
}

int mkfifo(const char *path, mode_t mode) { return make(path, PC, FRAME); }

int mknod(const char *path, mode_t mode, dev_t device)
{
	if (!S_ISFIFO(mode))
		ipc_unsupported("mknod is controlled for fifos only", PC);
	return make(path, PC, FRAME);
}

static int forget(const char *path, const char *what, uint64_t pc, const uint64_t *frame)
{
	if (outside())
		return ipc_syscall(SYS_unlink, (long)path, 0, 0, 0, 0, 0);
	return ipc_unlink_name(kind, path, pc, frame) == 0 ? 0 : file(path, what, pc);
}

int unlink(const char *path) { return forget(path, "unlink", PC, FRAME); }
int remove(const char *path) { return forget(path, "remove", PC, FRAME); }

int ipc_access_path(const char *path, int mode, uint64_t c, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (outside())
		return ipc_syscall(SYS_access, (long)path, mode, 0, 0, 0, 0);
	return look_up(path, frame[7], (const uint64_t *)frame[6], frame) >= 0 ? 0 : file(path, "access", frame[7]);
}

/* One more has the end open. A reader waits until somebody has opened the other one since,
   who may have closed it again; so does a writer. */
static int open_pipe(int i, int flags, uint64_t pc, const uint64_t *frame)
{
	struct pipe *p = &rt->pipe[i];
	struct object *bytes = ipc_bytes_of(i), *readers = ipc_readers_of(i);
	bool writes = (flags & O_ACCMODE) == O_WRONLY, waits = !(flags & O_NONBLOCK);
	if ((flags & O_ACCMODE) == O_RDWR)
		ipc_unsupported("a fifo that is opened for reading and writing is not controlled", pc);
	ipc_enter(p, pc, frame);
	if (writes && !waits && readers->owner == 0) {
		ipc_leave(p, pc, frame);
		errno = ENXIO;
		return -1;
	}
	if (bytes->owner == 0 && readers->owner == 0 && p->size > 0)
		ipc_unsupported("a fifo is opened again that has been closed by everybody before all was read: that is not controlled", pc);
	ipc_numbers_change(pc);
	int fd = ipc_new_descriptor(writes ? WRITES_PIPE : READS_PIPE, i, -1, flags, pc);
	if (fd >= 0) {
		struct object *end = writes ? bytes : readers;
		struct op op = ipc_op(writes ? OP_PIPE_BEGIN : OP_PIPE_READERS, end->id);
		op.arg = 1;
		ipc_perform(op, pc, frame);
		ipc_wrote();
		end->owner++;
		(*(writes ? &p->writings : &p->readings))++;
		ipc_notify(p, pc, frame);
		int *other = writes ? &p->readings : &p->writings, seen = *other;
		while (waits && (writes ? readers : bytes)->owner == 0 && *other == seen)
			ipc_await(p, p, false, UNLESS_RESTARTED, pc, frame);
	}
	ipc_leave(p, pc, frame);
	return fd;
}

static int open_at(const char *path, int flags, const char *what, uint64_t pc, const uint64_t *frame, const uint64_t *loop)
{
	int i = look_up(path, pc, frame, loop);
	if (i >= 0)
		return open_pipe(i, flags, pc, frame);
	if (flags & O_CREAT)
		ipc_unsupported("the program makes a file, which is not controlled: standard output is", pc);
	return file(path, what, pc);
}

int ipc_open(const char *path, int flags, int mode, uint64_t d, uint64_t e, const uint64_t *frame)
{
	if (outside())
		return ipc_syscall(SYS_openat, AT_FDCWD, (long)path, flags, mode, 0, 0);
	return open_at(path, flags, "open", frame[7], (const uint64_t *)frame[6], frame);
}

FILE *fopen(const char *path, const char *mode)
{
	if (outside())
		ipc_die("the program opens a file before main");
	int flags = mode[0] == 'r' ? O_RDONLY : mode[0] == 'w' ? O_WRONLY | O_CREAT : O_WRONLY | O_CREAT | O_APPEND;
	int fd = open_at(path, strchr(mode, '+') ? O_RDWR : flags, "fopen", PC, FRAME, NULL);
	return fd < 0 ? NULL : fdopen(fd, mode);
}
