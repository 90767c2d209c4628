/* A bounded buffer of integers, for several threads. */
#ifndef BUFFER_H
#define BUFFER_H
#include <stddef.h>
#define BUFFER_OK 0
#define BUFFER_CLOSED (-2)
typedef struct buffer buffer_t;
buffer_t *buffer_create(size_t capacity);
int buffer_put(buffer_t *b, int item);  /* waits for room */
int buffer_get(buffer_t *b, int *item); /* waits for an item; what is there is got after a close, too */
size_t buffer_size(buffer_t *b);
int buffer_close(buffer_t *b);
void buffer_destroy(buffer_t *b);
#endif
