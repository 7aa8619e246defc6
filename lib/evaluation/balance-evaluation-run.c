/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The one pass over a census: districts are independent, threads take them one after the other, and
 * each is always computed in the same order. Threads touch plain memory only. */

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "evaluation/balance-bulk-private.h"
#include "evaluation/balance-evaluation-private.h"

/* below this many sections a second thread costs more than it gives */
#define SECTIONS_PER_THREAD 16384
#define MAX_THREADS 64

/* Threads take runs of districts: those that one block of columns holds, or one by one where there is no bulk. */
typedef struct
{
  BalanceEvaluation *evaluation;
  BalanceResult     *result;
  BalanceBulk       *bulk;          /* nullable */
  guint              n_runs;
  GArray            *empty;         /* (mutex lock) of guint: sections without pupils; nullable = nobody asks */
  pthread_mutex_t    lock;
  atomic_uint        next;          /* run */
  atomic_uint        done;
  atomic_bool        stop;
} Work;

guint
balance_facts_get_n_rows (BalanceFacts *facts, BalanceLevel level)
{
  return level == BALANCE_LEVEL_STAGE ? facts->n_groups : balance_facts_get_table (facts, level)->n_rows;
}

static void
keep_verdicts (BalanceEvaluation *self, BalanceResult *result, BalanceJudge *judge, guint rule)
{
  BalanceLevel level = result->scheme->rules[rule].rule->level;
  const BalanceJudged *judged = balance_judge_get (judge, rule);
  guint n = judge->frame->n_rows[level], offset = judge->frame->offset[level];

  g_autofree guint64 *floors = NULL;

  memcpy (result->verdicts[rule] + offset, judged->verdicts, n);
  if (result->floors[rule] == NULL)
    return;

  floors = balance_bits_new (n);
  for (guint i = 0; i < n; i++)
    if (judged->verdicts[i] == BALANCE_VERDICT_UNMET && balance_judge_get_floor (judge, rule, i) == BALANCE_TRUE)
      balance_bits_set (floors, i, TRUE);
  balance_bits_put (result->floors[rule], offset, floors, n);
}

gboolean
balance_evaluation_is_root (BalanceEvaluation *self, const BalanceRule *rule)
{
  return (self->only >= 0 ? (int) rule->index == self->only : rule->parent == NULL) && rule->binding;
}

void
balance_evaluation_judge_district (BalanceEvaluation *self, BalanceResult *result, BalanceJudge *judge, BalanceBulk *bulk, guint district)
{
  BalancePack *pack = result->scheme->pack;
  BalanceVerdict verdict = (BalanceVerdict) result->districts[district];

  balance_judge_reset (judge, district, 1);
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (!self->judged[i] || result->scheme->rules[i].uses_region || (bulk != NULL && balance_bulk_has_rule (bulk, i)))
        continue;
      keep_verdicts (self, result, judge, i);
      if (balance_evaluation_is_root (self, rule))
        verdict = balance_verdict_and (verdict, balance_judge_get_verdict_at (judge, i, BALANCE_LEVEL_DISTRICT, 0));
    }
  result->districts[district] = (guint8) verdict;
}

BalanceVerdict
balance_evaluation_get_bulk_verdict (BalanceEvaluation *self, BalanceResult *result, BalanceBulk *bulk, guint district)
{
  BalanceFacts *facts = self->facts;
  BalancePack *pack = result->scheme->pack;
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;
  guint n_roots;
  const guint *roots = balance_bulk_get_roots (bulk, &n_roots);

  for (guint r = 0; r < n_roots; r++)
    {
      guint i = roots[r], first = district, last = district + 1;
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (rule->level != BALANCE_LEVEL_DISTRICT)
        {
          const guint32 *offsets = rule->level == BALANCE_LEVEL_SECTION ? facts->district_sections : facts->district_groups;

          first = offsets[district];
          last = offsets[district + 1];
        }
      for (guint k = first; k < last; k++)
        verdict = balance_verdict_and (verdict, (BalanceVerdict) result->verdicts[i][k]);
    }

  return verdict;
}

/* Sections that would be judged, had they any pupils. */
static void
find_empty (BalanceResult *result, BalanceJudge *judge, GArray *empty)
{
  BalanceFrame *frame = judge->frame;
  const BalanceNumber *weights;
  const guint8 *mask;

  if (result->scheme->weight == NULL)
    return;
  weights = balance_frame_get_numbers (frame, result->scheme->weight);
  mask = balance_frame_get_flags (frame, result->scheme->program->base_mask);
  for (guint i = 0; i < frame->n_rows[BALANCE_LEVEL_SECTION]; i++)
    if (mask[i] != BALANCE_FALSE && weights[i].den != 0 && weights[i].num == 0)
      {
        guint row = frame->offset[BALANCE_LEVEL_SECTION] + i;

        g_array_append_val (empty, row);
      }
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

/* Takes runs until there are none, and always one more than the one at hand, so that its facts are fetched meanwhile. The
 * caller's thread, which has `progress` or a cancellable, listens to the caller. */
static void
work_off (Work *work, gboolean listens, BalanceProgress *progress, double from, double to, GCancellable *cancellable)
{
  BalanceResult *result = work->result;
  BalanceJudge *judge = NULL;
  BalanceBulkRun *bulk_run = work->bulk != NULL ? balance_bulk_run_new (work->bulk) : NULL;
  GByteArray *unsure = g_byte_array_new ();
  g_autoptr (GArray) empty = g_array_new (FALSE, FALSE, sizeof (guint));
  gboolean finds_empty = work->bulk != NULL && balance_bulk_finds_empty (work->bulk);
  guint next = atomic_fetch_add (&work->next, 1);

  while (!atomic_load (&work->stop) && next < work->n_runs)
    {
      const guint run = next;
      guint first = run, n = 1, done;

      next = atomic_fetch_add (&work->next, 1);

      if (work->bulk != NULL)
        {
          guint next_first = 0, next_n;

          balance_bulk_get_run (work->bulk, run, &first, &n);
          if (next < work->n_runs)
            balance_bulk_get_run (work->bulk, next, &next_first, &next_n);
          g_byte_array_set_size (unsure, n);
          balance_bulk_run_judge (bulk_run, first, n, next_first, unsure->data);
          if (finds_empty && work->empty != NULL)
            balance_bulk_run_find_empty (bulk_run, empty);
        }
      for (guint d = 0; d < n; d++)
        {
          gboolean sure = work->bulk != NULL && !unsure->data[d];

          if (sure)
            result->districts[first + d] = (guint8) balance_evaluation_get_bulk_verdict (work->evaluation, result, work->bulk, first + d);
          if (sure && balance_bulk_is_whole (work->bulk) && (finds_empty || work->empty == NULL))
            continue;
          if (judge == NULL)
            judge = balance_judge_new (result->bindings, result->region);
          balance_evaluation_judge_district (work->evaluation, result, judge, sure ? work->bulk : NULL, first + d);
          if (!finds_empty && work->empty != NULL)
            find_empty (result, judge, empty);
        }

      done = atomic_fetch_add (&work->done, 1);
      if (listens && g_cancellable_is_cancelled (cancellable))
        atomic_store (&work->stop, TRUE);
      if (listens && progress != NULL && run % 16 == 0)
        balance_progress_set_fraction (progress, from + (to - from) * done / MAX (1, work->n_runs));
    }
  if (work->empty != NULL)
    {
      pthread_mutex_lock (&work->lock);
      g_array_append_vals (work->empty, empty->data, empty->len);
      pthread_mutex_unlock (&work->lock);
    }
  g_byte_array_unref (unsure);
  balance_bulk_run_free (bulk_run);
  balance_judge_free (judge);
}

static void *
run_thread (void *data)
{
  work_off (data, FALSE, NULL, 0.0, 0.0, NULL);

  return NULL;
}

/* Everything that districts may take from the region, so that threads find it made. */
static void
complete_region (BalanceJudge *judge)
{
  const BalanceScheme *scheme = judge->scheme;

  for (guint i = 0; i < scheme->program->nodes->len; i++)
    {
      BalanceNode *node = g_ptr_array_index (scheme->program->nodes, i);

      if (!balance_node_uses_region (node))
        continue;
      switch (balance_node_get_type_of (node))
        {
        case BALANCE_VALUE_NUMBER:
          balance_frame_get_numbers (judge->frame, node);
          break;
        case BALANCE_VALUE_FLAG:
          balance_frame_get_flags (judge->frame, node);
          break;
        case BALANCE_VALUE_CHOICE:
        case BALANCE_VALUE_TEXT:
        case BALANCE_VALUE_DATE:
        default:
          balance_frame_get_codes (judge->frame, node);
          break;
        }
    }
  /* also those that are not asked for: others may name them */
  for (guint i = 0; i < scheme->pack->rules->len; i++)
    if (scheme->rules[i].uses_region)
      balance_judge_get_scores (judge, i);
  for (guint i = 0; i < scheme->n_used; i++)
    complete_region (judge->used[i]);
}

/* What is asked of the region is judged first and completely: threads only read it afterwards. */
static void
judge_region (BalanceEvaluation *self, BalanceResult *result)
{
  BalancePack *pack = result->scheme->pack;
  BalanceVerdict verdict = BALANCE_VERDICT_NOT_APPLICABLE;
  guint n = self->facts->districts.n_rows;

  result->region_verdict = verdict;
  if (!result->scheme->uses_region)
    return;

  result->region = balance_judge_new (result->bindings, NULL);
  balance_judge_reset (result->region, 0, n);
  complete_region (result->region);
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (!self->judged[i] || !result->scheme->rules[i].uses_region)
        continue;
      keep_verdicts (self, result, result->region, i);
      if (balance_evaluation_is_root (self, rule))
        verdict = balance_verdict_and (verdict, balance_judge_get_verdict_at (result->region, i, BALANCE_LEVEL_REGION, 0));
    }
  result->region_verdict = verdict;
}

/* Roots below the region that need it for their numbers still count for each district. */
static void
add_region_roots (BalanceEvaluation *self, BalanceResult *result)
{
  BalancePack *pack = result->scheme->pack;

  for (guint i = 0; result->region != NULL && i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (!self->judged[i] || !result->scheme->rules[i].uses_region || rule->level == BALANCE_LEVEL_REGION || !rule->binding ||
          !(self->only >= 0 ? (int) i == self->only : rule->parent == NULL))
        continue;
      for (guint d = 0; d < self->facts->districts.n_rows; d++)
        result->districts[d] = (guint8) balance_verdict_and ((BalanceVerdict) result->districts[d],
                                                             balance_judge_get_verdict_at (result->region, i, BALANCE_LEVEL_DISTRICT, d));
    }
}

static void
allocate (BalanceEvaluation *self, BalanceResult *result)
{
  BalancePack *pack = result->scheme->pack;

  result->verdicts = g_new0 (guint8 *, pack->rules->len + 1);
  result->floors = g_new0 (guint64 *, pack->rules->len + 1);
  result->sums = g_new0 (BalanceSums *, pack->rules->len + 1);
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);
      guint n = balance_facts_get_n_rows (self->facts, rule->level);

      if (!self->judged[i])
        continue;
      /* all of the large ones is written, whoever judges */
      result->verdicts[i] = rule->level == BALANCE_LEVEL_SECTION ? g_malloc (n + 1) : g_malloc0 (n + 1);
      if (rule->parent != NULL && rule->parent->has_floor)
        result->floors[i] = balance_bits_new (n);
      if (rule->kind == BALANCE_RULE_DISPERSION && rule->level == BALANCE_LEVEL_STAGE && !rule->combine)
        result->sums[i] = balance_sums_new (n);
    }
  result->districts = g_malloc0 (self->facts->districts.n_rows + 1);
}

static gboolean
run (BalanceEvaluation *self, BalanceResult *result, GArray *empty, guint n_threads, const BalanceKernels *kernels, BalanceProgress *progress, double from, double to,
     GCancellable *cancellable, GError **error)
{
  Work work = { .evaluation = self, .result = result, .empty = empty, .lock = PTHREAD_MUTEX_INITIALIZER };
  pthread_t threads[MAX_THREADS];
  guint n_started = 0, useful;

  allocate (self, result);
  result->bindings = balance_bindings_new (result->scheme, self->facts);
  judge_region (self, result);
  work.bulk = kernels != NULL ? balance_bulk_new (self, result, kernels) : NULL;
  work.n_runs = work.bulk != NULL ? balance_bulk_get_n_runs (work.bulk) : self->facts->districts.n_rows;

  if (n_threads == 0)
    n_threads = g_get_num_processors ();
  useful = 1 + self->facts->sections.n_rows / SECTIONS_PER_THREAD;
  n_threads = MIN (MIN (n_threads, useful), MAX_THREADS);
  for (guint i = 1; i < n_threads; i++)
    if (pthread_create (&threads[n_started], NULL, run_thread, &work) == 0)
      n_started++;

  /* this thread works too */
  work_off (&work, TRUE, progress, from, to, cancellable);
  for (guint i = 0; i < n_started; i++)
    pthread_join (threads[i], NULL);
  balance_bulk_free (work.bulk);
  pthread_mutex_destroy (&work.lock);
  if (empty != NULL)
    g_array_sort (empty, compare_rows);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  add_region_roots (self, result);
  return TRUE;
}

/* -- what to judge ----------------------------------------------------------------------------------- */

static void
mark_judged (BalanceEvaluation *self, const BalanceRule *rule, gboolean counts)
{
  self->judged[rule->index] = TRUE;
  self->counts[rule->index] = counts && rule->binding;
  for (guint i = 0; i < rule->children->len; i++)
    mark_judged (self, g_ptr_array_index (rule->children, i), self->counts[rule->index]);
}

/* Concessions in force, and whether there are any. */
static gboolean
choose_concessions (BalanceEvaluation *self, BalancePack *pack, BalanceConcessions which, gint32 as_of, gboolean *in_force)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < pack->concessions->len; i++)
    {
      const BalanceConcession *concession = g_ptr_array_index (pack->concessions, i);

      in_force[i] = which == BALANCE_CONCESSIONS_ON ||
                    (which == BALANCE_CONCESSIONS_AUTO &&
                     (concession->from == BALANCE_NO_DATE || as_of >= concession->from) &&
                     (concession->until == BALANCE_NO_DATE || as_of <= concession->until));
      if (in_force[i])
        g_ptr_array_add (ids, g_strdup (concession->id));
    }
  g_ptr_array_add (ids, NULL);
  self->concessions = (char **) g_ptr_array_free (g_steal_pointer (&ids), FALSE);

  return self->concessions[0] != NULL;
}

static void
effective_options (BalanceEvaluation *self, BalancePack *pack, const char *const *options)
{
  g_autoptr(GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; i < pack->options->len; i++)
    {
      const BalanceOption *option = g_ptr_array_index (pack->options, i);
      g_autofree char *prefix = g_strconcat (option->id, "=", NULL);
      const char *chosen = NULL;

      for (guint k = 0; options != NULL && options[k] != NULL; k++)
        if (chosen == NULL && g_str_has_prefix (options[k], prefix))
          chosen = options[k];
      g_ptr_array_add (list, chosen != NULL ? g_strdup (chosen) : g_strconcat (prefix, option->value, NULL));
    }
  g_ptr_array_add (list, NULL);
  self->options = (char **) g_ptr_array_free (g_steal_pointer (&list), FALSE);
}

/* -- notices ----------------------------------------------------------------------------------------- */

static void
notice (BalanceEvaluation *self, BalanceSeverity severity, const char *kind, const char *found, const char *en, const char *zh)
{
  BalancePlace place = { .found = found };

  balance_problems_add_literal (self->notices, severity, kind, &place, en, zh, NULL, NULL, NULL, NULL);
}

/* Names of at most a few rows, the rest counted. */
typedef struct
{
  GString *en, *zh;
  guint    n;
} Names;

static void
add_name (Names *names, const char *name)
{
  if (names->n == 0)
    {
      names->en = g_string_new (NULL);
      names->zh = g_string_new (NULL);
    }
  if (names->n < 5)
    {
      g_string_append_printf (names->en, "%s%s", names->n > 0 ? ", " : "", name);
      g_string_append_printf (names->zh, "%s%s", names->n > 0 ? "、" : "", name);
    }
  names->n++;
}

/* By its name, unless it has none or another has the same. */
static char *
dup_district_name (const BalanceFacts *facts, guint district)
{
  const char *name = facts->district_names[district], *code = facts->district_codes[district];

  if (*name == '\0')
    return g_strdup (code);
  for (guint i = 0; i < facts->districts.n_rows; i++)
    if (i != district && strcmp (facts->district_names[i], name) == 0)
      return g_strdup_printf ("%s %s", code, name);

  return g_strdup (name);
}

/* Looked at only where it is told: names of districts lie far apart in memory. */
static void
add_district (Names *names, const BalanceFacts *facts, guint district)
{
  g_autofree char *name = names->n < 5 ? dup_district_name (facts, district) : NULL;

  add_name (names, name);
}

static void
tell (BalanceEvaluation *self, Names *names, BalanceSeverity severity, const char *kind, const char *en, const char *zh)
{
  g_autofree char *e = NULL, *z = NULL;

  if (names->n == 0)
    return;
  e = g_strdup_printf ("%s: %s%s (%u)", en, names->en->str, names->n > 5 ? " …" : "", names->n);
  z = g_strdup_printf ("%s：%s%s（共%u个）", zh, names->zh->str, names->n > 5 ? "……" : "", names->n);
  notice (self, severity, kind, NULL, e, z);
  g_string_free (names->en, TRUE);
  g_string_free (names->zh, TRUE);
}

gboolean
balance_evaluation_stage_is_unsplit (BalanceEvaluation *self, guint stage)
{
  BalancePack *pack = self->standard->pack;
  const BalanceChoice *choice = balance_dictionary_get_stage (self->facts->dictionary, stage);

  if (self->result.bindings->own->stage_back[stage] >= 0 || choice->holds == NULL)
    return FALSE;
  for (guint i = 0; i < pack->n_stages; i++)
    if (g_strv_contains ((const char *const *) choice->holds, balance_dictionary_get_stage (pack->dictionary, pack->stages[i])->id))
      return TRUE;
  return FALSE;
}

/* Attested facts that a requirement reads on its own rows. */
static void
add_attested (BalanceField *field, BalanceLevel level, gboolean aggregated, gpointer data)
{
  if (field->type == BALANCE_FIELD_ATTESTED && field->level == level && !aggregated)
    g_ptr_array_add (data, field);
}

/* What is attested with yes and without evidence, where the standard asks for it: pointed out, no verdict changes. */
static void
notice_evidence (BalanceEvaluation *self)
{
  BalanceFacts *facts = self->facts;
  const BalanceScheme *scheme = self->result.scheme;
  Names names = { 0 };

  for (guint i = 0; i < scheme->pack->rules->len; i++)
    {
      const BalanceSchemeRule *rule = &scheme->rules[i];
      BalanceLevel level = rule->rule->level;
      g_autoptr(GPtrArray) fields = g_ptr_array_new ();

      if (!rule->rule->evidence || !self->judged[i] || self->result.verdicts[i] == NULL || rule->rule->kind != BALANCE_RULE_VALUE ||
          rule->measure.value == NULL || rule->measure.comparison != BALANCE_COMPARISON_NONE)
        continue;
      balance_node_foreach_field (rule->measure.value, add_attested, fields);
      for (guint k = 0; k < fields->len; k++)
        {
          BalanceField *field = g_ptr_array_index (fields, k);
          BalanceField *evidence = balance_dictionary_find_companion (facts->dictionary, field, BALANCE_EVIDENCE);
          const BalanceColumn *stated = balance_facts_find_column (facts, level, field->id);
          const BalanceColumn *named = evidence != NULL ? balance_facts_find_column (facts, level, evidence->id) : NULL;

          if (field->level != level || stated == NULL)
            continue;
          for (guint row = 0; row < balance_facts_get_n_rows (facts, level); row++)
            {
              g_autofree char *subject = NULL, *name = NULL;

              if (self->result.verdicts[i][row] != BALANCE_VERDICT_MET || !balance_column_is_valid (stated, row) ||
                  balance_column_get (stated, row) == 0 || (named != NULL && balance_column_is_valid (named, row)))
                continue;
              subject = balance_facts_dup_subject (facts, level, row, BALANCE_LANGUAGE_ZH);
              name = g_strdup_printf ("%s %s", subject, rule->rule->id);
              add_name (&names, name);
            }
        }
    }
  tell (self, &names, BALANCE_SEVERITY_NOTE, "no-evidence", "attested with yes, but no evidence is named", "认定为“是”但未列佐证材料");
}

static void
collect_notices (BalanceEvaluation *self, GArray *empty_rows)
{
  BalanceFacts *facts = self->facts;
  BalancePack *pack = self->standard->pack;
  Names unsplit = { 0 }, skipped = { 0 }, empty = { 0 };
  guint n_census_stages = balance_dictionary_get_n_stages (facts->dictionary);
  g_autofree gboolean *is_unsplit = g_new0 (gboolean, n_census_stages + 1);
  gboolean any_unsplit = FALSE;

  for (guint i = 0; i < n_census_stages; i++)
    {
      is_unsplit[i] = balance_evaluation_stage_is_unsplit (self, i);
      any_unsplit = any_unsplit || is_unsplit[i];
    }

  for (guint i = 0; i < pack->n_stages; i++)
    {
      Names absent = { 0 };
      const BalanceChoice *stage = balance_dictionary_get_stage (pack->dictionary, pack->stages[i]);
      g_autofree char *en = g_strdup_printf ("no section of the stage “%s”, which is therefore not judged, in", balance_text_get (&stage->title, BALANCE_LANGUAGE_EN));
      g_autofree char *zh = g_strdup_printf ("没有“%s”学段的数据，该学段未评，涉及", balance_text_get (&stage->title, BALANCE_LANGUAGE_ZH));

      for (guint d = 0; d < facts->districts.n_rows; d++)
        {
          gboolean found = FALSE;

          for (guint g = facts->district_groups[d]; g < facts->district_groups[d + 1] && !found; g++)
            found = self->result.bindings->own->stage_back[facts->group_stage[g]] == (int) i;
          if (!found)
            add_district (&absent, facts, d);
        }
      tell (self, &absent, BALANCE_SEVERITY_WARNING, "absent-stage", en, zh);
    }

  for (guint d = 0; d < facts->districts.n_rows; d++)
    {
      if (facts->district_skipped[d])
        add_district (&skipped, facts, d);
      for (guint g = facts->district_groups[d]; any_unsplit && g < facts->district_groups[d + 1]; g++)
        for (guint s = facts->group_sections[g]; is_unsplit[facts->group_stage[g]] && s < facts->group_sections[g + 1]; s++)
          {
            self->unsplit[d] = TRUE;
            add_name (&unsplit, facts->school_names[facts->section_school[s]]);
          }
    }
  /* sections without pupils are left out: said once, not silently */
  for (guint i = 0; i < empty_rows->len; i++)
    add_name (&empty, facts->school_names[facts->section_school[g_array_index (empty_rows, guint, i)]]);

  tell (self, &skipped, BALANCE_SEVERITY_WARNING, "skipped-rows", "rows were left out on reading; never met because of that",
        "读取时略过了部分行，因此不能判为达标");
  tell (self, &unsplit, BALANCE_SEVERITY_WARNING, "unsplit-stage",
        "figures of several stages in one; the standard cannot judge them, and the district is never met because of that",
        "数据未按学段拆分，无法评定，所在区县因此不能判为达标");
  tell (self, &empty, BALANCE_SEVERITY_NOTE, "no-pupils", "without pupils and therefore not judged", "在校生数为0，未予评定");
  notice_evidence (self);
  if (facts->skipped)
    notice (self, BALANCE_SEVERITY_WARNING, "skipped-rows", NULL, "rows were left out on reading that name no district; no district is met because of that",
            "读取时略过了未注明区县的行，因此没有区县能判为达标");
}

/* Districts with data left out are never met; one of which nothing could be judged is undetermined,
 * unless the standard asks only the region. */
static gboolean
asks_districts (BalanceEvaluation *self)
{
  BalancePack *pack = self->standard->pack;

  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if ((self->only >= 0 ? (int) i == self->only : rule->parent == NULL) && rule->level != BALANCE_LEVEL_REGION)
        return TRUE;
    }

  return FALSE;
}

static void
withhold_district (BalanceEvaluation *self, BalanceResult *result, gboolean asked, guint district)
{
  guint8 *verdict = &result->districts[district];

  if ((*verdict == BALANCE_VERDICT_NOT_APPLICABLE && asked) ||
      (*verdict == BALANCE_VERDICT_MET && (self->facts->district_skipped[district] || self->facts->skipped || self->unsplit[district])))
    *verdict = BALANCE_VERDICT_UNDETERMINED;
}

void
balance_evaluation_withhold (BalanceEvaluation *self, BalanceResult *result, guint district)
{
  withhold_district (self, result, asks_districts (self), district);
}

static void
withhold (BalanceEvaluation *self, BalanceResult *result)
{
  gboolean asked = asks_districts (self);

  for (guint d = 0; d < self->facts->districts.n_rows; d++)
    withhold_district (self, result, asked, d);
}

void
balance_evaluation_sum_up (BalanceEvaluation *self)
{
  self->verdict = self->result.region_verdict;
  for (guint d = 0; d < self->facts->districts.n_rows; d++)
    self->verdict = balance_verdict_and (self->verdict, (BalanceVerdict) self->result.districts[d]);
  if (self->verdict == BALANCE_VERDICT_NOT_APPLICABLE)
    self->verdict = BALANCE_VERDICT_UNDETERMINED;
}

/* -- entry ------------------------------------------------------------------------------------------- */

BalanceEvaluation *
balance_evaluation_run (BalanceEvaluator   *evaluator,
                        BalanceStandard    *standard,
                        BalanceCensus      *census,
                        const char         *as_of,
                        BalanceConcessions  concessions,
                        const char         *only,
                        const char *const  *options,
                        guint               n_threads,
                        const char         *kernels,
                        BalanceProgress    *progress,
                        GCancellable       *cancellable,
                        GError            **error)
{
  BalancePack *pack = standard->pack;
  g_autoptr(BalanceEvaluation) self = g_object_new (BALANCE_TYPE_EVALUATION, NULL);
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr (GArray) empty = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree gboolean *in_force = g_new0 (gboolean, pack->concessions->len + 1);
  gint32 days = (gint32) (g_get_real_time () / G_USEC_PER_SEC / 86400);
  gboolean conceding;
  const BalanceKernels *set;

  self->standard = g_object_ref (standard);
  self->census = g_object_ref (census);
  self->facts = balance_facts_ref (census->facts);
  self->only = -1;
  self->notices = balance_problems_new ();

  if (as_of != NULL && !balance_date_parse (as_of, -1, &days))
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA, "“%s” is not a date (YYYY-MM-DD)\n“%s”不是日期（YYYY-MM-DD）", as_of, as_of);
      return NULL;
    }
  self->as_of = balance_date_to_string (days);

  self->judged = g_new0 (gboolean, pack->rules->len + 1);
  self->counts = g_new0 (gboolean, pack->rules->len + 1);
  if (only != NULL)
    {
      const BalanceRule *rule = balance_pack_find_rule (pack, only);

      if (rule == NULL)
        {
          g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                       "The standard “%s” has no requirement “%s”; `balance standard show %s` lists them\n标准“%s”没有要求“%s”；可用 balance standard show %s 查看",
                       pack->id, only, pack->id, pack->id, only, pack->id);
          return NULL;
        }
      self->only = (int) rule->index;
      mark_judged (self, rule, TRUE);
    }
  else
    {
      for (guint i = 0; i < pack->roots->len; i++)
        mark_judged (self, g_ptr_array_index (pack->roots, i), TRUE);
    }

  conceding = choose_concessions (self, pack, concessions, days, in_force);
  effective_options (self, pack, options);
  if (!balance_evaluator_get_schemes (evaluator, days, in_force, conceding, &self->result.scheme, &self->strict.scheme, problems))
    {
      balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);
      return NULL;
    }

  set = balance_kernels_choose (kernels);
  if (progress != NULL)
    balance_progress_set_phase (progress, "evaluating", "评估");
  if (!run (self, &self->result, empty, n_threads, set, progress, 0.0, conceding ? 0.5 : 1.0, cancellable, error) ||
      (conceding && !run (self, &self->strict, NULL, n_threads, set, progress, 0.5, 1.0, cancellable, error)))
    return NULL;

  self->unsplit = g_malloc0 (self->facts->districts.n_rows + 1);
  collect_notices (self, empty);
  withhold (self, &self->result);
  if (conceding)
    withhold (self, &self->strict);

  balance_evaluation_sum_up (self);

  return g_steal_pointer (&self);
}
