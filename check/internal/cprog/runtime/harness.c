/* What ipccheck.h offers to harnesses. */
#include <stdarg.h>
#include <stdio.h>

#include "rt.h"

void ipc_harness_fail(const char *text)
{
	if (!ipc_current())
		ipc_die("an assertion fails before main");
	wire->crash_pc = ((const uint64_t *)FRAME[0])[1]; /* where the assertion is: this is called by a function of the header */
	ipc_fail("%s does not hold", text);
}

int ipc_harness_choose(int n)
{
	if (n < 2 || !ipc_current())
		return 0;
	ipc_perform(ipc_op(OP_CHOOSE, -1), ((const uint64_t *)FRAME[0])[1], (const uint64_t *)FRAME[0]);
	ipc_wrote();
	return ipc_alternative(n);
}
