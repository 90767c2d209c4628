/* What a function of the C library does to memory, for the call that the program has made of it. */
#ifndef ACCESSES_H
#define ACCESSES_H

#include "rt.h"

#define READS(p, n) ipc_range(p, n, false, PC)
#define WRITES(p, n) ipc_range(p, n, true, PC)
#define READS_TEXT(s) READS(s, strlen(s) + 1)

#endif
