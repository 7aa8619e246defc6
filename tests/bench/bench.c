/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is timed of the library, through its public API alone. Each run prints lines of JSON, one for each repetition;
 * run.py makes a table of them.
 *
 *   bench WORK FILE [--standard FILE] [--threads N] [--kernels SET] [--no-digest] [--repeat N | --asked]
 *         [--output DIR] [-- ARGUMENT…] */

#define _GNU_SOURCE             /* sched_setaffinity */
#include <fcntl.h>
#include <math.h>
#include <sched.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <balance/balance.h>

#include "bounds.h"

#define STANDARD "cn-2017-quality"
#define ONLY "resources"
#define AS_OF "2024-09-01"

/* The facts that ONLY rests on. */
static const char *const needed[] = {
  "pupils", "teachers_college", "teachers_bachelor", "teachers_master", "teachers_doctor", "teachers_backbone", "teachers_pe",
  "teachers_music", "teachers_fine_arts", "teachers_arts", "teaching_area", "indoor_sports_area", "sports_ground_area",
  "equipment_value", "multimedia_rooms", "kind",
};

static const char *const indicators[] = { "R1", "R2", "R3", "R4", "R5", "R6", "R7" };

static int n_threads = 0;
static int n_repeats = 1;
static char *kernels;
static char *standard_path;     /* in place of STANDARD; judged as a whole */
static char *output;
static gboolean no_digest;
static gboolean asked;          /* for each repetition by a line */
static const char *path;
static char **rest;

/* -- help --------------------------------------------------------------------------------------------- */

static G_NORETURN void
die (const char *what, GError *error)
{
  fprintf (stderr, "bench: %s%s%s\n", what, error != NULL ? ": " : "", error != NULL ? error->message : "");
  exit (2);
}

static double
now (void)
{
  struct timespec t;

  clock_gettime (CLOCK_MONOTONIC, &t);
  return (double) t.tv_sec + 1e-9 * (double) t.tv_nsec;
}

/* For figures in JSON: no locale is ever set here. */
static void
print_seconds (const char *work, double seconds)
{
  printf ("{\"work\": \"%s\", \"threads\": %d, \"kernels\": \"%s\", \"seconds\": %.9f}\n", work, n_threads,
          kernels != NULL ? kernels : "", seconds);
}

/* Once more? A process that stays is ready until a line asks it, and ends with its input. */
static gboolean
again (int *n_done)
{
  int c;

  if (!asked)
    return (*n_done)++ < n_repeats;
  printf ("{\"work\": \"ready\"}\n");
  fflush (stdout);
  do
    c = getchar ();
  while (c != '\n' && c != EOF);
  return c != EOF;
}

static BalanceStandard *
get_standard (void)
{
  g_autoptr (GError) error = NULL;
  BalanceStandard *standard = standard_path != NULL ? balance_standard_new_from_file (standard_path, &error)
                                                    : balance_standard_lookup (STANDARD, &error);

  if (standard == NULL)
    die (standard_path != NULL ? standard_path : STANDARD, error);
  return standard;
}

static BalanceCensus *
read_census (BalanceStandard *standard)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceReader) reader = g_object_new (BALANCE_TYPE_READER, "dictionary", balance_standard_get_dictionary (standard),
                                                   "n-threads", (guint) n_threads, "digests", !no_digest, NULL);
  g_autoptr (BalanceImport) import = balance_reader_read (reader, (const char *const[]) { path, NULL }, NULL, NULL, &error);

  if (import == NULL || !balance_import_check (import, &error))
    die (path, error);
  return g_object_ref (balance_import_get_census (import));
}

static BalanceEvaluator *
make_evaluator (BalanceStandard *standard)
{
  return g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "as-of", AS_OF, "only", standard_path != NULL ? NULL : ONLY, "kernels", kernels,
                       "n-threads", (guint) n_threads, NULL);
}

static BalanceEvaluation *
evaluate (BalanceEvaluator *evaluator, BalanceCensus *census)
{
  g_autoptr (GError) error = NULL;
  BalanceEvaluation *evaluation = balance_evaluator_evaluate (evaluator, census, NULL, NULL, &error);

  if (evaluation == NULL)
    die ("evaluating", error);
  return evaluation;
}

/* The level on which the census has a field: what all of a school share stands with the school or with its sections. */
static gboolean
find_level (BalanceCensus *census, const char *field, BalanceLevel *level)
{
  static const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_auto (GStrv) fields = balance_census_dup_columns (census, levels[i]);

      *level = levels[i];
      if (g_strv_contains ((const char *const *) fields, field))
        return TRUE;
    }
  return FALSE;
}

static GBytes *
dup_column (BalanceCensus *census, BalanceLevel level, const char *field)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = balance_census_dup_column (census, level, field, NULL, &error);

  if (bytes == NULL)
    die (field, error);
  return bytes;
}

/* -- reading and evaluating --------------------------------------------------------------------------- */

/* The coefficient of variation of each indicator in each group. */
static GBytes *
dup_coefficients (BalanceEvaluation *evaluation, const char *indicator)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = balance_evaluation_dup_dispersions (evaluation, indicator, NULL, &error);

  if (bytes == NULL)
    die (indicator, error);
  return bytes;
}

static void
ask_coefficients (BalanceEvaluation *evaluation)
{
  for (guint i = 0; i < G_N_ELEMENTS (indicators); i++)
    g_bytes_unref (dup_coefficients (evaluation, indicators[i]));
}

static void
work_read (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();

  for (int n_done = 0; again (&n_done);)
    {
      double start = now ();
      BalanceCensus *census = read_census (standard);

      print_seconds ("read", now () - start);
      g_object_unref (census);
    }
}

/* From the census in memory to all verdicts, and on to all coefficients. */
static void
work_evaluate (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (GListModel) sections = balance_census_get_sections (census);

  for (int n_done = 0; again (&n_done);)
    {
      double start = now (), judged;
      BalanceEvaluation *evaluation = evaluate (evaluator, census);

      judged = now ();
      print_seconds ("verdicts", judged - start);
      if (standard_path == NULL)
        ask_coefficients (evaluation);
      print_seconds ("verdicts-and-coefficients", now () - start);
      g_object_unref (evaluation);
    }
  printf ("{\"work\": \"size\", \"sections\": %u}\n", g_list_model_get_n_items (sections));
}

/* From the file to the same. */
static void
work_file (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);

  for (int n_done = 0; again (&n_done);)
    {
      double start = now ();
      BalanceCensus *census = read_census (standard);
      BalanceEvaluation *evaluation = evaluate (evaluator, census);

      print_seconds ("file-to-verdicts", now () - start);
      ask_coefficients (evaluation);
      print_seconds ("file-to-coefficients", now () - start);
      g_object_unref (evaluation);
      g_object_unref (census);
    }
}

/* -- what if, why ------------------------------------------------------------------------------------- */

/* The group whose number of sections in scope is nearest to 128, a large one. */
static BalanceGroup *
find_group (BalanceEvaluation *evaluation)
{
  g_autoptr (GListModel) groups = balance_evaluation_get_groups (evaluation);
  BalanceGroup *best = NULL;
  guint distance = G_MAXUINT;

  for (guint i = 0; i < g_list_model_get_n_items (groups) && distance > 0; i++)
    {
      g_autoptr (BalanceGroup) group = g_list_model_get_item (groups, i);
      guint n = balance_group_get_n_sections (group);

      if ((guint) abs ((int) n - 128) < distance)
        {
          distance = (guint) abs ((int) n - 128);
          g_set_object (&best, group);
        }
    }
  return best;
}

/* A fact of a section of that group changes, and the verdict of its district is asked for; then all is undone. */
static void
work_what_if (void)
{
  enum { CHANGES = 64 };
  static const char *const fields[] = { "pupils", "teachers_backbone", "teachers_bachelor", "teachers_pe" };
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (BalanceEvaluation) evaluation = evaluate (evaluator, census);
  g_autoptr (BalanceGroup) group = find_group (evaluation);
  g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, &error);
  g_autoptr (BalanceDistrict) district = balance_census_find_district (census, balance_group_get_district_code (group));
  g_autoptr (GListModel) sections = balance_district_get_sections (district);
  guint rows[CHANGES], n_rows = 0, district_row = balance_district_get_row (district), n_met = 0;

  if (scenario == NULL)
    die ("scenario", error);
  for (guint i = 0; i < g_list_model_get_n_items (sections) && n_rows < CHANGES; i++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (sections, i);

      if (strcmp (balance_section_get_stage (section), balance_group_get_stage (group)) == 0)
        rows[n_rows++] = balance_section_get_row (section);
    }

  for (int i = 0; i < n_repeats; i++)
    for (guint f = 0; f < G_N_ELEMENTS (fields); f++)
      {
        double start = now (), changed;

        for (guint k = 0; k < n_rows; k++)
          {
            if (!balance_scenario_set_decimal (scenario, BALANCE_LEVEL_SECTION, rows[k], fields[f], 60 + k, 0, &error))
              die (fields[f], error);
            n_met += balance_scenario_get_district_verdict (scenario, district_row) == BALANCE_VERDICT_MET;
          }
        changed = now ();
        for (guint k = 0; k < n_rows; k++)
          {
            balance_scenario_undo (scenario);
            n_met += balance_scenario_get_district_verdict (scenario, district_row) == BALANCE_VERDICT_MET;
          }
        print_seconds ("change", (changed - start) / n_rows);
        print_seconds ("undo", (now () - changed) / n_rows);
      }
  printf ("{\"work\": \"size\", \"group\": %u, \"district\": %u, \"met\": %u}\n", balance_group_get_n_sections (group),
          g_list_model_get_n_items (sections), n_met);
}

/* The county with the most sections up to 200: its row. */
static guint
find_county (BalanceCensus *census, guint *n_sections)
{
  g_autoptr (GListModel) districts = balance_census_get_districts (census);
  guint best = 0;

  *n_sections = 0;
  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);
      g_autoptr (GListModel) sections = balance_district_get_sections (district);
      guint n = g_list_model_get_n_items (sections);

      if (n > *n_sections && n <= 200)
        {
          *n_sections = n;
          best = i;
        }
    }
  return best;
}

/* Teachers move from each of some schools to the next of the same stage, and the verdict of the county is asked for; then
 * all is undone. */
static void
work_action (void)
{
  enum { ACTIONS = 32 };
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (BalanceScenario) scenario = balance_scenario_new (evaluator, census, NULL, &error);
  g_autoptr (GListModel) districts = balance_census_get_districts (census);
  guint n_sections, row = find_county (census, &n_sections), n_actions = 0, n_met = 0;
  g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, row);
  g_autoptr (GListModel) sections = balance_district_get_sections (district);
  BalanceAction *actions[ACTIONS];
  g_autofree char *from = NULL;

  if (scenario == NULL)
    die ("scenario", error);
  for (guint i = 0; i < n_sections && n_actions < ACTIONS; i++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (sections, i);
      g_autofree char *to = NULL;

      if (strcmp (balance_section_get_stage (section), "primary") != 0)
        continue;
      to = g_strdup_printf ("%s/%s", balance_district_get_code (district), balance_section_get_school_code (section));
      if (from != NULL)
        {
          actions[n_actions] = balance_action_new_move ("teacher_bachelor", "1", from, to, "primary", &error);
          if (actions[n_actions] == NULL)
            die ("an action", error);
          n_actions++;
        }
      g_free (from);
      from = g_steal_pointer (&to);
    }

  for (int i = 0; i < n_repeats; i++)
    {
      guint n_done = 0;
      double start = now (), done;

      for (guint k = 0; k < n_actions; k++)
        {
          /* a school that has none to give is passed over */
          if (!balance_scenario_apply (scenario, actions[k], NULL, NULL))
            continue;
          n_done++;
          n_met += balance_scenario_get_district_verdict (scenario, row) == BALANCE_VERDICT_MET;
        }
      done = now ();
      if (n_done == 0)
        die ("no school has teachers to give", NULL);
      print_seconds ("action", (done - start) / n_done);
      for (guint k = 0; k < n_done; k++)
        {
          balance_scenario_undo (scenario);
          n_met += balance_scenario_get_district_verdict (scenario, row) == BALANCE_VERDICT_MET;
        }
      print_seconds ("action-undo", (now () - done) / n_done);
    }
  printf ("{\"work\": \"size\", \"district\": %u, \"actions\": %u, \"met\": %u}\n", n_sections, n_actions, n_met);
  for (guint k = 0; k < n_actions; k++)
    g_object_unref (actions[k]);
}

/* How near all verdicts of the same county are to being others. */
static void
work_stability (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (BalanceEvaluation) evaluation = evaluate (evaluator, census);
  g_autoptr (GListModel) districts = balance_census_get_districts (census);
  guint n_sections, row = find_county (census, &n_sections), n_verdicts = 0;
  g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, row);

  for (int i = 0; i < n_repeats; i++)
    {
      g_autoptr (GError) error = NULL;
      double start = now ();
      g_autoptr (BalanceStability) stability = balance_stability_find (evaluation, balance_district_get_code (district), NULL, NULL, &error);

      if (stability == NULL)
        die ("stability", error);
      print_seconds ("stability", now () - start);
      n_verdicts = g_list_model_get_n_items (G_LIST_MODEL (stability));
    }
  printf ("{\"work\": \"size\", \"district\": %u, \"verdicts\": %u}\n", n_sections, n_verdicts);
}

/* Findings of sections and of groups, each from its path to its text. */
static void
work_explain (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (BalanceEvaluation) evaluation = evaluate (evaluator, census);
  g_autoptr (GListModel) sections = balance_census_get_sections (census);
  guint n = g_list_model_get_n_items (sections);

  for (guint i = 0; i < 100; i++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (sections, (guint) ((guint64) n * i / 100));
      const char *district = balance_section_get_district_code (section), *indicator = indicators[i % G_N_ELEMENTS (indicators)];
      g_autofree char *paths[2] = { NULL };

      if (strcmp (balance_section_get_stage (section), "senior") == 0)
        continue;
      paths[0] = g_strdup_printf ("districts/%s/schools/%s/%s/%s", district, balance_section_get_school_code (section),
                                  balance_section_get_stage (section), indicator);
      paths[1] = g_strdup_printf ("districts/%s/%s/dispersion", district, balance_section_get_stage (section));
      for (guint k = 0; k < G_N_ELEMENTS (paths); k++)
        for (int repeat = 0; repeat < n_repeats; repeat++)
          {
            double start = now ();
            g_autoptr (GError) error = NULL;
            g_autoptr (BalanceFinding) finding = balance_evaluation_find (evaluation, paths[k], &error);
            g_autofree char *text = finding != NULL ? balance_finding_to_text (finding, "zh") : NULL;

            if (text == NULL)
              die (paths[k], error);
            print_seconds (k == 0 ? "explain-section" : "explain-group", now () - start);
          }
      g_free (g_steal_pointer (&paths[1]));
    }
}

/* -- at the edge -------------------------------------------------------------------------------------- */

/* Every school as an object, one after the other: its code, its name and one of its facts. */
static void
work_views (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (GListModel) schools = balance_census_get_schools (census);

  for (int i = 0; i < n_repeats; i++)
    {
      double start = now ();
      gsize length = 0;

      for (guint k = 0; k < g_list_model_get_n_items (schools); k++)
        {
          g_autoptr (BalanceSchool) school = g_list_model_get_item (schools, k);

          length += strlen (balance_school_get_code (school)) + strlen (balance_school_get_name (school));
        }
      print_seconds (length > 0 ? "views" : "nothing", now () - start);
    }
}

/* All values of a fact, all values of an indicator and all verdicts, as bytes. */
static void
work_bulk (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (BalanceEvaluation) evaluation = evaluate (evaluator, census);

  for (int i = 0; i < n_repeats; i++)
    {
      double start = now ();

      g_bytes_unref (dup_column (census, BALANCE_LEVEL_SECTION, "pupils"));
      print_seconds ("bulk-column", now () - start);

      start = now ();
      for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
        {
          g_autoptr (GBytes) values = balance_evaluation_dup_values (evaluation, indicators[k], NULL, &error);

          if (values == NULL)
            die (indicators[k], error);
        }
      print_seconds ("bulk-values", (now () - start) / G_N_ELEMENTS (indicators));

      start = now ();
      for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
        {
          g_autoptr (GBytes) verdicts = balance_evaluation_dup_verdicts (evaluation, indicators[k], &error);

          if (verdicts == NULL)
            die (indicators[k], error);
        }
      print_seconds ("bulk-verdicts", (now () - start) / G_N_ELEMENTS (indicators));

      start = now ();
      ask_coefficients (evaluation);
      print_seconds ("bulk-coefficients", (now () - start) / G_N_ELEMENTS (indicators));
    }
}

/* -- bounds ------------------------------------------------------------------------------------------- */

/* A column as the integers that it holds, in the narrowest of 1, 4 and 8 bytes; areas in hundredths. */
static Span
narrow (const double *values, gsize n, gboolean choice)
{
  guint width = choice ? 1 : 4;
  double scale = 1.0;
  Span span;

  for (gsize i = 0; i < n; i++)
    if (!isnan (values[i]) && values[i] > floor (values[i]))
      scale = 100.0;
  for (gsize i = 0; i < n; i++)
    if (!isnan (values[i]) && fabs (values[i] * scale) > G_MAXINT32)
      width = 8;
  span.n_bytes = (n * width + 7) / 8 * 8;
  span.data = g_aligned_alloc0 (1, span.n_bytes + 64, 64);
  for (gsize i = 0; i < n; i++)
    {
      gint64 number = isnan (values[i]) ? 0 : llround (values[i] * scale);

      if (width == 1)
        ((gint8 *) span.data)[i] = (gint8) number;
      else if (width == 4)
        ((gint32 *) span.data)[i] = (gint32) number;
      else
        ((gint64 *) span.data)[i] = number;
    }
  return span;
}

static void
work_columns (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  Span narrowed[G_N_ELEMENTS (needed)], doubles[G_N_ELEMENTS (needed)];
  GBytes *bytes[G_N_ELEMENTS (needed)];
  gsize n_narrowed = 0, n_doubles = 0;
  guint64 sum = 0;

  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      BalanceLevel level;
      gsize size;

      if (!find_level (census, needed[i], &level))
        die (needed[i], NULL);
      bytes[i] = dup_column (census, level, needed[i]);
      doubles[i].data = (gpointer) g_bytes_get_data (bytes[i], &size);
      doubles[i].n_bytes = size;
      narrowed[i] = narrow (doubles[i].data, size / sizeof (double), strcmp (needed[i], "kind") == 0);
      n_narrowed += narrowed[i].n_bytes;
      n_doubles += size;
    }
  for (int n_done = 0; again (&n_done);)
    {
      double start = now ();

      sum += bound_columns (narrowed, G_N_ELEMENTS (needed), (guint) n_threads);
      print_seconds ("read-columns", now () - start);
      start = now ();
      sum += bound_columns (doubles, G_N_ELEMENTS (needed), (guint) n_threads);
      print_seconds ("read-columns-as-doubles", now () - start);
    }
  printf ("{\"work\": \"size\", \"narrow\": %" G_GSIZE_FORMAT ", \"doubles\": %" G_GSIZE_FORMAT ", \"sum\": %" G_GUINT64_FORMAT
          "}\n", n_narrowed, n_doubles, sum);
  for (guint i = 0; i < G_N_ELEMENTS (needed); i++)
    {
      g_aligned_free (narrowed[i].data);
      g_bytes_unref (bytes[i]);
    }
}

/* The fields of the header; what is a text and not a number. */
static char **
read_header (gboolean **is_text)
{
  static const char *const texts[] = {
    "district_code", "district_name", "school_code", "school_name", "kind", "sponsor", "locality", "stage", NULL
  };
  g_autofree char *line = NULL;
  size_t size = 0;
  FILE *file = fopen (path, "rb");
  char **fields;

  if (file == NULL || getline (&line, &size, file) <= 0)
    die (path, NULL);
  fclose (file);
  fields = g_strsplit (g_strchomp (line), ",", -1);
  *is_text = g_new (gboolean, g_strv_length (fields));
  for (guint i = 0; fields[i] != NULL; i++)
    (*is_text)[i] = g_strv_contains (texts, fields[i]);
  return fields;
}

static void
work_cells (void)
{
  g_autofree gboolean *is_text = NULL;
  g_auto (GStrv) fields = read_header (&is_text);
  guint n_columns = g_strv_length (fields);
  CellTotals totals = { .sums = g_new (gint64, n_columns) };

  for (int n_done = 0; again (&n_done);)
    {
      double start = now ();

      if (!bound_cells (path, is_text, n_columns, (guint) n_threads, &totals))
        die (path, NULL);
      print_seconds ("cells", now () - start);
    }
  printf ("{\"work\": \"size\", \"cells\": %" G_GUINT64_FORMAT ", \"faults\": %" G_GUINT64_FORMAT ", \"sums\": {",
          totals.n_cells, totals.n_faults);
  for (guint i = 0, n = 0; i < n_columns; i++)
    if (!is_text[i])
      printf ("%s\"%s\": %.2f", n++ > 0 ? ", " : "", fields[i], (double) totals.sums[i] / 100.0);
  printf ("}}\n");
  g_free (totals.sums);
}

/* -- memory ------------------------------------------------------------------------------------------- */

static volatile gint sampling;
static gsize peak_pages;

/* The largest anonymous memory seen, looked at a thousand times a second. */
static gpointer
sample (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);

  while (g_atomic_int_get (&sampling))
    {
      char text[256] = { 0 };
      unsigned long resident = 0, shared = 0;

      if (pread (fd, text, sizeof text - 1, 0) > 0 && sscanf (text, "%*u %lu %lu", &resident, &shared) == 2)
        peak_pages = MAX (peak_pages, resident - shared);
      g_usleep (1000);
    }
  return NULL;
}

/* What the facts need at least: the narrowest column for each field, texts as their bytes, once for each school. */
static gsize
count_raw_bytes (BalanceCensus *census)
{
  static const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT };
  BalanceDictionary *dictionary = balance_census_get_dictionary (census);
  g_autoptr (GListModel) schools = balance_census_get_schools (census), districts = balance_census_get_districts (census);
  gsize n_bytes = 0;

  for (guint l = 0; l < G_N_ELEMENTS (levels); l++)
    {
      g_auto (GStrv) fields = balance_census_dup_columns (census, levels[l]);

      for (guint i = 0; fields[i] != NULL; i++)
        {
          BalanceField *field = balance_dictionary_lookup (dictionary, fields[i]);
          g_autoptr (GBytes) bytes = NULL;
          Span span;

          if (field == NULL || balance_field_get_field_type (field) == BALANCE_FIELD_TEXT)
            continue;
          bytes = dup_column (census, levels[l], fields[i]);
          span = narrow (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes) / sizeof (double),
                         balance_field_get_field_type (field) == BALANCE_FIELD_CHOICE);
          n_bytes += span.n_bytes;
          g_aligned_free (span.data);
        }
    }
  for (guint i = 0; i < g_list_model_get_n_items (schools); i++)
    {
      g_autoptr (BalanceSchool) school = g_list_model_get_item (schools, i);

      n_bytes += strlen (balance_school_get_code (school)) + strlen (balance_school_get_name (school)) + 2;
    }
  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);

      n_bytes += strlen (balance_district_get_code (district)) + strlen (balance_district_get_name (district)) + 2;
    }
  return n_bytes;
}

static void
work_memory (void)
{
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  FILE *file = fopen ("/proc/self/statm", "r");
  GThread *sampler;

  if (file == NULL)
    die ("/proc/self/statm", NULL);
  g_atomic_int_set (&sampling, TRUE);
  sampler = g_thread_new ("sample", sample, GINT_TO_POINTER (fileno (file)));
  {
    g_autoptr (BalanceCensus) census = read_census (standard);
    g_autoptr (BalanceEvaluation) evaluation = evaluate (evaluator, census);

    g_atomic_int_set (&sampling, FALSE);
    g_thread_join (sampler);
    printf ("{\"work\": \"memory\", \"peak\": %" G_GSIZE_FORMAT ", \"raw\": %" G_GSIZE_FORMAT "}\n",
            peak_pages * (gsize) sysconf (_SC_PAGESIZE), count_raw_bytes (census));
  }
  fclose (file);
}

/* -- processes ---------------------------------------------------------------------------------------- */

/* A program from its start to its end, its output thrown away. This process is small: what a child is said to have
 * held at most counts what its parent held when it began. */
static void
work_process (void)
{
  g_autoptr (GPtrArray) command = g_ptr_array_new ();
  posix_spawn_file_actions_t actions;

  g_ptr_array_add (command, (gpointer) path);
  for (char **argument = rest; *argument != NULL; argument++)
    g_ptr_array_add (command, *argument);
  g_ptr_array_add (command, NULL);
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addopen (&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);

  for (int i = 0; i < n_repeats; i++)
    {
      struct rusage usage;
      double start = now ();
      int status;
      pid_t pid;

      if (posix_spawn (&pid, path, &actions, NULL, (char **) command->pdata, environ) != 0 || wait4 (pid, &status, 0, &usage) != pid)
        die (path, NULL);
      if (!WIFEXITED (status) || WEXITSTATUS (status) > 1)
        die ("the program failed", NULL);
      printf ("{\"work\": \"process\", \"seconds\": %.9f, \"busy\": %.6f, \"peak\": %ld}\n", now () - start,
              (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + 1e-6 * (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
              1024 * usage.ru_maxrss);
    }
  posix_spawn_file_actions_destroy (&actions);
}

/* -- results ------------------------------------------------------------------------------------------ */

static FILE *
open_result (const char *name)
{
  g_autofree char *file_name = g_build_filename (output != NULL ? output : ".", name, NULL);
  FILE *file = fopen (file_name, "wb");

  if (file == NULL)
    die (file_name, NULL);
  return file;
}

/* Everything that was found, for comparing it with what others find: sections.csv and groups.csv in order, and
 * districts.csv. Sections out of scope are left out. */
static void
work_results (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = get_standard ();
  g_autoptr (BalanceCensus) census = read_census (standard);
  g_autoptr (BalanceEvaluator) evaluator = make_evaluator (standard);
  g_autoptr (BalanceEvaluation) evaluation = evaluate (evaluator, census);
  g_autoptr (GListModel) sections = balance_census_get_sections (census), groups = balance_evaluation_get_groups (evaluation);
  g_autoptr (GListModel) districts = balance_census_get_districts (census);
  g_autoptr (GBytes) verdicts = balance_evaluation_dup_verdicts (evaluation, "schools", &error);
  const double *values[G_N_ELEMENTS (indicators)];
  GBytes *bytes[G_N_ELEMENTS (indicators)], *coefficients[G_N_ELEMENTS (indicators)];
  FILE *file;

  if (verdicts == NULL)
    die ("schools", error);
  for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
    {
      bytes[k] = balance_evaluation_dup_values (evaluation, indicators[k], NULL, &error);
      if (bytes[k] == NULL)
        die (indicators[k], error);
      values[k] = g_bytes_get_data (bytes[k], NULL);
    }

  file = open_result ("sections.csv");
  fprintf (file, "district,stage,school,met,R1,R2,R3,R4,R5,R6,R7\n");
  for (guint i = 0; i < g_list_model_get_n_items (sections); i++)
    {
      g_autoptr (BalanceSection) section = g_list_model_get_item (sections, i);
      guint8 verdict = ((const guint8 *) g_bytes_get_data (verdicts, NULL))[i];

      if (verdict == BALANCE_VERDICT_NOT_APPLICABLE)
        continue;
      if (verdict == BALANCE_VERDICT_UNDETERMINED)
        die ("a section is undetermined: the benchmark's nation has no gaps", NULL);
      fprintf (file, "%s,%s,%s,%d", balance_section_get_district_code (section), balance_section_get_stage (section),
               balance_section_get_school_code (section), verdict == BALANCE_VERDICT_MET);
      for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
        fprintf (file, ",%.17g", values[k][i]);
      fputc ('\n', file);
    }
  fclose (file);

  for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
    coefficients[k] = dup_coefficients (evaluation, indicators[k]);
  file = open_result ("groups.csv");
  fprintf (file, "district,stage,met,R1,R2,R3,R4,R5,R6,R7\n");
  for (guint i = 0; i < g_list_model_get_n_items (groups); i++)
    {
      g_autoptr (BalanceGroup) group = g_list_model_get_item (groups, i);

      if (balance_group_get_verdict (group) == BALANCE_VERDICT_NOT_APPLICABLE)
        continue;
      fprintf (file, "%s,%s,%d", balance_group_get_district_code (group), balance_group_get_stage (group),
               balance_group_get_verdict (group) == BALANCE_VERDICT_MET);
      for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
        fprintf (file, ",%.17g", ((const double *) g_bytes_get_data (coefficients[k], NULL))[i]);
      fputc ('\n', file);
    }
  fclose (file);

  file = open_result ("districts.csv");
  fprintf (file, "district,met\n");
  for (guint i = 0; i < g_list_model_get_n_items (districts); i++)
    {
      g_autoptr (BalanceDistrict) district = g_list_model_get_item (districts, i);
      const char *code = balance_district_get_code (district);
      BalanceVerdict verdict = balance_evaluation_get_district_verdict (evaluation, code);

      if (verdict != BALANCE_VERDICT_NOT_APPLICABLE)
        fprintf (file, "%s,%d\n", code, verdict == BALANCE_VERDICT_MET);
    }
  fclose (file);
  for (guint k = 0; k < G_N_ELEMENTS (indicators); k++)
    {
      g_bytes_unref (bytes[k]);
      g_bytes_unref (coefficients[k]);
    }
}

/* -- all together ------------------------------------------------------------------------------------- */

static const struct
{
  const char *name;
  void      (*work) (void);
  const char *help;
} works[] = {
  { "read", work_read, "from the file to a census" },
  { "evaluate", work_evaluate, "from the census in memory to verdicts, and to coefficients of variation" },
  { "file", work_file, "from the file to the same" },
  { "what-if", work_what_if, "one fact changed, or a change undone, and the district judged again" },
  { "action", work_action, "teachers moved between two schools, or that undone, and the county of some 200 sections judged again" },
  { "stability", work_stability, "how near all verdicts of that county are to being others" },
  { "explain", work_explain, "one finding, from its path to its text" },
  { "views", work_views, "every school as an object" },
  { "bulk", work_bulk, "whole columns as bytes" },
  { "columns", work_columns, "bound: the needed columns read once" },
  { "cells", work_cells, "bound: each cell of the file found and converted" },
  { "memory", work_memory, "peak of anonymous memory, and what the facts need" },
  { "process", work_process, "the program FILE with the arguments after --, from its start to its end" },
  { "results", work_results, "writes what was found into --output" },
};

int
main (int argc, char **argv)
{
  const GOptionEntry entries[] = {
    { "threads", 0, 0, G_OPTION_ARG_INT, &n_threads, "Threads and processors to use; otherwise all", "N" },
    { "standard", 0, 0, G_OPTION_ARG_FILENAME, &standard_path, "Another standard, for evaluate", "FILE" },
    { "kernels", 0, 0, G_OPTION_ARG_STRING, &kernels, "baseline, avx2 or avx512; otherwise the best", "SET" },
    { "no-digest", 0, 0, G_OPTION_ARG_NONE, &no_digest, "Without the SHA-256 of the file", NULL },
    { "repeat", 0, 0, G_OPTION_ARG_INT, &n_repeats, "How often", "N" },
    { "asked", 0, 0, G_OPTION_ARG_NONE, &asked, "Stay, and do it once for each line of the input (read, evaluate, file, columns, cells)", NULL },
    { "output", 0, 0, G_OPTION_ARG_FILENAME, &output, "Folder for results", "DIR" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("WORK FILE [-- ARGUMENT…]");
  g_autoptr (GString) summary = g_string_new ("Works:");
  g_autoptr (GError) error = NULL;
  cpu_set_t processors;

  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    g_string_append_printf (summary, "\n  %-10s %s", works[i].name, works[i].help);
  g_option_context_set_summary (context, summary->str);
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    die ("the command line", error);
  if (argc > 3 && strcmp (argv[3], "--") == 0)
    rest = &argv[4];
  else if (argc > 3)
    die ("needs a work and a file; see --help", NULL);
  else
    rest = &argv[argc];
  if (argc < 3 || n_threads < 0 || n_repeats < 1)
    die ("needs a work and a file; see --help", NULL);
  path = argv[2];

  /* A reader takes the processors that it may use; so is it told how many. */
  if (sched_getaffinity (0, sizeof processors, &processors) == 0)
    {
      int n = 0;

      if (n_threads == 0)
        n_threads = CPU_COUNT (&processors);
      for (int i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET (i, &processors) && ++n > n_threads)
          CPU_CLR (i, &processors);
      sched_setaffinity (0, sizeof processors, &processors);
    }

  for (guint i = 0; i < G_N_ELEMENTS (works); i++)
    if (strcmp (works[i].name, argv[1]) == 0)
      {
        works[i].work ();
        return 0;
      }
  die ("there is no such work; see --help", NULL);
}
