/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A helper that does what the first argument says, so that the runner of helpers can be tested. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void
copy_input (void)
{
  char buffer[65536];
  size_t n;

  while ((n = fread (buffer, 1, sizeof buffer, stdin)) > 0)
    fwrite (buffer, 1, n, stdout);
}

/* The descriptors beyond the standard ones that are open here. */
static void
list_descriptors (void)
{
  for (int fd = 3; fd < 256; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      printf ("%d ", fd);
}

static void
print_state (void)
{
  struct rlimit limit;
  sigset_t blocked;

  sigprocmask (SIG_SETMASK, NULL, &blocked);
  printf ("usr1 %d, pipe %d, ", sigismember (&blocked, SIGUSR1), signal (SIGPIPE, SIG_DFL) == SIG_IGN);
  getrlimit (RLIMIT_CPU, &limit);
  printf ("cpu %lu, ", (unsigned long) limit.rlim_cur);
  getrlimit (RLIMIT_CORE, &limit);
  printf ("core %lu", (unsigned long) limit.rlim_cur);
}

int
main (int    argc,
      char **argv)
{
  const char *what = argc > 1 ? argv[1] : "";

  if (strcmp (what, "echo") == 0)
    {
      copy_input ();
    }
  else if (strcmp (what, "arguments") == 0)
    {
      for (int i = 2; i < argc; i++)
        printf ("[%s]", argv[i]);
    }
  else if (strcmp (what, "ignore") == 0)
    {
      printf ("done");
    }
  else if (strcmp (what, "descriptors") == 0)
    {
      list_descriptors ();
    }
  else if (strcmp (what, "state") == 0)
    {
      print_state ();
    }
  else if (strcmp (what, "hang") == 0)
    {
      printf ("begun");
      fflush (stdout);
      for (;;)
        pause ();
    }
  else if (strcmp (what, "hang-closed") == 0)
    {
      close (0);
      close (1);
      close (2);
      for (;;)
        pause ();
    }
  else if (strcmp (what, "hang-child") == 0)
    {
      /* the child holds the pipes, and must die too */
      if (fork () == 0)
        for (;;)
          pause ();
    }
  else if (strcmp (what, "spin") == 0)
    {
      for (volatile unsigned i = 0;; i++)
        ;
    }
  else if (strcmp (what, "flood") == 0)
    {
      for (;;)
        fputs ("all work and no play\n", stdout);
    }
  else if (strcmp (what, "complain") == 0)
    {
      /* more than anyone keeps, and no valid text */
      for (int i = 0; i < 100000; i++)
        fputs ("noise\n", stderr);
      fputs ("the last \xff line\n\n", stderr);
      return 3;
    }
  else if (strcmp (what, "library") == 0)
    {
      fputs ("error while loading shared libraries: libnone.so.1: cannot open shared object file\n", stderr);
      return 127;
    }
  else if (strcmp (what, "crash") == 0)
    {
      copy_input ();
      signal (SIGSEGV, SIG_DFL);
      raise (SIGSEGV);
    }
  else if (strcmp (what, "memory") == 0)
    {
      char *block = malloc ((size_t) 1 << 30);

      printf ("%s", block != NULL ? "much" : "none");
      free (block);
    }
  else
    {
      return 2;
    }

  return 0;
}
