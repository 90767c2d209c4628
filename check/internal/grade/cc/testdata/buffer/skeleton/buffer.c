#include "buffer.h"
/* Yours. */
