/* Changing stacks, and entries of functions that must know the registers and the
   stack of who calls them, as loops that wait are recognised by these. */
	.intel_syntax noprefix
	.text

	.macro SAVE
	push rbp
	push rbx
	push r12
	push r13
	push r14
	push r15
	.endm

	.macro RESTORE
	pop r15
	pop r14
	pop r13
	pop r12
	pop rbx
	pop rbp
	.endm

	.macro FUNCTION name
	.globl \name
	.type \name, @function
\name:
	.endm

/* void ipc_switch(void **save, void *to): goes on where the stack pointer to was saved. */
	FUNCTION ipc_switch
	SAVE
	mov [rdi], rsp
	mov rsp, rsi
	RESTORE
	ret

/* int ipc_save(void **save, void (*then)(void), void *stack): calls then on another
   stack, and returns 1; and 0 when somebody switches to what it saved. */
	FUNCTION ipc_save
	SAVE
	mov [rdi], rsp
	mov rbx, rsp
	mov rsp, rdx
	call rsi
	mov rsp, rbx
	RESTORE
	mov eax, 1
	ret

/* void ipc_switch_through(void **save, void **to, void (*then)(void), void *stack): the
   same as ipc_switch, but that then is called in between, on a stack of its own. */
	FUNCTION ipc_switch_through
	SAVE
	mov [rdi], rsp
	mov rbx, rsi
	mov rsp, rcx
	call rdx
	mov rsp, [rbx]
	xor eax, eax
	RESTORE
	ret

	FUNCTION ipc_thread_entry
	sub rsp, 8
	call ipc_thread_main
	ud2

/* ENTRY name, function, code: name is function with the frame as sixth argument, whose
   words are: code r15 r14 r13 r12 rbx rbp, the return address, and the stack of the
   caller. */
	.macro ENTRY name, function, code
	FUNCTION \name
	SAVE
	push \code
	mov r9, rsp
	call \function
	add rsp, 8
	RESTORE
	ret
	.endm

/* Plain and volatile accesses. code: size, 0x100 for a write, 0x200 if volatile. Of most accesses it
   does not matter what is in the registers, and ipc_plain_alone does all that is to be done. */
	.macro PLAIN name, code
	FUNCTION \name
	push rdi
	mov esi, \code
	mov rdx, [rsp + 8]
	call ipc_plain_alone
	pop rdi
	test al, al
	jz 1f
	ret
1:	SAVE
	push \code
	mov r9, rsp
	call ipc_plain
	add rsp, 8
	RESTORE
	ret
	.endm

	.irp n, 1, 2, 4, 8, 16
	PLAIN __tsan_read\n, \n
	PLAIN __tsan_unaligned_read\n, \n
	PLAIN __tsan_write\n, (\n + 0x100)
	PLAIN __tsan_unaligned_write\n, (\n + 0x100)
	ENTRY __tsan_volatile_read\n, ipc_plain, (\n + 0x200)
	ENTRY __tsan_unaligned_volatile_read\n, ipc_plain, (\n + 0x200)
	ENTRY __tsan_volatile_write\n, ipc_plain, (\n + 0x300)
	ENTRY __tsan_unaligned_volatile_write\n, ipc_plain, (\n + 0x300)
	.endr
	PLAIN __tsan_vptr_update, 0x108
	PLAIN __tsan_vptr_read, 8

/* Atomic accesses. code: which, and the logarithm of the size times 0x100. */
	.macro ATOMIC bits, size, function=ipc_atomic
	ENTRY __tsan_atomic\bits\()_load, \function, (0 + \size)
	ENTRY __tsan_atomic\bits\()_store, \function, (1 + \size)
	ENTRY __tsan_atomic\bits\()_exchange, \function, (2 + \size)
	ENTRY __tsan_atomic\bits\()_fetch_add, \function, (3 + \size)
	ENTRY __tsan_atomic\bits\()_fetch_sub, \function, (4 + \size)
	ENTRY __tsan_atomic\bits\()_fetch_and, \function, (5 + \size)
	ENTRY __tsan_atomic\bits\()_fetch_or, \function, (6 + \size)
	ENTRY __tsan_atomic\bits\()_fetch_xor, \function, (7 + \size)
	ENTRY __tsan_atomic\bits\()_fetch_nand, \function, (8 + \size)
	ENTRY __tsan_atomic\bits\()_compare_exchange_strong, \function, (9 + \size)
	ENTRY __tsan_atomic\bits\()_compare_exchange_weak, \function, (9 + \size)
	ENTRY __tsan_atomic\bits\()_compare_exchange_val, \function, (10 + \size)
	.endm
	ATOMIC 8, 0
	ATOMIC 16, 0x100
	ATOMIC 32, 0x200
	ATOMIC 64, 0x300
	ATOMIC 128, 0, ipc_atomic16

/* Calls that loops which wait consist of. */
	ENTRY pthread_mutex_lock, ipc_mutex_lock, 0
	ENTRY pthread_mutex_trylock, ipc_mutex_trylock, 0
	ENTRY pthread_mutex_timedlock, ipc_mutex_timedlock, 0
	ENTRY pthread_mutex_clocklock, ipc_mutex_clocklock, 0
	ENTRY pthread_spin_lock, ipc_spin_lock, 0
	ENTRY pthread_spin_trylock, ipc_spin_trylock, 0
	ENTRY pthread_rwlock_tryrdlock, ipc_rwlock_tryrdlock, 0
	ENTRY pthread_rwlock_trywrlock, ipc_rwlock_trywrlock, 0
	ENTRY pthread_rwlock_timedrdlock, ipc_rwlock_timedrdlock, 0
	ENTRY pthread_rwlock_clockrdlock, ipc_rwlock_clockrdlock, 0
	ENTRY pthread_rwlock_timedwrlock, ipc_rwlock_timedwrlock, 0
	ENTRY pthread_rwlock_clockwrlock, ipc_rwlock_clockwrlock, 0
	ENTRY mtx_lock, ipc_mutex_lock, 0
	ENTRY mtx_trylock, ipc_mtx_trylock, 0
	ENTRY mtx_timedlock, ipc_mtx_timedlock, 0
	ENTRY sem_trywait, ipc_sem_trywait, 0
	ENTRY sem_getvalue, ipc_sem_getvalue, 0
	ENTRY read, ipc_read, 0
	ENTRY write, ipc_write, 0
	ENTRY poll, ipc_poll, 0
	ENTRY select, ipc_select, 0
	ENTRY waitpid, ipc_waitpid, 0
	ENTRY open, ipc_open, 0
	ENTRY access, ipc_access_path, 0
	ENTRY shm_open, ipc_shm_open, 0
	ENTRY fstat, ipc_fstat, 0
	ENTRY shmget, ipc_shmget, 0
	ENTRY semget, ipc_semget, 0
	ENTRY msgget, ipc_msgget, 0
	ENTRY sem_open, ipc_sem_open, 0
	ENTRY mq_open, ipc_mq_open, 0
	ENTRY time, ipc_time, 0
	ENTRY clock, ipc_clock, 0
	ENTRY getrusage, ipc_getrusage, 0
	ENTRY clock_gettime, ipc_clock_gettime, 0
	ENTRY gettimeofday, ipc_gettimeofday, 0
	ENTRY timespec_get, ipc_timespec_get, 0
	ENTRY sched_yield, ipc_yield, 0
	ENTRY pthread_testcancel, ipc_testcancel, 0
	ENTRY pthread_yield, ipc_yield, 0
	ENTRY thrd_yield, ipc_yield, 0
	ENTRY usleep, ipc_usleep, 0
	ENTRY sleep, ipc_sleep, 0
	ENTRY nanosleep, ipc_nanosleep, 0
	ENTRY clock_nanosleep, ipc_clock_nanosleep, 0
	ENTRY thrd_sleep, ipc_nanosleep, 0

/* wait is waitpid for any child, called from the same place. */
	FUNCTION wait
	mov rsi, rdi
	mov edi, -1
	xor edx, edx
	jmp waitpid

	.section .note.GNU-stack, "", @progbits
