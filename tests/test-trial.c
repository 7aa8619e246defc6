/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Values tried for missing facts: what is judged of the rows that they change, beside what was known before, must be what
 * judging everything anew with them gives. */

#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "evaluation/balance-evaluation-private.h"
#include "formula/balance-node-private.h"
#include "blank-out.h"

#define N_TRIALS 40
#define MAX_FILLS 4

typedef struct
{
  const char *standard, *as_of, *file;      /* below examples/data */
  guint       blanks;                       /* of a thousand figures so many are blank */
} Example;

static const Example examples[] = {
  { "cn-2017-quality", "2024-09-01", "sample-county.csv", 5 },
  { "cn-2017-quality", "2024-09-01", "example-city.csv", 200 },
  { "cn-2017-quality", "2020-09-01", "sample-county.csv", 900 },
  { "cn-2012-basic", "2016-09-01", "example-city.csv", 30 },
  { "examples/packs/city-targets-example.yaml", "2024-09-01", "example-city.csv", 10 },
  { "examples/packs/duty-score-example.yaml", "2024-09-01", "sample-county.csv", 50 },
};

static BalanceEvaluation *
evaluate (const Example *example)
{
  const char *source = g_getenv ("BALANCE_SOURCE_DIR");
  g_autofree char *pack = g_build_filename (source, example->standard, NULL);
  g_autofree char *from = g_build_filename (source, "examples", "data", example->file, NULL);
  g_autofree char *dir = g_dir_make_tmp ("balance-trial-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, example->file, NULL);
  g_autofree char *text = NULL, *blanked = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(BalanceStandard) standard = g_str_has_suffix (pack, ".yaml") ? balance_standard_new_from_file (pack, &error)
                                                                         : balance_standard_lookup (example->standard, &error);
  g_autoptr(BalanceReader) reader = NULL;
  g_autoptr(BalanceImport) import = NULL;
  g_autoptr(BalanceEvaluator) evaluator = NULL;
  BalanceEvaluation *evaluation;

  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");
  ck_assert (g_file_get_contents (from, &text, NULL, NULL));
  blanked = blank_out (text, example->blanks);
  ck_assert (g_file_set_contents (path, blanked, -1, NULL));
  reader = balance_reader_new (balance_standard_get_dictionary (standard), NULL, FALSE);
  import = balance_reader_read (reader, (const char *const[]) { path, NULL }, NULL, NULL, &error);
  g_unlink (path);
  g_rmdir (dir);
  ck_assert_msg (import != NULL && balance_import_check (import, &error), "%s", error != NULL ? error->message : "");

  evaluator = g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "as-of", example->as_of, "n-threads", 1, NULL);
  evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, &error);
  ck_assert_msg (evaluation != NULL, "%s", error != NULL ? error->message : "");

  return evaluation;
}

/* A value for some fact that is missing in the rows of a judge. FALSE where chance hits none. */
static gboolean
find_fill (BalanceJudge *judge,
           GRand        *rand,
           BalanceFill  *fill)
{
  BalanceFrame *frame = judge->frame;
  GPtrArray *nodes = judge->scheme->program->nodes;

  for (guint tries = 0; tries < 3000; tries++)
    {
      const BalanceNode *node = g_ptr_array_index (nodes, (guint) g_rand_int_range (rand, 0, (gint32) nodes->len));
      const BalanceColumn *column;
      guint row;

      /* facts of the district are tried now and then: they change more than a school */
      if (node->kind != BALANCE_NODE_FIELD || (node->level > BALANCE_LEVEL_SCHOOL && g_rand_int_range (rand, 0, 20) > 0) ||
          frame->n_rows[node->level] == 0)
        continue;
      column = frame->binding->fields[node->index].column;
      row = frame->offset[node->level] + (guint) g_rand_int_range (rand, 0, (gint32) frame->n_rows[node->level]);
      if (column != NULL && balance_column_is_valid (column, row))
        continue;

      *fill = (BalanceFill) { .level = node->level, .row = row, .field = node->field->id };
      if (node->type == BALANCE_VALUE_NUMBER)
        fill->number = balance_number_small (g_rand_int_range (rand, 0, 1000), g_rand_int_range (rand, 1, 4));
      else
        fill->code = g_rand_int_range (rand, 0, 2);
      return TRUE;
    }

  return FALSE;
}

static void
assert_bytes (const guint8 *a,
              const guint8 *b,
              guint         n,
              const char   *what,
              const char   *id)
{
  ck_assert_msg ((a == NULL) == (b == NULL), "%s of %s", what, id);
  ck_assert_msg (a == NULL || memcmp (a, b, n) == 0, "%s of %s differ", what, id);
}

static void
assert_numbers (const BalanceNumberPool *pool_a,
                const BalanceNumber     *a,
                const BalanceNumberPool *pool_b,
                const BalanceNumber     *b,
                guint                    n,
                const char              *id)
{
  ck_assert_msg ((a == NULL) == (b == NULL), "numbers of %s", id);
  for (guint i = 0; a != NULL && i < n; i++)
    {
      double ends[] = { balance_number_get_low (pool_a, a[i]), balance_number_get_high (pool_a, a[i]) };
      double others[] = { balance_number_get_low (pool_b, b[i]), balance_number_get_high (pool_b, b[i]) };

      ck_assert_msg (memcmp (ends, others, sizeof ends) == 0 &&
                       balance_number_is_known (pool_a, a[i]) == balance_number_is_known (pool_b, b[i]) &&
                       balance_number_is_undefined (pool_a, a[i]) == balance_number_is_undefined (pool_b, b[i]),
                     "%s, row %u: %g to %g, anew %g to %g", id, i, ends[0], ends[1], others[0], others[1]);
    }
}

static void
compare (BalanceJudge *trial,
         BalanceJudge *anew)
{
  for (guint i = 0; i < trial->scheme->pack->rules->len; i++)
    {
      const BalanceRule *rule = trial->scheme->rules[i].rule;
      const BalanceJudged *a = balance_judge_get (trial, i), *b = balance_judge_get (anew, i);
      guint n = trial->frame->n_rows[rule->level];

      assert_bytes (a->verdicts, b->verdicts, n, "verdicts", rule->id);
      assert_bytes (a->applies, b->applies, n, "subjects", rule->id);
      assert_bytes (a->vetoed, b->vetoed, n, "vetoes", rule->id);
      assert_numbers (&trial->frame->pool, a->values, &anew->frame->pool, b->values, n, rule->id);
      assert_numbers (&trial->frame->pool, a->limits, &anew->frame->pool, b->limits, n, rule->id);
      if (a->values != NULL && rule->level <= BALANCE_LEVEL_SCHOOL)
        for (guint row = 0; row < n; row++)
          ck_assert_int_eq (balance_judge_get_floor (trial, i, row), balance_judge_get_floor (anew, i, row));
    }
}

START_TEST (trials)
{
  g_autoptr(BalanceEvaluation) evaluation = evaluate (&examples[_i]);
  g_autoptr(GRand) rand = g_rand_new_with_seed ((guint32) _i);
  BalanceBindings *bindings = evaluation->result.bindings;
  guint n_rules = evaluation->standard->pack->rules->len, n_tried = 0;

  for (guint district = 0; district < MIN (2, evaluation->facts->districts.n_rows); district++)
    {
      BalanceJudge *trial = balance_judge_new (bindings, evaluation->result.region);
      BalanceJudge *anew = balance_judge_new (bindings, evaluation->result.region);
      BalanceJudgeMark *mark;

      balance_judge_reset (trial, district, 1);
      /* some is known when trials begin, some only later, the rest never */
      for (guint i = 0; i < n_rules; i += 2)
        balance_judge_get (trial, i);
      mark = balance_judge_mark (trial);
      for (guint t = 0; t < N_TRIALS; t++)
        {
          BalanceFill fills[MAX_FILLS];
          guint n = 0, wanted = (guint) g_rand_int_range (rand, 0, MAX_FILLS + 1);

          while (n < wanted && find_fill (trial, rand, &fills[n]))
            n++;
          n_tried += n;
          balance_judge_go_back (trial, mark);
          balance_judge_fill (trial, fills, n);
          balance_judge_reset (anew, district, 1);
          balance_judge_fill (anew, fills, n);
          compare (trial, anew);
          balance_judge_fill (trial, NULL, 0);
          balance_judge_go_back (trial, mark);
          balance_judge_fill (anew, NULL, 0);

          if (t % 10 == 5)
            {
              balance_judge_get (trial, (guint) g_rand_int_range (rand, 0, (gint32) n_rules));
              balance_judge_extend_mark (trial, mark);
            }
        }
      balance_judge_free (trial);
      balance_judge_free (anew);
      balance_judge_mark_free (mark);
    }
  ck_assert_uint_gt (n_tried, N_TRIALS);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("trial");
  TCase *tcase = tcase_create ("trial");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tcase, 120);
  tcase_add_loop_test (tcase, trials, 0, G_N_ELEMENTS (examples));
  suite_add_tcase (suite, tcase);
  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
