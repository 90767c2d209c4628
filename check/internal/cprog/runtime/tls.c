/* Blocks of thread-local variables. The C library lays them out; the first thread's is
   copied, so that a new thread begins with its locale and the like. */
#include <asm/prctl.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "rt.h"

extern void *_dl_allocate_tls(void *);

enum { CONTROL_BLOCK = 0x320 }; /* of the thread control block, what is copied */

void ipc_set_tls(uintptr_t tcb)
{
	if (rt->fsgsbase)
		__asm__ volatile("wrfsbase %0" ::"r"(tcb) : "memory");
	else
		ipc_syscall(SYS_arch_prctl, ARCH_SET_FS, tcb, 0, 0, 0, 0);
}

/* The block of a thread as it is at its start. Those that have been made are kept. */
uintptr_t ipc_tls_of(int thread)
{
	if (thread == 0)
		return rt->main_tcb;
	if (!rt->tcb[thread]) {
		rt->outside_heap = true; /* it outlasts the execution */
		void **block = _dl_allocate_tls(NULL);
		rt->outside_heap = false;
		if (!block)
			ipc_unsupported("there is no memory for the variables of a thread", rt->current->pc);
		void *vector = block[1];
		memcpy(block, (void *)rt->main_tcb, CONTROL_BLOCK);
		block[0] = block[2] = block;
		block[1] = vector;
		rt->tcb[thread] = (uintptr_t)block;
	}
	memcpy((char *)rt->tcb[thread] - rt->tls_size, rt->tls_copy, rt->tls_size);
	return rt->tcb[thread];
}

static int add_size(struct dl_phdr_info *info, size_t size, void *sum)
{
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		if (h->p_type == PT_TLS)
			*(size_t *)sum += (h->p_memsz + 2 * h->p_align - 1) & ~(h->p_align - 1);
	}
	return 0;
}

/* Keeps the block of the first thread. */
void ipc_tls_snapshot(void)
{
	__asm__("mov %%fs:0, %0" : "=r"(rt->main_tcb));
	rt->fsgsbase = getauxval(AT_HWCAP2) & 2;
	dl_iterate_phdr(add_size, &rt->tls_size);
	if (rt->tls_size > TLS)
		ipc_die("the program has more thread-local variables than there is room for");
	memcpy(rt->tls_copy, (char *)rt->main_tcb - rt->tls_size, rt->tls_size);
}
