#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* The lines are right, and nothing is sent. */
int main(int argc, char **argv)
{
	if (argc != 4)
		return 1;
	int items = atoi(argv[2]);
	if (fork() == 0)
		_exit(0);
	for (int i = 1; i <= items; i++)
		printf("got %d\n", i);
	printf("sum %d\n", items * (items + 1) / 2);
	wait(NULL);
	return 0;
}
