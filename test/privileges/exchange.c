/* Exchanges two names, atomically, over and over, until it is ended. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>

int main(int count, char **words) {
  if (count != 3) return 2;
  puts("begun");
  fflush(stdout);
  for (;;) renameat2(AT_FDCWD, words[1], AT_FDCWD, words[2], RENAME_EXCHANGE);
}
