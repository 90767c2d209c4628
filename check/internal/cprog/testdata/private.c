/* Memory with a name that is mapped for one process alone. */
#include <assert.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
int main(void) {
	int fd = shm_open("/pm", O_CREAT | O_RDWR | O_EXCL, 0600);
	assert(ftruncate(fd, 100) == 0);
	int *s = mmap(0, 100, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	s[0] = 7;
	int *p = mmap(0, 100, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	assert(p[0] == 7);
	p[0] = 8;
	if (fork() == 0) { p[0] = 9; _exit(0); }
	wait(0);
	assert(s[0] == 7 && p[0] == 8);
	munmap(p, 100);
	shm_unlink("/pm");
	return 0;
}
