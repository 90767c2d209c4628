/* Fifos. The argument: 1: a child writes to one, and its parent reads to the end. 2: two
   fifos, there and back. 3: the same, opened in different orders. 4: nobody opens the other
   end. 5: who does not wait finds no reader. 6: names that there are, or not. 7: one is
   left behind. 8: a file. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char there[] = "/tmp/ipccheck-there", back[] = "/tmp/ipccheck-back";
static char text[8];

static void to_the_end(void)
{
	if (fork() == 0) {
		int fd = open(there, O_WRONLY);
		assert(write(fd, "abc", 3) == 3);
		_exit(0);
	}
	FILE *f = fopen(there, "r");
	assert(fgets(text, sizeof text, f) && strcmp(text, "abc") == 0);
	assert(fgetc(f) == EOF);
	fclose(f);
	wait(NULL);
}

static void there_and_back(int crossed)
{
	int in, out;
	if (fork() == 0) {
		if (crossed)
			out = open(back, O_WRONLY);
		in = open(there, O_RDONLY);
		if (!crossed)
			out = open(back, O_WRONLY);
		assert(read(in, text, 1) == 1);
		assert(write(out, text, 1) == 1);
		_exit(0);
	}
	out = open(there, O_WRONLY);
	in = open(back, O_RDONLY);
	assert(write(out, "x", 1) == 1);
	assert(read(in, text, 1) == 1 && text[0] == 'x');
	assert(read(in, text, 1) == 0);
	wait(NULL);
}

static void without_waiting(void)
{
	assert(open(there, O_WRONLY | O_NONBLOCK) < 0 && errno == ENXIO);
	int in = open(there, O_RDONLY | O_NONBLOCK);
	assert(in >= 0 && read(in, text, 1) == 0);
	int out = open(there, O_WRONLY | O_NONBLOCK);
	assert(out >= 0 && read(in, text, 1) < 0 && errno == EAGAIN);
	assert(write(out, "x", 1) == 1 && read(in, text, 1) == 1);
}

static void names(void)
{
	assert(mkfifo(there, 0600) < 0 && errno == EEXIST);
	assert(access(there, F_OK) == 0 && access("/tmp/ipccheck-nowhere", F_OK) < 0 && errno == ENOENT);
	assert(open("/tmp/ipccheck-nowhere", O_RDONLY) < 0 && errno == ENOENT);
}

int main(int argc, char **argv)
{
	int which = atoi(argv[1]);
	assert(mkfifo(there, 0600) == 0);
	assert(mkfifo(back, 0600) == 0);
	switch (which) {
	case 1:
		to_the_end();
		break;
	case 2:
	case 3:
		there_and_back(which == 3);
		break;
	case 4:
		open(there, O_RDONLY);
		break;
	case 5:
		without_waiting();
		break;
	case 6:
		names();
		break;
	case 8:
		open("/etc/passwd", O_RDONLY);
	}
	if (which != 7)
		unlink(there);
	return remove(back);
}
