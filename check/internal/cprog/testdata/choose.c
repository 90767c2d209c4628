/* A choice that the harness makes. -DBAD: one of them is wrong; -DTOLD: in words. */
#include <ipccheck.h>
#include <stdio.h>

int main(void)
{
	int n = ipc_choose(3);
	printf("%d\n", n);
#ifdef BAD
	ipc_assert(n != 2);
#elif defined TOLD
	ipc_assert_told(n != 2, "IPC005: nobody has put 2");
#endif
	return 0;
}
