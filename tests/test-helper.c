/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/balance-helper-private.h"

#define PROGRAM "helper-program"

static const BalanceHelperLimits no_limits = { 0, 0, 0 };

static GBytes *
run (const char                *what,
     GBytes                    *input,
     const BalanceHelperLimits *limits,
     GError                   **error)
{
  const char *const arguments[] = { what, NULL };

  return balance_helper_run (PROGRAM, arguments, input, limits, NULL, error);
}

static void
assert_answer (GBytes       *answer,
               const GError *error,
               const char   *expected)
{
  gsize length;
  const char *data;

  ck_assert_msg (answer != NULL, "%s", error != NULL ? error->message : "no error");
  data = g_bytes_get_data (answer, &length);
  ck_assert_uint_eq (length, strlen (expected));
  ck_assert (length == 0 || memcmp (data, expected, length) == 0);
}

static void
assert_helper_error (const GError *error,
                     const char   *part)
{
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER));
  ck_assert_msg (strstr (error->message, part) != NULL, "%s", error->message);
  ck_assert (g_utf8_validate (error->message, -1, NULL));
}

START_TEST (test_answers)
{
  const char *const arguments[] = { "arguments", "a b", "'c'", NULL };
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) answer = balance_helper_run (PROGRAM, arguments, NULL, &no_limits, NULL, &error);
  g_autoptr(GBytes) nothing = NULL;

  assert_answer (answer, error, "[a b]['c']");
  nothing = run ("echo", NULL, &no_limits, &error);
  assert_answer (nothing, error, "");
}
END_TEST

/* More than any pipe holds, both ways at once. */
START_TEST (test_much)
{
  gsize length = 5 * 1000 * 1000 + 7;
  g_autofree char *data = g_malloc (length);
  g_autoptr(GBytes) input = NULL;
  g_autoptr(GBytes) answer = NULL;
  g_autoptr(GError) error = NULL;

  for (gsize i = 0; i < length; i++)
    data[i] = (char) (i * 31 % 251);
  input = g_bytes_new (data, length);
  answer = run ("echo", input, &no_limits, &error);
  ck_assert_msg (answer != NULL, "%s", error != NULL ? error->message : "");
  ck_assert (g_bytes_equal (input, answer));
}
END_TEST

/* A helper that leaves its input unread must not bring a signal upon the host. */
START_TEST (test_input_ignored)
{
  gsize length = 3 * 1000 * 1000;
  g_autoptr(GBytes) input = g_bytes_new_take (g_malloc0 (length), length);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) answer = NULL;

  signal (SIGPIPE, SIG_DFL);
  answer = run ("ignore", input, &no_limits, &error);
  assert_answer (answer, error, "done");
}
END_TEST

static const struct
{
  const char *what;
  guint64     memory;
  guint       seconds;
  guint64     output;
  const char *message;
} failures[] = {
  { "hang", 0, 1, 0, "took more than 2 seconds" },
  { "hang-closed", 0, 1, 0, "took more than 2 seconds" },
  { "hang-child", 0, 1, 0, "took more than 2 seconds" },
  { "spin", 0, 1, 0, "more than " },
  { "flood", 0, 0, 100000, "more than 100000 bytes" },
  { "complain", 0, 0, 0, "exit status 3: the last \357\277\275 line" },
  { "crash", 0, 0, 0, "crashed (" },
  { "nonsense", 0, 0, 0, "exit status 2" },
};

START_TEST (test_failure)
{
  BalanceHelperLimits limits = { failures[_i].memory, failures[_i].seconds, failures[_i].output };
  g_autoptr(GBytes) input = g_bytes_new_static ("abc", 3);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) answer = run (failures[_i].what, input, &limits, &error);

  ck_assert_ptr_null (answer);
  assert_helper_error (error, failures[_i].message);
  /* nothing is left behind */
  ck_assert_int_eq (waitpid (-1, NULL, WNOHANG), -1);
  ck_assert_int_eq (errno, ECHILD);
}
END_TEST

START_TEST (test_memory)
{
  BalanceHelperLimits limits = { .max_memory = 256 << 20 };
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) answer = run ("memory", NULL, &limits, &error);

  assert_answer (answer, error, "none");
}
END_TEST

START_TEST (test_missing)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) library = NULL;

  ck_assert (balance_helper_is_installed (PROGRAM));
  ck_assert (!balance_helper_is_installed ("balance-none"));
  ck_assert_ptr_null (balance_helper_run ("balance-none", NULL, NULL, &no_limits, NULL, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING));
  ck_assert_ptr_nonnull (strstr (error->message, "balance-none"));

  /* where it is there, but one of its libraries is not */
  ck_assert_ptr_null (run ("library", NULL, &no_limits, &library));
  ck_assert (g_error_matches (library, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING));
  ck_assert_ptr_nonnull (strstr (library->message, "libnone.so.1"));
}
END_TEST

START_TEST (test_missing_names_packages)
{
  BalanceText message = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  balance_helper_explain_missing ("balance-sheet", &message, &remedy);
  ck_assert_ptr_nonnull (strstr (remedy.en, "libgdal32"));
  ck_assert_ptr_nonnull (strstr (remedy.en, "libgdal-dev"));
  ck_assert_ptr_nonnull (strstr (remedy.zh, "libgdal32"));
  ck_assert_ptr_nonnull (strstr (remedy.zh, "libgdal-dev"));
  balance_text_clear (&message);
  balance_text_clear (&remedy);
}
END_TEST

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (50000);
  g_cancellable_cancel (cancellable);

  return NULL;
}

START_TEST (test_cancel)
{
  const char *const arguments[] = { _i == 0 ? "hang" : _i == 1 ? "hang-closed" : "flood", NULL };
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  GThread *thread = g_thread_new ("cancel", cancel_soon, cancellable);
  g_autoptr(GError) error = NULL;
  g_autoptr(GError) again = NULL;

  ck_assert_ptr_null (balance_helper_run (PROGRAM, arguments, NULL, &no_limits, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  g_thread_join (thread);

  ck_assert_ptr_null (balance_helper_run (PROGRAM, arguments, NULL, &no_limits, cancellable, &again));
  ck_assert (g_error_matches (again, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}
END_TEST

/* What the host keeps open, blocks and handles: the helper sees none of it, the host keeps all of it. */
START_TEST (test_host_left_alone)
{
  BalanceHelperLimits limits = { .max_seconds = 7 };
  int fd = open ("/dev/null", O_RDONLY);
  struct sigaction before, after;
  sigset_t usr1, mask;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) descriptors = NULL;
  g_autoptr(GBytes) state = NULL;
  pid_t child;

  ck_assert_int_ge (fd, 0);
  sigemptyset (&usr1);
  sigaddset (&usr1, SIGUSR1);
  pthread_sigmask (SIG_BLOCK, &usr1, NULL);
  signal (SIGPIPE, SIG_IGN);
  sigaction (SIGCHLD, NULL, &before);

  /* a child of the host that has ended and that the host has not asked about yet */
  child = fork ();
  if (child == 0)
    _exit (42);

  descriptors = run ("descriptors", NULL, &limits, &error);
  assert_answer (descriptors, error, "");
  state = run ("state", NULL, &limits, &error);
  assert_answer (state, error, "usr1 0, pipe 0, cpu 7, core 0");

  sigaction (SIGCHLD, NULL, &after);
  ck_assert (before.sa_handler == after.sa_handler);
  ck_assert (signal (SIGPIPE, SIG_DFL) == SIG_IGN);
  pthread_sigmask (SIG_UNBLOCK, &usr1, &mask);
  ck_assert_int_eq (sigismember (&mask, SIGUSR1), 1);
  ck_assert_int_eq (fcntl (fd, F_GETFD), 0);
  close (fd);

  {
    int status = 0;

    ck_assert_int_eq (waitpid (child, &status, 0), child);
    ck_assert_int_eq (WEXITSTATUS (status), 42);
  }
}
END_TEST

/* A host that lets the system reap its children: the answer counts, the exit status is lost. */
START_TEST (test_children_ignored)
{
  g_autoptr(GBytes) input = g_bytes_new_static ("abc", 3);
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) answer = NULL;

  signal (SIGCHLD, SIG_IGN);
  answer = run ("echo", input, &no_limits, &error);
  signal (SIGCHLD, SIG_DFL);
  assert_answer (answer, error, "abc");
}
END_TEST

static gpointer
run_in_thread (gpointer data)
{
  g_autoptr(GError) error = NULL;

  return run ("echo", data, &no_limits, &error);
}

START_TEST (test_threads)
{
  GThread *threads[8];
  g_autoptr(GPtrArray) inputs = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      gsize length = 200000 + i;
      char *data = g_malloc (length);

      memset (data, 'a' + (int) i, length);
      g_ptr_array_add (inputs, g_bytes_new_take (data, length));
      threads[i] = g_thread_new ("run", run_in_thread, inputs->pdata[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      g_autoptr(GBytes) answer = g_thread_join (threads[i]);

      ck_assert_ptr_nonnull (answer);
      ck_assert (g_bytes_equal (answer, inputs->pdata[i]));
    }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("helper");
  TCase *tcase = tcase_create ("helper");
  SRunner *runner;
  int n_failed;

  g_setenv ("BALANCE_LIBEXEC_DIR", g_getenv ("G_TEST_BUILDDIR"), TRUE);
  tcase_set_timeout (tcase, 30);
  tcase_add_test (tcase, test_answers);
  tcase_add_test (tcase, test_much);
  tcase_add_test (tcase, test_input_ignored);
  tcase_add_loop_test (tcase, test_failure, 0, G_N_ELEMENTS (failures));
  /* sanitizers reserve more addresses than a limit would allow, so it is not set for them */
#if !defined (__SANITIZE_ADDRESS__) && !defined (__SANITIZE_THREAD__)
  tcase_add_test (tcase, test_memory);
#else
  (void) test_memory;
#endif
  tcase_add_test (tcase, test_missing);
  tcase_add_test (tcase, test_missing_names_packages);
  tcase_add_loop_test (tcase, test_cancel, 0, 3);
  tcase_add_test (tcase, test_host_left_alone);
  tcase_add_test (tcase, test_children_ignored);
  tcase_add_test (tcase, test_threads);
  suite_add_tcase (suite, tcase);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
