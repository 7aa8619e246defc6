/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/balance-errno-private.h"

#define MAX_PROBLEMS 50
#define MAX_ALIKE    5
#define PROGRESS_AFTER (G_USEC_PER_SEC / 2)
#define PROGRESS_EVERY (G_USEC_PER_SEC / 10)

typedef enum
{
  COLOUR_AUTO,
  COLOUR_ALWAYS,
  COLOUR_NEVER,
} Colour;

static BalanceLanguage language = BALANCE_LANGUAGE_EN;
static Colour colour = COLOUR_AUTO;
static int write_error;    /* errno of the first failure on standard output */

/* The environment as setlocale() reads it. The tool itself stays in the C locale, so that files are read and
 * numbers are printed the same everywhere, and Chinese works where no Chinese locale is installed. */
static BalanceLanguage
guess_language (void)
{
  static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = g_getenv (names[i]);

      if (value != NULL && *value != '\0')
        return balance_language_parse (value);
    }

  return BALANCE_LANGUAGE_EN;
}

static gboolean
set_language (const char *value)
{
  if (g_strcmp0 (value, "zh") == 0 || g_strcmp0 (value, "zh_CN") == 0)
    language = BALANCE_LANGUAGE_ZH;
  else if (g_strcmp0 (value, "en") == 0)
    language = BALANCE_LANGUAGE_EN;
  else
    return FALSE;

  return TRUE;
}

static gboolean
set_colour (const char *value)
{
  if (g_strcmp0 (value, "auto") == 0)
    colour = COLOUR_AUTO;
  else if (g_strcmp0 (value, "always") == 0)
    colour = COLOUR_ALWAYS;
  else if (g_strcmp0 (value, "never") == 0)
    colour = COLOUR_NEVER;
  else
    return FALSE;

  return TRUE;
}

/* How many arguments the option takes that stands at the place, 0 if it is another one. */
static int
take_option (char      **argument,
             const char *name,
             gboolean  (*set) (const char *),
             gboolean   *valid)
{
  gsize length = strlen (name);

  if (strncmp (*argument, name, length) != 0)
    return 0;
  if ((*argument)[length] == '=')
    {
      *valid = set (*argument + length + 1);
      return 1;
    }
  if ((*argument)[length] != '\0')
    return 0;

  *valid = set (argument[1]);

  return argument[1] == NULL ? 1 : 2;
}

gboolean
tool_console_init (int   *argc,
                   char **argv)
{
  const char *wrong = NULL;
  int kept = 1;

  language = guess_language ();

  for (int i = 1; i < *argc;)
    {
      gboolean language_valid = TRUE, colour_valid = TRUE;
      int n;

      if (strcmp (argv[i], "--") == 0)
        {
          while (i < *argc)
            argv[kept++] = argv[i++];
          break;
        }

      n = take_option (argv + i, "--lang", set_language, &language_valid);
      if (n == 0)
        n = take_option (argv + i, "--color", set_colour, &colour_valid);
      if (!language_valid)
        wrong = tool_word ("--lang takes zh or en", "--lang 只接受 zh 或 en");
      if (!colour_valid)
        wrong = tool_word ("--color takes auto, always or never", "--color 只接受 auto、always 或 never");

      if (n == 0)
        argv[kept++] = argv[i++];
      i += n;
    }
  argv[kept] = NULL;
  *argc = kept;

  if (wrong != NULL)
    tool_fail ("%s", wrong);

  return wrong == NULL;
}

BalanceLanguage
tool_language (void)
{
  return language;
}

const char *
tool_language_name (void)
{
  return language == BALANCE_LANGUAGE_ZH ? "zh" : "en";
}

const char *
tool_word (const char *en,
           const char *zh)
{
  return language == BALANCE_LANGUAGE_ZH ? zh : en;
}

gboolean
tool_colour_for (int fd)
{
  const char *no_colour = g_getenv ("NO_COLOR");

  if (colour != COLOUR_AUTO)
    return colour == COLOUR_ALWAYS;
  if ((no_colour != NULL && *no_colour != '\0') || g_strcmp0 (g_getenv ("TERM"), "dumb") == 0)
    return FALSE;

  return isatty (fd);
}

void
tool_print (const char *text)
{
  if (fputs (text, stdout) == EOF && write_error == 0)
    write_error = errno;
}

int
tool_finish (int status)
{
  if (fflush (stdout) != 0 && write_error == 0)
    write_error = errno;
  if (write_error != 0 && write_error != EPIPE)
    return tool_fail (tool_word ("cannot write: %s", "无法写出：%s"), balance_errno_describe (write_error, language));

  return status;
}

static void
print_line (BalanceInk  ink,
            const char *label,
            const char *text)
{
  BalanceLayout layout;
  g_autofree char *line = NULL;

  /* One problem is one line, so that other programs can pick them up; only control characters go. */
  balance_layout_init (&layout, language, tool_colour_for (STDERR_FILENO));
  balance_layout_line (&layout, ink, label, text);
  line = balance_layout_end (&layout);
  fputs (line, stderr);
}

static void
print_message (BalanceInk  ink,
               const char *format,
               va_list     args)
{
  g_autofree char *message = g_strdup_vprintf (format, args);

  print_line (ink, "balance: ", message);
}

int
tool_fail (const char *format,
           ...)
{
  va_list args;

  va_start (args, format);
  print_message (BALANCE_INK_BAD, format, args);
  va_end (args);

  return TOOL_BAD_INPUT;
}

/* Do lines of English and Chinese take turns? Errors of other libraries have one language only. */
static gboolean
speaks_both (char **lines)
{
  guint n_lines = g_strv_length (lines);

  for (guint i = 1; i < n_lines; i += 2)
    if (g_str_is_ascii (lines[i]))
      return FALSE;

  return n_lines >= 2 && n_lines % 2 == 0;
}

/* Errors of the library speak both languages, line about: a GError knows nothing of who reads it. Several in one are a
 * line each. */
int
tool_fail_error (const GError *error)
{
  g_auto (GStrv) lines = g_strsplit (error->message, "\n", -1);
  guint n_lines = g_strv_length (lines);

  if (!speaks_both (lines))
    return tool_fail ("%s", error->message);

  for (guint i = 0; i < n_lines; i++)
    if ((i % 2 == 1) == (tool_language () == BALANCE_LANGUAGE_ZH))
      tool_fail ("%s", lines[i]);

  return TOOL_BAD_INPUT;
}

/* What is like it, by a part of the code or name; else all, if they are few. */
int
tool_fail_absent (const char *format,
                  const char *wanted,
                  GListModel *known)
{
  guint n = g_list_model_get_n_items (known), n_alike = 0;
  g_autoptr (GString) text = g_string_new (NULL);

  for (int only_alike = TRUE; only_alike >= (n > MAX_ALIKE) && n_alike == 0; only_alike--)
    for (guint i = 0; i < n; i++)
      {
        g_autoptr (GObject) item = g_list_model_get_item (known, i);
        gboolean is_school = BALANCE_IS_SCHOOL (item);
        const char *code = is_school ? balance_school_get_code (BALANCE_SCHOOL (item)) : balance_district_get_code (BALANCE_DISTRICT (item));
        const char *name = is_school ? balance_school_get_name (BALANCE_SCHOOL (item)) : balance_district_get_name (BALANCE_DISTRICT (item));

        if (only_alike && strstr (code, wanted) == NULL && (name == NULL || strstr (name, wanted) == NULL))
          continue;
        if (g_strcmp0 (name, code) == 0)
          name = NULL;
        if (n_alike++ < MAX_ALIKE)
          g_string_append_printf (text, "%s%s%s%s", n_alike > 1 ? tool_word (", ", "、") : "", code, name != NULL ? " " : "",
                                  name != NULL ? name : "");
      }
  if (n_alike > MAX_ALIKE)
    g_string_append (text, " …");
  if (n_alike > 0)
    {
      g_autofree char *whole = g_strconcat (format, tool_word ("; there are: %s", "；现有：%s"), NULL);

      return tool_fail (whole, wanted, text->str);
    }

  return tool_fail (format, wanted);
}

void
tool_remark (const char *format,
             ...)
{
  va_list args;

  va_start (args, format);
  print_message (BALANCE_INK_FAINT, format, args);
  va_end (args);
}

void
tool_print_problems (GListModel *problems,
                     gboolean    all)
{
  guint n_problems = problems == NULL ? 0 : g_list_model_get_n_items (problems);
  guint n_printed = 0, n_notes = 0;

  for (guint i = 0; i < n_problems && !all; i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);

      n_notes += balance_problem_get_severity (problem) == BALANCE_SEVERITY_NOTE;
    }

  /* notes say that something went as it was told to: shown on request */
  for (int severity = BALANCE_SEVERITY_ERROR; severity >= (int) (all ? BALANCE_SEVERITY_NOTE : BALANCE_SEVERITY_WARNING); severity--)
    for (guint i = 0; i < n_problems && (all || n_printed < MAX_PROBLEMS); i++)
      {
        g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
        g_autofree char *text = NULL;

        if ((int) balance_problem_get_severity (problem) != severity)
          continue;
        text = balance_problem_to_text (problem, tool_language_name ());
        print_line (severity == BALANCE_SEVERITY_ERROR ? BALANCE_INK_BAD : BALANCE_INK_DOUBT,
                    balance_severity_label ((BalanceSeverity) severity, language), text);
        n_printed++;
      }

  n_problems -= n_notes;
  if (n_printed < n_problems)
    tool_remark (tool_word ("and %u more problems; --all-problems shows them all", "另有 %u 个问题；加 --all-problems 全部列出"),
                 n_problems - n_printed);
}

int
tool_status (BalanceVerdict verdict)
{
  return verdict == BALANCE_VERDICT_UNMET || verdict == BALANCE_VERDICT_UNDETERMINED ? TOOL_UNMET : TOOL_MET;
}

struct _ToolProgress
{
  BalanceProgress *progress;
  GThread         *thread;
  GMutex           mutex;     /* guards `ended` */
  GCond            cond;
  gboolean         ended;
};

static gpointer
show_progress (gpointer data)
{
  ToolProgress *self = data;
  gint64 until = g_get_monotonic_time () + PROGRESS_AFTER;
  gboolean shown = FALSE;

  g_mutex_lock (&self->mutex);
  while (!self->ended)
    {
      if (!g_cond_wait_until (&self->cond, &self->mutex, until))
        {
          g_autofree char *phase = balance_progress_dup_phase (self->progress, tool_language_name ());

          fprintf (stderr, "\r\033[K%s %d %%", phase == NULL ? "" : phase, (int) (100 * balance_progress_get_fraction (self->progress)));
          fflush (stderr);
          shown = TRUE;
          until = g_get_monotonic_time () + PROGRESS_EVERY;
        }
    }
  g_mutex_unlock (&self->mutex);

  if (shown)
    fputs ("\r\033[K", stderr);

  return NULL;
}

ToolProgress *
tool_progress_start (BalanceProgress *progress)
{
  ToolProgress *self;

  if (!isatty (STDERR_FILENO))
    return NULL;

  self = g_new0 (ToolProgress, 1);
  self->progress = g_object_ref (progress);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->thread = g_thread_new ("progress", show_progress, self);

  return self;
}

void
tool_progress_end (ToolProgress *self)
{
  if (self == NULL)
    return;

  g_mutex_lock (&self->mutex);
  self->ended = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  g_thread_join (self->thread);

  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->cond);
  g_object_unref (self->progress);
  g_free (self);
}
