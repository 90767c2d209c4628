/* Two children and their parent, each with the standard streams of the next. -DQUIET: the
   first leaves without a flush of what it has printed. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
	int a[2], b[2], c, lines = 0;
	char line[64];
	pipe(a);
	if (fork() == 0) {
		dup2(a[1], fileno(stdout));
		close(a[0]);
		close(a[1]);
		printf("hello\n");
		puts("world");
#ifdef QUIET
		_exit(0);
#endif
		exit(0);
	}
	close(a[1]);
	pipe(b);
	if (fork() == 0) {
		dup2(a[0], STDIN_FILENO);
		dup2(b[1], STDOUT_FILENO);
		close(a[0]);
		close(b[0]);
		close(b[1]);
		while ((c = getchar()) != EOF)
			putchar(toupper(c));
		exit(0);
	}
	close(a[0]);
	close(b[1]);
	FILE *f = fdopen(b[0], "r");
	while (fgets(line, sizeof line, f))
		lines += strcmp(line, lines ? "WORLD\n" : "HELLO\n") == 0;
	fclose(f);
	while (wait(NULL) > 0)
		;
	return lines != 2;
}
