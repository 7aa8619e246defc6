/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-helper-private.h"
#include "base/balance-data-private.h"

#include <balance/balance.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Sanitizers reserve more address space than any limit would allow. */
#if defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
# define LIMIT_MEMORY FALSE
#elif defined (__has_feature)
# if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer)
#  define LIMIT_MEMORY FALSE
# endif
#endif
#ifndef LIMIT_MEMORY
# define LIMIT_MEMORY TRUE
#endif

#define CHUNK        65536
#define COMPLAINT    4096     /* how much of the end of standard error is kept */
#define PATIENCE     100      /* ms between looks at a cancellable that has no descriptor */
#define MISSING_CODE 127      /* what the dynamic linker exits with where a library is missing */

/* Our helpers and what has to be installed for them. */
static const struct
{
  const char *name;
  const char *message_en, *message_zh;
  const char *remedy_en, *remedy_zh;
} helpers[] = {
  { "balance-sheet",
    "balance-sheet, the program that reads workbooks, is not installed or cannot start",
    "读取工作簿的程序balance-sheet未安装或无法启动",
    "install the Debian packages libgdal32 and libxml2; where libbalance was built without them, install libgdal-dev "
    "and libxml2-dev and build it again with -Dworkbooks=enabled; or save the sheet as CSV UTF-8",
    "请安装Debian软件包libgdal32和libxml2；如果构建libbalance时没有它们，请安装libgdal-dev和libxml2-dev，"
    "并以-Dworkbooks=enabled重新构建；也可以把工作表另存为“CSV UTF-8”" },
  { "balance-postgres",
    "balance-postgres, the program that talks to PostgreSQL, is not installed or cannot start",
    "连接PostgreSQL的程序balance-postgres未安装或无法启动",
    "install the Debian package libpq5; where libbalance was built without it, install libpq-dev and build it again "
    "with -Dpostgresql=enabled; or export the table as CSV UTF-8",
    "请安装Debian软件包libpq5；如果构建libbalance时没有它，请安装libpq-dev，并以-Dpostgresql=enabled重新构建；"
    "也可以把数据表导出为“CSV UTF-8”" },
  { "balance-solve",
    "balance-solve, the program that computes plans, is not installed or cannot start",
    "计算整改方案的程序balance-solve未安装或无法启动",
    "install the Debian package coinor-libcbc3; where libbalance was built without it, install coinor-libcbc-dev and "
    "build it again with -Dsolver=enabled",
    "请安装Debian软件包coinor-libcbc3；如果构建libbalance时没有它，请安装coinor-libcbc-dev，并以-Dsolver=enabled重新构建" },
};

void
balance_helper_explain_missing (const char  *name,
                                BalanceText *message,
                                BalanceText *remedy)
{
  for (guint i = 0; i < G_N_ELEMENTS (helpers); i++)
    if (strcmp (helpers[i].name, name) == 0)
      {
        balance_text_set (message, helpers[i].message_en, helpers[i].message_zh);
        balance_text_set (remedy, helpers[i].remedy_en, helpers[i].remedy_zh);
        return;
      }

  balance_text_printf (message, "the program %s is not installed or cannot start", "程序%s未安装或无法启动", name);
  balance_text_set (remedy, "install all parts of libbalance", "请完整安装libbalance");
}

/* (transfer full) (nullable) */
static char *
find_helper (const char *name)
{
  g_autofree char *installed = balance_installed_dir (BALANCE_LIBEXECDIR);
  const char *dirs[] = { g_getenv ("BALANCE_LIBEXEC_DIR"), installed };

  for (guint i = 0; i < G_N_ELEMENTS (dirs); i++)
    {
      g_autofree char *path = NULL;

      if (dirs[i] == NULL || *dirs[i] == '\0')
        continue;
      path = g_build_filename (dirs[i], name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && g_file_test (path, G_FILE_TEST_IS_EXECUTABLE))
        return g_steal_pointer (&path);
    }

  return NULL;
}

gboolean
balance_helper_is_installed (const char *name)
{
  g_autofree char *path = find_helper (name);

  return path != NULL;
}

static void
throw_missing (const char  *name,
               const char  *detail,
               GError     **error)
{
  BalanceText message = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  balance_helper_explain_missing (name, &message, &remedy);
  if (detail != NULL && *detail != '\0')
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING, "%s (%s); %s", message.en, detail, remedy.en);
  else
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER_MISSING, "%s; %s", message.en, remedy.en);
  balance_text_clear (&message);
  balance_text_clear (&remedy);
}

/* ---- one run */

typedef struct
{
  const char                *name;
  const BalanceHelperLimits *limits;
  gint64                     deadline;        /* monotonic; 0 = none */
  GCancellable              *cancellable;
  GPollFD                    cancel;          /* fd -1 where there is none */

  GPid                       pid;
  int                        in, out, err;    /* our ends; -1 = closed */
  const char                *input;
  gsize                      input_left;

  char                      *answer;
  gsize                      length, capacity;
  GString                   *complaint;
  BalanceHelperWatch         watch;           /* nullable */
  gpointer                   watch_data;
} Run;

static void
close_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

/* In the new process, before the program begins: only what is safe between fork and exec. */
static void
prepare_child (gpointer data)
{
  const BalanceHelperLimits *limits = data;
  struct rlimit limit = { 0, 0 };
  sigset_t none;

  /* A group of its own, so that it can be ended with all that it has started. */
  setpgid (0, 0);
#ifdef __linux__
  prctl (PR_SET_PDEATHSIG, SIGKILL);
#endif

  /* what the host blocks or ignores is no concern of the helper */
  signal (SIGXCPU, SIG_DFL);
  signal (SIGPIPE, SIG_DFL);
  signal (SIGCHLD, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);

  setrlimit (RLIMIT_CORE, &limit);
  if (limits->max_memory > 0 && LIMIT_MEMORY)
    {
      limit.rlim_cur = limit.rlim_max = (rlim_t) limits->max_memory;
      setrlimit (RLIMIT_AS, &limit);
    }
  if (limits->max_seconds > 0)
    {
      limit.rlim_cur = limits->max_seconds;
      limit.rlim_max = limits->max_seconds + 1;
      setrlimit (RLIMIT_CPU, &limit);
    }
}

static gboolean
start (Run                *run,
       const char         *path,
       const char *const  *arguments,
       gboolean            has_input,
       GError            **error)
{
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GError) local = NULL;
  int pair[2] = { -1, -1 };
  gboolean started;

  g_ptr_array_add (argv, (gpointer) path);
  for (guint i = 0; arguments != NULL && arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);

  /* A socket and no pipe: writing to it where nobody reads raises no signal in the host. */
  if (has_input && socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s cannot be started: %s",
                   run->name, g_strerror (errno));
      return FALSE;
    }

  started = g_spawn_async_with_pipes_and_fds (NULL, (const char *const *) argv->pdata, NULL,
                                              G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CLOEXEC_PIPES,
                                              prepare_child, (gpointer) run->limits,
                                              pair[1], -1, -1, NULL, NULL, 0,
                                              &run->pid, NULL, &run->out, &run->err, &local);
  close_fd (&pair[1]);
  run->in = pair[0];
  if (!started)
    {
      if (g_error_matches (local, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
        throw_missing (run->name, local->message, error);
      else
        g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s cannot be started: %s",
                     run->name, local->message);
    }

  return started;
}

/* FALSE with an error where the run is to end now. */
static gboolean
may_go_on (Run     *run,
           GError **error)
{
  if (g_cancellable_set_error_if_cancelled (run->cancellable, error))
    return FALSE;
  if (run->deadline != 0 && g_get_monotonic_time () >= run->deadline)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s was stopped: it took more than %u seconds",
                   run->name, 2 * run->limits->max_seconds);
      return FALSE;
    }

  return TRUE;
}

static int
get_patience (Run *run)
{
  gint64 left = G_MAXINT;

  if (run->deadline != 0)
    left = MAX (0, (run->deadline - g_get_monotonic_time ()) / 1000 + 1);
  if (run->cancellable != NULL && run->cancel.fd < 0)
    left = MIN (left, PATIENCE);

  return left == G_MAXINT ? -1 : (int) MIN (left, G_MAXINT);
}

static void
give_input (Run *run)
{
  gssize n = send (run->in, run->input, MIN (run->input_left, CHUNK), MSG_NOSIGNAL | MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
    return;
  if (n > 0)
    {
      run->input += n;
      run->input_left -= (gsize) n;
    }
  /* A helper need not want all of its input. */
  if (n < 0 || run->input_left == 0)
    close_fd (&run->in);
}

static gboolean
take_answer (Run     *run,
             GError **error)
{
  gssize n;

  if (run->capacity - run->length < CHUNK)
    {
      gsize capacity = MAX (run->capacity * 2, 4 * CHUNK);
      char *larger = g_try_realloc (run->answer, capacity);

      if (larger == NULL)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_LIMIT, "the answer of %s does not fit into memory",
                       run->name);
          return FALSE;
        }
      run->answer = larger;
      run->capacity = capacity;
    }

  n = read (run->out, run->answer + run->length, CHUNK);
  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return TRUE;
  if (n <= 0)
    {
      close_fd (&run->out);
      return TRUE;
    }
  run->length += (gsize) n;
  if (run->limits->max_output > 0 && run->length > run->limits->max_output)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER,
                   "%s was stopped: it answered more than %" G_GUINT64_FORMAT " bytes",
                   run->name, run->limits->max_output);
      return FALSE;
    }
  if (run->watch != NULL)
    run->watch (run->answer, run->length, run->watch_data);

  return TRUE;
}

static void
take_complaint (Run *run)
{
  char buffer[COMPLAINT];
  gssize n = read (run->err, buffer, sizeof buffer);

  if (n < 0 && (errno == EINTR || errno == EAGAIN))
    return;
  if (n <= 0)
    {
      close_fd (&run->err);
      return;
    }
  g_string_append_len (run->complaint, buffer, n);
  if (run->complaint->len > COMPLAINT)
    g_string_erase (run->complaint, 0, (gssize) (run->complaint->len - COMPLAINT));
}

static gboolean
talk (Run     *run,
      GError **error)
{
  while (run->out >= 0 || run->err >= 0)
    {
      GPollFD fds[4];
      guint n = 0;
      int in = -1, out = -1, err = -1;

      if (run->in >= 0)
        fds[in = (int) n++] = (GPollFD) { run->in, G_IO_OUT | G_IO_ERR | G_IO_HUP, 0 };
      if (run->out >= 0)
        fds[out = (int) n++] = (GPollFD) { run->out, G_IO_IN | G_IO_ERR | G_IO_HUP, 0 };
      if (run->err >= 0)
        fds[err = (int) n++] = (GPollFD) { run->err, G_IO_IN | G_IO_ERR | G_IO_HUP, 0 };
      if (run->cancel.fd >= 0)
        fds[n++] = run->cancel;

      if (g_poll (fds, n, get_patience (run)) < 0 && errno != EINTR && errno != EAGAIN)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s cannot be heard: %s",
                       run->name, g_strerror (errno));
          return FALSE;
        }
      if (!may_go_on (run, error))
        return FALSE;

      if (in >= 0 && fds[in].revents != 0)
        give_input (run);
      if (err >= 0 && fds[err].revents != 0)
        take_complaint (run);
      if (out >= 0 && fds[out].revents != 0 && !take_answer (run, error))
        return FALSE;
    }

  return TRUE;
}

/* Waits for this child only, and without the help of a signal. Returns FALSE with an error where it does not end;
 * `known` says whether the host has left us its exit status. */
static gboolean
await_end (Run       *run,
           int       *status,
           gboolean  *known,
           GError   **error)
{
  for (guint i = 0;; i++)
    {
      pid_t pid = waitpid (run->pid, status, WNOHANG);
      GPollFD fd = run->cancel;

      *known = pid == run->pid;
      if (*known)
        return TRUE;
      if (pid < 0 && errno != EINTR)
        return TRUE;

      if (!may_go_on (run, error))
        return FALSE;
      g_poll (&fd, fd.fd >= 0 ? 1 : 0, i < 10 ? 1 : 20);
    }
}

static void
put_an_end_to (Run *run)
{
  kill (-run->pid, SIGKILL);
  kill (run->pid, SIGKILL);
  while (waitpid (run->pid, NULL, 0) < 0 && errno == EINTR)
    ;
}

static char *
dup_last_line (GString *complaint)
{
  g_autofree char *text = g_utf8_make_valid (complaint->str, (gssize) complaint->len);
  const char *line;

  g_strchomp (text);
  line = strrchr (text, '\n');

  return g_strdup (line != NULL ? line + 1 : text);
}

static gboolean
check_status (Run     *run,
              int      status,
              GError **error)
{
  g_autofree char *line = dup_last_line (run->complaint);
  const char *colon = *line != '\0' ? ": " : "";

  if (WIFEXITED (status) && WEXITSTATUS (status) == 0)
    return TRUE;

  if (WIFEXITED (status) && WEXITSTATUS (status) == MISSING_CODE)
    throw_missing (run->name, line, error);
  else if (WIFEXITED (status))
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s failed with exit status %d%s%s",
                 run->name, WEXITSTATUS (status), colon, line);
  else if (WIFSIGNALED (status) && WTERMSIG (status) == SIGXCPU)
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER,
                 "%s was stopped: it took more than %u seconds of processor time",
                 run->name, run->limits->max_seconds);
  else
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_HELPER, "%s crashed (%s)%s%s",
                 run->name, g_strsignal (WTERMSIG (status)), colon, line);

  return FALSE;
}

GBytes *
balance_helper_run (const char                *name,
                    const char *const         *arguments,
                    GBytes                    *input,
                    const BalanceHelperLimits *limits,
                    GCancellable              *cancellable,
                    GError                   **error)
{
  return balance_helper_run_watched (name, arguments, input, limits, NULL, NULL, cancellable, error);
}

GBytes *
balance_helper_run_watched (const char                *name,
                            const char *const         *arguments,
                            GBytes                    *input,
                            const BalanceHelperLimits *limits,
                            BalanceHelperWatch         watch,
                            gpointer                   data,
                            GCancellable              *cancellable,
                            GError                   **error)
{
  g_autofree char *path = find_helper (name);
  Run run = { .name = name, .limits = limits, .cancellable = cancellable, .in = -1, .out = -1, .err = -1,
              .watch = watch, .watch_data = data };
  gboolean done, known = FALSE;
  int status = 0;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  if (path == NULL)
    {
      throw_missing (name, NULL, error);
      return NULL;
    }
  if (!start (&run, path, arguments, input != NULL, error))
    {
      close_fd (&run.in);
      return NULL;
    }

  run.complaint = g_string_new (NULL);
  if (input != NULL)
    run.input = g_bytes_get_data (input, &run.input_left);
  if (run.input_left == 0)
    close_fd (&run.in);
  if (limits->max_seconds > 0)
    run.deadline = g_get_monotonic_time () + 2 * G_USEC_PER_SEC * (gint64) limits->max_seconds;
  if (!g_cancellable_make_pollfd (cancellable, &run.cancel))
    run.cancel.fd = -1;

  done = talk (&run, error) && await_end (&run, &status, &known, error);
  if (!done)
    put_an_end_to (&run);
  else if (known)
    done = check_status (&run, status, error);

  if (run.cancel.fd >= 0)
    g_cancellable_release_fd (cancellable);
  close_fd (&run.in);
  close_fd (&run.out);
  close_fd (&run.err);
  g_string_free (run.complaint, TRUE);
  if (!done)
    {
      g_free (run.answer);
      return NULL;
    }

  return g_bytes_new_take (run.answer, run.length);
}
