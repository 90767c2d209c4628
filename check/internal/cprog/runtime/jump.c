/* longjmp, and the handlers that pthread_cleanup_push installs, which are jumped to. */
#include <dlfcn.h>
#include <setjmp.h>
#include <stdio.h>

#include "rt.h"

/* Where the stack was that the C library has kept, which it mangles. */
static uint64_t stack_of(const struct __jmp_buf_tag *b)
{
	enum { STACK_POINTER = 6 };
	uint64_t guard, mangled = b->__jmpbuf[STACK_POINTER];
	__asm__("mov %%fs:0x30, %0" : "=r"(guard));
	return (mangled >> 17 | mangled << 47) ^ guard;
}

static void jump(struct __jmp_buf_tag *b, int value, uint64_t pc, const uint64_t *frame) __attribute__((noreturn));
static void jump(struct __jmp_buf_tag *b, int value, uint64_t pc, const uint64_t *frame)
{
	void (*real)(struct __jmp_buf_tag *, int) = dlsym(RTLD_NEXT, "_longjmp");
	struct thread *t = ipc_current();
	if (t && (stack_of(b) <= (uint64_t)frame || stack_of(b) >= (uint64_t)t->top))
		ipc_crash_at(pc, "longjmp to a function that has returned, or to that of another thread");
	if (t && t->handling)
		ipc_unsupported("longjmp out of the handler of a signal is not controlled", pc);
	real(b, value);
	__builtin_unreachable();
}

void longjmp(jmp_buf b, int value) { jump(b, value, PC, FRAME); }
void _longjmp(jmp_buf b, int value) { jump(b, value, PC, FRAME); }
void siglongjmp(sigjmp_buf b, int value) { jump(b, value, PC, FRAME); }
void __longjmp_chk(jmp_buf b, int value) { jump(b, value, PC, FRAME); }

/* The handlers of a thread are a list, the last one first. */

static __pthread_unwind_buf_t *next(const __pthread_unwind_buf_t *b) { return b->__pad[0]; }

void __pthread_register_cancel(__pthread_unwind_buf_t *b)
{
	struct thread *t = ipc_current();
	b->__pad[0] = t->cleanup;
	t->cleanup = b;
}

void __pthread_unregister_cancel(__pthread_unwind_buf_t *b) { ipc_current()->cleanup = next(b); }

/* The thread ends, when its handlers have run: each goes on to the next one by the call that
   pthread_cleanup_push has made of it. */
void ipc_unwind(uint64_t by)
{
	struct thread *t = ipc_current();
	t->ends_by = by;
	if (t->cleanup)
		jump((struct __jmp_buf_tag *)t->cleanup->__cancel_jmp_buf, 1, by, FRAME);
	ipc_end_thread(by);
}

/* The header says that it is weak: this one is not. */
void ipc_unwind_next(__pthread_unwind_buf_t *b) __asm__("__pthread_unwind_next");
void ipc_unwind_next(__pthread_unwind_buf_t *b)
{
	struct thread *t = ipc_current();
	t->cleanup = next(b);
	ipc_unwind(t->ends_by);
}
