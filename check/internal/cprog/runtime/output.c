/* What the program writes is kept with the execution. */
#include "rt.h"

/* A stream for a file or a pipe is flushed when it has as much as this. */
enum { STREAM_HOLDS = 4096 };

static int process(void) { return rt->current ? rt->current->process : 0; }

/* The stream of the process has nothing left that is not written. */
void ipc_flushed(void)
{
	if (ipc_ready && rt->unflushed.process == process())
		rt->unflushed.any = false;
}

/* The stream of the process is flushed with each line or letter, or when it is full. */
void ipc_prompt(bool at_once)
{
	if (!ipc_ready)
		return;
	uint64_t bit = 1ull << (process() % 64);
	rt->prompt = at_once ? rt->prompt | bit : rt->prompt & ~bit;
}

/* The process ends without a flush: what its stream still has is lost. */
void ipc_lose_output(void)
{
	if (!rt->unflushed.any || rt->unflushed.process != process() || rt->prompt >> (process() % 64) & 1)
		return;
	job->unwritten = (job->printed - rt->unflushed.from) % STREAM_HOLDS;
	job->printed -= job->unwritten;
	rt->unflushed.any = false;
}

void ipc_output(enum output to, const char *text, size_t n, bool stream)
{
	if (ipc_failed())
		return;
	if (to == STANDARD_OUTPUT && rt->leaves && process() == 0) {
		job->late += n;
		return;
	}
	if (to == STANDARD_OUTPUT) {
		if (!stream || !rt->unflushed.any || rt->unflushed.process != process()) {
			rt->unflushed.any = stream;
			rt->unflushed.process = process();
			rt->unflushed.from = job->printed;
		}
		size_t fits = n < (size_t)(MAX_OUTPUT - job->printed) ? n : (size_t)(MAX_OUTPUT - job->printed);
		memcpy(job->print + job->printed, text, fits);
		job->printed += fits;
	}
	size_t room = MAX_OUTPUT - job->output;
	if (n > room) {
		job->output_lost += n - room;
		n = room;
	}
	memcpy(job->out + job->output, text, n);
	job->output += n;
}
