/* What the program writes is kept with the execution. */
#include "rt.h"

void ipc_output(enum output to, const char *text, size_t n)
{
	if (ipc_failed())
		return;
	if (to == STANDARD_OUTPUT) {
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
