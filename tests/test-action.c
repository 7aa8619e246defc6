/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <check.h>
#include <math.h>
#include <string.h>

#include "audit/balance-years-private.h"
#include "evaluation/balance-evaluation-private.h"
#include "planning/balance-action-private.h"

static guint32 state;

static guint
next (guint bound)
{
  state = state * 1664525u + 1013904223u;
  return (guint) (((guint64) state * bound) >> 32);
}

static BalanceCensus *
read_city (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "data", "example-city.csv", NULL);
  g_autoptr (BalanceReader) reader = balance_reader_new (NULL, NULL, FALSE);
  g_autoptr (GError) error = NULL;
  const char *paths[] = { path, NULL };
  g_autoptr (BalanceImport) import = balance_reader_read (reader, paths, NULL, NULL, &error);

  ck_assert_msg (import != NULL, "%s", error != NULL ? error->message : "");
  return g_object_ref (balance_import_get_census (import));
}

static BalanceScenario *
new_scenario (BalanceCensus *census, const char *only, const char *kernels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_lookup ("cn-2017-quality", &error);
  g_autoptr (BalanceEvaluator) evaluator =
    g_object_new (BALANCE_TYPE_EVALUATOR, "standard", standard, "as-of", "2026-09-01", "only", only, "kernels", kernels, "n-threads", 1, NULL);
  BalanceScenario *scenario = balance_scenario_new (evaluator, census, NULL, &error);

  ck_assert_msg (scenario != NULL, "%s", error != NULL ? error->message : "");
  return scenario;
}

/* The census as a reader makes it from the same values: order of rows, groups and all. */
static BalanceFacts *
rebuild (BalanceFacts *facts)
{
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (facts->dictionary, facts->year);
  g_autoptr (BalanceImport) import = NULL;

  for (guint i = facts->schools.n_rows; i-- > 0;)
    {
      guint school = balance_census_builder_add_school (builder, facts->district_codes[facts->school_district[i]], facts->school_codes[i]);

      (void) school;
      for (guint32 k = facts->school_sections[i]; k < facts->school_sections[i + 1]; k++)
        balance_census_builder_add_section (builder, facts->district_codes[facts->school_district[i]], facts->school_codes[i],
                                            balance_dictionary_get_stage (facts->dictionary, facts->section_stage[facts->school_section_rows[k]])->id);
    }
  import = balance_census_builder_end (builder);
  ck_assert_uint_eq (balance_import_get_n_errors (import), 0);

  return balance_facts_ref (balance_import_get_census (import)->facts);
}

static void
assert_same_rows (BalanceFacts *a, BalanceFacts *b)
{
  ck_assert_uint_eq (a->schools.n_rows, b->schools.n_rows);
  ck_assert_uint_eq (a->sections.n_rows, b->sections.n_rows);
  ck_assert_uint_eq (a->n_groups, b->n_groups);
  for (guint i = 0; i < a->schools.n_rows; i++)
    {
      ck_assert_str_eq (a->school_codes[i], b->school_codes[i]);
      ck_assert_str_eq (a->district_codes[a->school_district[i]], b->district_codes[b->school_district[i]]);
      ck_assert_uint_eq (a->school_sections[i + 1], b->school_sections[i + 1]);
    }
  for (guint i = 0; i < a->sections.n_rows; i++)
    {
      ck_assert_uint_eq (a->section_school[i], b->section_school[i]);
      ck_assert_uint_eq (a->section_stage[i], b->section_stage[i]);
      ck_assert_uint_eq (a->section_group[i], b->section_group[i]);
      ck_assert_uint_eq (a->school_section_rows[i], b->school_section_rows[i]);
    }
  for (guint i = 0; i < a->n_groups; i++)
    {
      ck_assert_uint_eq (a->group_sections[i + 1], b->group_sections[i + 1]);
      ck_assert_uint_eq (a->group_stage[i], b->group_stage[i]);
    }
  for (guint i = 0; i < a->districts.n_rows; i++)
    {
      ck_assert_uint_eq (a->district_sections[i + 1], b->district_sections[i + 1]);
      ck_assert_uint_eq (a->district_schools[i + 1], b->district_schools[i + 1]);
      ck_assert_uint_eq (a->district_groups[i + 1], b->district_groups[i + 1]);
    }
}

static void
assert_fresh (BalanceScenario *scenario, const char *when)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceEvaluation) fresh = balance_scenario_evaluate (scenario, NULL, NULL, &error);

  ck_assert_msg (fresh != NULL, "%s", error != NULL ? error->message : "");
  ck_assert_msg (balance_scenario_get_verdict (scenario) == balance_evaluation_get_verdict (fresh), "%s: the whole", when);
  for (guint d = 0; d < fresh->facts->districts.n_rows; d++)
    ck_assert_msg (balance_scenario_get_district_verdict (scenario, d) == (BalanceVerdict) fresh->result.districts[d], "%s: district %u", when, d);
  for (guint i = 0; i < fresh->standard->pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (fresh->standard->pack->rules, i);
      g_autoptr (GBytes) a = balance_scenario_dup_verdicts (scenario, rule->id, NULL), b = balance_evaluation_dup_verdicts (fresh, rule->id, NULL);

      ck_assert_msg (g_bytes_equal (a, b), "%s: %s", when, rule->id);
    }
}

/* All facts as one text: rows by district, school and stage, values as they are written. */
static char *
describe (BalanceFacts *facts)
{
  GString *text = g_string_new (NULL);
  const BalanceLevel levels[] = { BALANCE_LEVEL_SECTION, BALANCE_LEVEL_SCHOOL, BALANCE_LEVEL_DISTRICT };

  for (guint l = 0; l < G_N_ELEMENTS (levels); l++)
    {
      BalanceTable *table = balance_facts_get_table (facts, levels[l]);
      g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);

      for (guint i = 0; i < table->columns->len; i++)
        {
          const BalanceColumn *column = g_ptr_array_index (table->columns, i);

          for (guint row = 0; row < table->n_rows; row++)
            {
              BalanceDecimal value = { balance_column_get (column, row), balance_column_get_scale (column, row) };
              guint source, line, number;
              gboolean sourced = balance_facts_get_cell (facts, levels[l], column, row, &source, &line, &number);

              if (!balance_column_is_valid (column, row))
                continue;
              balance_decimal_normalize (&value);
              if (column->field->type == BALANCE_FIELD_TEXT)
                g_string_append_printf (text, "%s %u %s", column->field->id, row, facts->texts[value.digits]);
              else
                g_string_append_printf (text, "%s %u %" G_GINT64_FORMAT "/%u", column->field->id, row, value.digits, value.scale);
              if (sourced)
                g_string_append_printf (text, " @%u:%u:%u", source, line, number);
              g_string_append_c (text, '\n');
            }
        }
    }

  return g_string_free (text, FALSE);
}

static char *
describe_scenario (BalanceScenario *scenario)
{
  g_autoptr (BalanceCensus) census = balance_scenario_dup_census (scenario);

  return describe (census->facts);
}

/* Some school of the facts as they are, by its code. */
static char *
any_school (BalanceFacts *facts)
{
  return g_strdup (facts->school_codes[next (facts->schools.n_rows)]);
}

static guint n_opened;

/* An action that may or may not be possible. */
static BalanceAction *
any_action (BalanceScenario *scenario)
{
  g_autoptr (BalanceCensus) census = balance_scenario_dup_census (scenario);
  BalanceFacts *facts = census->facts;
  g_autofree char *a = any_school (facts), *b = any_school (facts), *c = any_school (facts), *yaml = NULL;
  const char *stage = next (2) ? "primary" : "junior", *district = facts->district_codes[next (facts->districts.n_rows)];
  static const char *const bundles[] = { "pupils", "teacher_bachelor", "backbone_pe_teacher", "staff", "equipment" };
  g_autoptr (GError) error = NULL;
  BalanceAction *action;

  while (strcmp (b, c) == 0)
    {
      g_free (c);
      c = any_school (facts);
    }
  switch (next (14))
    {
    case 0:
      yaml = g_strdup_printf ("set: {school: '%s', stage: %s, facts: {pupils: %u, teachers_backbone: %u, teaching_area: %u.5}}", a, stage, next (900), next (30), next (9000));
      break;
    case 1:
      yaml = g_strdup_printf ("add: {school: '%s', facts: {teaching_area: -%u.25, books: %u}}", a, next (2000), next (5000));
      break;
    case 2:
      yaml = g_strdup_printf ("clear: {school: '%s', stage: %s, fields: [teachers_pe, pupils]}", a, stage);
      break;
    case 3:
    case 4:
      yaml = g_strdup_printf ("move: {bundle: %s, number: %u, from: '%s', to: '%s', stage: %s}", bundles[next (5)], next (40) + 1, a, b, stage);
      break;
    case 5:
    case 6:
      yaml = g_strdup_printf ("hand_over: {schools: ['%s'], to: '%s', facts: {sponsor: county_education}}", a, district);
      break;
    case 7:
      yaml = g_strdup_printf ("merge: {schools: ['%s', '%s'], into: '%s'}", a, b, c);
      break;
    case 8:
      yaml = g_strdup_printf ("close: {school: '%s', give: [{bundle: pupils, to: {'%s': 1/3, '%s': 2/3}}, {bundle: staff, to: {'%s': 1}}, {bundle: equipment, to: {'%s': 30%%, '%s': 70%%}}]}", a, b, c, b, b, c);
      break;
    case 9:
      yaml = g_strdup_printf ("open: {school: 'N%u', name: New, district: '%s', like: '%s', facts: {teaching_area: 5000}, stages: {primary: {pupils: %u, teachers_bachelor: 20}, junior: {}}}",
                              n_opened++, district, a, next (600));
      break;
    case 10:
      yaml = g_strdup_printf ("recode: {school: '%s', code: 'R%u', name: 新校}", a, n_opened++);
      break;
    case 11:
      yaml = g_strdup_printf ("extend: {school: '%s', stages: {%s: {pupils: 100}}}", a, stage);
      break;
    case 12:
      yaml = g_strdup_printf ("close: {school: '%s', stage: %s, give: [{bundle: pupils, to: {'%s': 1}}]}", a, stage, b);
      break;
    default:
      yaml = g_strdup_printf ("grow: {bundle: pupils, stage: %s, rate: %u.5%%, years: %u, rounding: %s}", stage, next (6), next (4) + 1, next (2) ? "up" : "nearest");
      break;
    }
  action = balance_action_new (yaml, &error);
  ck_assert_msg (action != NULL, "%s: %s", yaml, error != NULL ? error->message : "");

  return action;
}

static const struct { const char *only, *kernels; } ways[] = {
  { "resources", NULL },
  { "resources", "none" },
  { NULL, NULL },
};

START_TEST (any_sequence)
{
  g_autoptr (BalanceCensus) census = read_city ();
  g_autoptr (BalanceScenario) scenario = new_scenario (census, ways[_i].only, ways[_i].kernels);
  g_autofree char *first = describe (census->facts);
  g_autoptr (GPtrArray) states = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *last = NULL;
  guint n_done = 0, kinds_done = 0;

  state = 4711 + (guint) _i;
  for (guint round = 0; round < 30; round++)
    {
      g_autofree char *when = g_strdup_printf ("round %u", round);

      for (guint i = next (4) + 1; i > 0; i--)
        {
          g_autoptr (BalanceAction) action = any_action (scenario);
          g_autofree char *before = describe_scenario (scenario);
          g_autoptr (GError) error = NULL;
          guint n = balance_scenario_get_n_edits (scenario);

          if (balance_scenario_apply (scenario, action, NULL, &error))
            {
              n_done++;
              kinds_done |= 1u << balance_action_get_kind (action);
              ck_assert_uint_eq (balance_scenario_get_n_edits (scenario), n + 1);
              ck_assert_ptr_eq (balance_scenario_get_action (scenario, n), action);
            }
          else
            {
              g_autofree char *after = describe_scenario (scenario);

              ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
              ck_assert_uint_eq (balance_scenario_get_n_edits (scenario), n);
              ck_assert_str_eq (before, after);
            }
          if (round % 2)
            balance_scenario_get_verdict (scenario);
        }
      for (guint i = next (3); i > 0; i--)
        balance_scenario_undo (scenario);
      for (guint i = next (3); i > 0; i--)
        balance_scenario_redo (scenario);
      assert_fresh (scenario, when);
      if (round % 5 == 0)
        {
          g_autoptr (BalanceCensus) now = balance_scenario_dup_census (scenario);
          g_autoptr (BalanceFacts) built = rebuild (now->facts);

          assert_same_rows (now->facts, built);
        }
    }
  ck_assert_uint_gt (n_done, 30);
  ck_assert_uint_eq (kinds_done, (1u << (BALANCE_ACTION_GROW + 1)) - 1);

  /* all the way back, and forth again */
  last = describe_scenario (scenario);
  while (balance_scenario_undo (scenario))
    ;
  {
    g_autofree char *back = describe_scenario (scenario);

    ck_assert_str_eq (back, first);
  }
  assert_fresh (scenario, "back again");
  while (balance_scenario_redo (scenario))
    ;
  {
    g_autofree char *again = describe_scenario (scenario);

    ck_assert_str_eq (again, last);
  }
  assert_fresh (scenario, "forth again");
}
END_TEST

static void
apply (BalanceScenario *scenario, const char *yaml)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceAction) action = balance_action_new (yaml, &error);
  gboolean done = action != NULL && balance_scenario_apply (scenario, action, NULL, &error);

  ck_assert_msg (done, "%s", error != NULL ? g_strdelimit (error->message, "\n", ' ') : "");
}

/* Actions on other schools may be done in any order. */
static const char *const independent[] = {
  "hand_over: {schools: ['9901000001'], to: '990101'}",
  "merge: {schools: ['9901020007'], into: '9901020003'}",
  "close: {school: '9901010008', give: [{bundle: pupils, to: {'9901010006': 1/3, '9901010007': 2/3}}]}",
  "open: {school: '9901020099', name: X, district: '990102', like: '9901020002', stages: {primary: {pupils: 12}}}",
  "move: {bundle: backbone_teacher, number: 2, from: '9901010001', to: '9901010002'}",
  "recode: {school: '9901020005', code: '9901020555'}",
  "set: {school: '9901000003', stage: primary, facts: {teachers_pe: 9}}",
};

START_TEST (any_order)
{
  g_autofree char *expected = NULL;

  state = 99;
  for (guint round = 0; round < 12; round++)
    {
      g_autoptr (BalanceCensus) census = read_city ();
      g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
      guint order[G_N_ELEMENTS (independent)];
      g_autofree char *facts = NULL;

      for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        order[i] = i;
      for (guint i = G_N_ELEMENTS (order); round > 0 && i-- > 1;)
        {
          guint k = next (i + 1), swap = order[i];

          order[i] = order[k];
          order[k] = swap;
        }
      for (guint i = 0; i < G_N_ELEMENTS (order); i++)
        apply (scenario, independent[order[i]]);
      facts = describe_scenario (scenario);
      if (expected == NULL)
        expected = g_strdup (facts);
      ck_assert_str_eq (facts, expected);
    }
}
END_TEST

static double
number_of (BalanceScenario *scenario, const char *code, const char *stage, const char *field)
{
  g_autoptr (BalanceCensus) census = balance_scenario_dup_census (scenario);
  BalanceFacts *facts = census->facts;

  for (guint i = 0; i < facts->schools.n_rows; i++)
    {
      if (strcmp (facts->school_codes[i], code) != 0)
        continue;
      if (stage == NULL)
        {
          const BalanceColumn *column = balance_facts_find_column (facts, BALANCE_LEVEL_SCHOOL, field);

          return balance_column_is_valid (column, i) ? (double) balance_column_get (column, i) / (double) balance_power_of_ten (balance_column_get_scale (column, i)) : -1;
        }
      for (guint32 k = facts->school_sections[i]; k < facts->school_sections[i + 1]; k++)
        {
          guint32 row = facts->school_section_rows[k];
          const BalanceColumn *column = balance_facts_find_column (facts, BALANCE_LEVEL_SECTION, field);

          if (strcmp (balance_dictionary_get_stage (facts->dictionary, facts->section_stage[row])->id, stage) == 0)
            return balance_column_is_valid (column, row) ? (double) balance_column_get (column, row) : -1;
        }
      return -2;
    }

  return -3;
}

/* What a name was found to mean holds for the rows that there were. */
START_TEST (names)
{
  g_autoptr (BalanceCensus) census = read_city ();
  g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
  const char *add = "add: {school: '9901020005', stage: primary, facts: {pupils: 1}}";
  double a = number_of (scenario, "9901020005", "primary", "pupils"), b = number_of (scenario, "9901020002", "primary", "pupils");

  ck_assert (a > 0 && b > 0);
  apply (scenario, add);
  apply (scenario, "recode: {school: '9901020005', code: OLD}");
  apply (scenario, "recode: {school: '9901020002', code: '9901020005'}");
  apply (scenario, add);
  ck_assert_double_eq (number_of (scenario, "OLD", "primary", "pupils"), a + 1);
  ck_assert_double_eq (number_of (scenario, "9901020005", "primary", "pupils"), b + 1);
  for (guint i = 0; i < 3; i++)
    balance_scenario_undo (scenario);
  apply (scenario, add);
  ck_assert_double_eq (number_of (scenario, "9901020005", "primary", "pupils"), a + 2);
  ck_assert_double_eq (number_of (scenario, "9901020002", "primary", "pupils"), b);
}
END_TEST

START_TEST (identity)
{
  g_autoptr (BalanceCensus) census = read_city (), now = NULL;
  g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
  double a = number_of (scenario, "9901020007", "primary", "pupils"), b = number_of (scenario, "9901020003", "primary", "pupils");
  double area = number_of (scenario, "9901020007", NULL, "teaching_area") + number_of (scenario, "9901020003", NULL, "teaching_area");
  BalanceYear *year;

  apply (scenario, "merge: {schools: ['9901020007'], into: '9901020003'}");
  ck_assert_double_eq (number_of (scenario, "9901020003", "primary", "pupils"), a + b);
  ck_assert_double_eq_tol (number_of (scenario, "9901020003", NULL, "teaching_area"), area, 1e-9);
  ck_assert_double_eq (number_of (scenario, "9901020007", "primary", "pupils"), -3);
  /* by the code that it had, in another district, by another code */
  apply (scenario, "add: {school: '9901020007', facts: {pupils: 5}}");
  ck_assert_double_eq (number_of (scenario, "9901020003", "primary", "pupils"), a + b + 5);
  apply (scenario, "hand_over: {schools: ['9901020007'], to: '990101'}");
  apply (scenario, "recode: {school: '9901020003', code: 'NEW', name: 新校}");
  apply (scenario, "add: {school: '9901020003', facts: {pupils: 1}}");
  apply (scenario, "add: {school: 990102/9901020007, facts: {pupils: 1}}");
  apply (scenario, "add: {school: 新校, facts: {pupils: 1}}");
  ck_assert_double_eq (number_of (scenario, "NEW", "primary", "pupils"), a + b + 8);

  /* the year before is found by what the schools were, and what was merged counts together */
  now = balance_scenario_dup_census (scenario);
  year = balance_year_new (now->facts, census->facts);
  for (guint i = 0; i < now->facts->schools.n_rows; i++)
    {
      guint32 row = balance_year_get_row (year, BALANCE_LEVEL_SCHOOL, i);

      ck_assert_uint_ne (row, BALANCE_NO_ROW);
      if (strcmp (now->facts->school_codes[i], "NEW") == 0)
        ck_assert_str_eq (census->facts->school_codes[row], "9901020003");
    }
  {
    g_autoptr (BalanceFacts) later = balance_facts_new_editable (now->facts);
    BalanceField *pupils = balance_dictionary_find (later->dictionary, "pupils");
    const BalanceColumn *twin;

    balance_year_add_twin (year, later, BALANCE_LEVEL_SECTION, "pupils", pupils);
    twin = g_ptr_array_index (later->sections.columns, later->sections.columns->len - 1);
    for (guint i = 0; i < later->sections.n_rows; i++)
      if (strcmp (later->school_codes[later->section_school[i]], "NEW") == 0)
        ck_assert_int_eq (balance_column_get (twin, i), (gint64) (a + b));
  }
  balance_year_free (year);
}
END_TEST

START_TEST (provenance)
{
  static const char file[] =
    "proposals:\n"
    "- id: p\n"
    "  actions:\n"
    "  - hand_over: {schools: ['9901000001'], to: '990101'}\n"
    "  - set: {school: '9901000001', stage: primary, facts: {teachers_pe: 9}}\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (file, strlen (file));
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) proposals = balance_proposal_read (bytes, "plan.yaml", NULL, &error);
  g_autoptr (BalanceProposal) proposal = g_list_model_get_item (proposals, 0);
  g_autoptr (BalanceCensus) census = read_city (), now = NULL;
  g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
  g_autoptr (BalanceDistrict) district = NULL;
  g_autoptr (BalanceSchool) school = NULL, before = NULL;
  g_autoptr (GListModel) sections = NULL, old_sections = NULL;
  g_autoptr (BalanceSection) section = NULL, old_section = NULL;
  g_autoptr (BalanceCell) edited = NULL, moved = NULL, old = NULL;
  g_autofree char *text = NULL, *old_text = NULL;

  ck_assert (balance_scenario_apply_proposal (scenario, proposal, NULL, &error));
  now = balance_scenario_dup_census (scenario);
  ck_assert_ptr_null ((before = balance_census_find_school (now, "9901000001", "990100")));
  school = balance_census_find_school (now, "9901000001", "990101");
  before = balance_census_find_school (census, "9901000001", "990100");
  sections = balance_school_get_sections (school);
  old_sections = balance_school_get_sections (before);
  section = g_list_model_get_item (sections, 0);
  old_section = g_list_model_get_item (old_sections, 0);

  /* what came along still stands in its cell; what was set says where that is written */
  moved = balance_section_get_cell (section, "pupils");
  old = balance_section_get_cell (old_section, "pupils");
  text = balance_cell_to_text (moved);
  old_text = balance_cell_to_text (old);
  ck_assert_str_eq (text, old_text);
  edited = balance_section_get_cell (section, "teachers_pe");
  ck_assert_str_eq (balance_cell_get_file (edited), "plan.yaml");
  ck_assert_uint_eq (balance_cell_get_row (edited), 5);
}
END_TEST

/* What is wrong, and where: one proposal, all at once, and nothing done. */
START_TEST (all_faults)
{
  static const char file[] =
    "proposals:\n"
    "- id: p\n"
    "  actions:\n"
    "  - add: {school: '9901000001', facts: {teachers_pe: 1}}\n"
    "  - add: {school: nobody, facts: {teachers_pe: 1}}\n"
    "  - add: {school: '9901000001', facts: {nothing: 1}}\n"
    "  - move: {bundle: pupils, number: 99999, from: '9901000001', to: '9901000002'}\n"
    "  - open: {school: '9901010001', name: X, district: '990101', stages: {primary: {}}}\n"
    "  - close: {school: '9901010008'}\n"
    "  - merge: {schools: ['9901000001'], into: '9901000001'}\n"
    "  - hand_over: {schools: ['9901000001'], to: nowhere}\n"
    "  - recode: {school: missing, code: found}\n"
    "  - add: {school: found, facts: {teachers_pe: 1}}\n"
    "  - set: {school: '9901000007', facts: {pupils: 3}}\n";
  static const struct { guint line; const char *kind; } expected[] = {
    { 5, "unknown-name" }, { 6, "unknown-name" }, { 7, "below-zero" }, { 8, "code-taken" }, { 9, "nowhere-to-go" },
    { 10, "same-school" }, { 11, "unknown-name" }, { 12, "unknown-name" }, { 14, "missing-key" },
  };
  g_autoptr (GBytes) bytes = g_bytes_new_static (file, strlen (file));
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) proposals = balance_proposal_read (bytes, "plan.yaml", NULL, &error), problems = NULL;
  g_autoptr (BalanceProposal) proposal = g_list_model_get_item (proposals, 0);
  g_autoptr (BalanceCensus) census = read_city ();
  g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
  g_autofree char *before = NULL, *after = NULL, *redone = NULL, *undone = NULL;
  guint at = 0;

  apply (scenario, "add: {school: '9901000002', facts: {teachers_pe: 1}}");
  redone = describe_scenario (scenario);
  balance_scenario_undo (scenario);
  before = describe_scenario (scenario);
  ck_assert (!balance_scenario_apply_proposal (scenario, proposal, &problems, &error));
  ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  for (guint i = 0; i < g_list_model_get_n_items (problems); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (problems, i);
      g_autofree char *zh = balance_problem_to_text (problem, "zh");

      /* a receiver or a second fault of the same action may stand on the same line */
      if (at > 0 && balance_problem_get_row (problem) == expected[at - 1].line)
        continue;
      ck_assert_uint_lt (at, G_N_ELEMENTS (expected));
      ck_assert_msg (balance_problem_get_row (problem) == expected[at].line && g_str_equal (balance_problem_get_kind (problem), expected[at].kind),
                     "%u %s: %s", balance_problem_get_row (problem), balance_problem_get_kind (problem), zh);
      ck_assert_uint_gt (balance_problem_get_column (problem), 1);
      ck_assert_str_ne (balance_problem_get_message (problem, "zh"), balance_problem_get_message (problem, "en"));
      at++;
    }
  ck_assert_uint_eq (at, G_N_ELEMENTS (expected));

  /* as before, and what could be redone still can */
  after = describe_scenario (scenario);
  ck_assert_str_eq (before, after);
  ck_assert (balance_scenario_redo (scenario));
  undone = describe_scenario (scenario);
  ck_assert_str_eq (undone, redone);
}
END_TEST

static const struct { const char *yaml, *kind; } unreadable[] = {
  { "merge: {schools: [A]}", "missing-key" },
  { "melt: {schools: [A]}", "unknown-key" },
  { "[a]", "wrong-shape" },
  { "move: {from: A, to: B}", "missing-key" },
  { "move: {from: A, to: B, bundle: pupils, number: -1}", "number" },
  { "move: {from: A, to: B, bundle: unicorns, number: 1}", "unknown-name" },
  { "move: {from: A, to: B, bundle: pupils, number: 1, amounts: {books: 2}}", "unknown-key" },
  { "close: {school: A, give: [{bundle: pupils, to: {B: 50%, C: 40%}}]}", "shares" },
  { "close: {school: A, give: [{bundle: pupils, to: {B: 1/3, C: 0.67}}]}", "shares" },
  { "close: {school: A, give: [{bundle: pupils, to: {B: much}}]}", "number" },
  { "grow: {bundle: pupils, rate: 1e9, years: 3}", "number" },
  { "grow: {bundle: pupils, rate: 2%, years: 51}", "number" },
  { "grow: {bundle: pupils, rate: 2%, years: 3, rounding: sideways}", "unknown-value" },
  { "add: {school: A, facts: {books: many}}", "number" },
  { "set: {school: A, facts: {books: }}", "empty-value" },
  { "set: {school: [A], facts: {books: 1}}", "wrong-shape" },
};

START_TEST (refuses)
{
  g_autofree char *text = g_strdup_printf ("proposals:\n- id: p\n  actions:\n  - %s\n", unreadable[_i].yaml);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL, other = NULL;
  g_autoptr (GListModel) problems = NULL;
  g_autoptr (BalanceProblem) problem = NULL;

  ck_assert_ptr_null (balance_action_new (unreadable[_i].yaml, &other));
  ck_assert (g_error_matches (other, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA));
  ck_assert_ptr_null (balance_proposal_read (bytes, "p.yaml", &problems, &error));
  ck_assert_uint_eq (g_list_model_get_n_items (problems), 1);
  problem = g_list_model_get_item (problems, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), unreadable[_i].kind);
  ck_assert_uint_eq (balance_problem_get_row (problem), 4);
}
END_TEST

/* Whole pupils by largest remainder: 10, 11 and 12 with a tenth more are 11, 12.1 and 13.2, together 36.3. */
START_TEST (growth)
{
  static const struct { const char *rounding; gint64 expected[3]; } cases[] = {
    { "nearest", { 11, 12, 13 } }, { "up", { 11, 12, 14 } }, { "down", { 11, 12, 13 } },
  };

  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (NULL, 2026);
      g_autoptr (BalanceImport) import = NULL;
      g_autoptr (BalanceScenario) scenario = NULL;
      g_autofree char *yaml = g_strdup_printf ("grow: {bundle: pupils, stage: primary, rate: 10%%, years: 1, rounding: %s}", cases[c].rounding);

      for (guint i = 0; i < 3; i++)
        {
          const char *codes[] = { "A", "B", "C" };
          guint row = balance_census_builder_add_section (builder, "1", codes[i], "primary");

          balance_census_builder_set_decimal (builder, BALANCE_LEVEL_SECTION, row, "pupils", 10 + i, 0);
        }
      import = balance_census_builder_end (builder);
      scenario = new_scenario (balance_import_get_census (import), "resources", NULL);
      apply (scenario, yaml);
      ck_assert_double_eq (number_of (scenario, "A", "primary", "pupils"), (double) cases[c].expected[0]);
      ck_assert_double_eq (number_of (scenario, "B", "primary", "pupils"), (double) cases[c].expected[1]);
      ck_assert_double_eq (number_of (scenario, "C", "primary", "pupils"), (double) cases[c].expected[2]);
      /* 10, 11 and 12 by shares of 1/3 and 2/3 */
      balance_scenario_undo (scenario);
      apply (scenario, "close: {school: A, give: [{bundle: pupils, to: {B: 1/3, C: 2/3}}]}");
      ck_assert_double_eq (number_of (scenario, "B", "primary", "pupils"), 14.0);
      ck_assert_double_eq (number_of (scenario, "C", "primary", "pupils"), 19.0);
    }
}
END_TEST

/* Parts of CV² are exact: together they are its square, and the same as P x²/(p X²) - 2 x/X + p/P. */
START_TEST (contributions)
{
  g_autoptr (BalanceCensus) census = read_city ();
  g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
  g_autoptr (BalanceEvaluation) evaluation = NULL;
  BalanceFacts *facts;
  guint n_checked = 0;
  mpq_t sum, part, square;

  apply (scenario, independent[0]);
  apply (scenario, independent[1]);
  evaluation = balance_scenario_evaluate (scenario, NULL, NULL, NULL);
  facts = evaluation->facts;
  mpq_inits (sum, part, square, NULL);
  for (guint group = 0; group < facts->n_groups; group++)
    {
      g_autoptr (BalanceReplay) replay = balance_replay_new (evaluation, facts->group_district[group]);
      BalanceJudge *judge = replay->judge;

      for (guint i = 0; i < evaluation->result.scheme->pack->rules->len; i++)
        {
          const BalanceSchemeRule *rule = &evaluation->result.scheme->rules[i];
          g_autoptr (GListModel) list = NULL;
          double share = 0, last = INFINITY;

          if (rule->rule->kind != BALANCE_RULE_DISPERSION || rule->rule->combine || rule->rule->level != BALANCE_LEVEL_STAGE)
            continue;
          if (!balance_dispersion_get_square (balance_judge_get_dispersion (judge, rule->indicators[0], rule->mask, BALANCE_LEVEL_STAGE,
                                                                            group - judge->frame->offset[BALANCE_LEVEL_STAGE]), square))
            continue;
          list = balance_evaluation_get_contributions (evaluation, evaluation->result.scheme->indicators[rule->indicators[0]].rule->id, group, NULL);
          ck_assert_uint_gt (g_list_model_get_n_items (list), 0);
          mpq_set_ui (sum, 0, 1);
          for (guint k = 0; k < g_list_model_get_n_items (list); k++)
            {
              g_autoptr (BalanceContribution) contribution = g_list_model_get_item (list, k);
              g_autofree char *exact = balance_contribution_dup_exact (contribution);

              mpq_set_str (part, exact, 10);
              ck_assert_int_ge (mpq_sgn (part), 0);
              mpq_add (sum, sum, part);
              share += balance_contribution_get_share (contribution);
              ck_assert_double_le (balance_contribution_get_amount (contribution), last);
              last = balance_contribution_get_amount (contribution);
            }
          ck_assert (mpq_equal (sum, square));
          ck_assert_double_eq_tol (share, 1.0, 1e-12);
          n_checked++;
        }
    }
  mpq_clears (sum, part, square, NULL);
  ck_assert_uint_gt (n_checked, 20);
}
END_TEST

/* Giver and taker, and nobody else. */
START_TEST (givers_and_takers)
{
  g_autoptr (BalanceCensus) census = read_city ();
  g_autoptr (BalanceScenario) scenario = new_scenario (census, "resources", NULL);
  g_autoptr (BalanceEvaluation) before = balance_scenario_evaluate (scenario, NULL, NULL, NULL), after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceEffects) none = balance_effects_new (before, before, NULL, &error), effects = NULL;
  g_auto (GStrv) districts = NULL, untouched = NULL;
  guint n_flipped = 0;

  untouched = balance_effects_dup_districts (none);
  ck_assert_uint_eq (g_strv_length (untouched), 0);
  ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (none)), 0);

  apply (scenario, "hand_over: {schools: [样例市机关小学], to: '990101', facts: {sponsor: county_education}}");
  after = balance_scenario_evaluate (scenario, NULL, NULL, NULL);
  effects = balance_effects_new (before, after, NULL, &error);
  districts = balance_effects_dup_districts (effects);
  ck_assert_uint_eq (g_strv_length (districts), 2);
  ck_assert_str_eq (districts[0], "990100");
  ck_assert_str_eq (districts[1], "990101");
  ck_assert_int_eq (balance_evaluation_get_district_verdict (before, "990100"), BALANCE_VERDICT_UNMET);
  ck_assert_int_eq (balance_evaluation_get_district_verdict (after, "990100"), BALANCE_VERDICT_MET);
  ck_assert_int_eq (balance_evaluation_get_district_verdict (before, "990101"), BALANCE_VERDICT_MET);
  ck_assert_int_eq (balance_evaluation_get_district_verdict (after, "990101"), BALANCE_VERDICT_UNMET);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (effects)); i++)
    {
      g_autoptr (BalanceEffect) effect = g_list_model_get_item (G_LIST_MODEL (effects), i);
      BalanceFinding *was = balance_effect_get_before (effect), *is = balance_effect_get_after (effect);

      ck_assert_ptr_nonnull (was);
      ck_assert_ptr_nonnull (is);
      switch (balance_effect_get_kind (effect))
        {
        case BALANCE_EFFECT_FLIPPED:
          ck_assert_int_ne (balance_finding_get_verdict (was), balance_finding_get_verdict (is));
          n_flipped++;
          break;
        case BALANCE_EFFECT_SHRANK:
          ck_assert_double_lt (balance_finding_get_margin (is), balance_finding_get_margin (was));
          break;
        case BALANCE_EFFECT_GREW:
          ck_assert_double_gt (balance_finding_get_margin (is), balance_finding_get_margin (was));
          break;
        case BALANCE_EFFECT_APPEARED:
        case BALANCE_EFFECT_GONE:
        default:
          ck_abort_msg ("a school that moved is the same school");
          break;
        }
    }
  ck_assert_uint_ge (n_flipped, 2);
  ck_assert_uint_eq (n_flipped, balance_effects_count (effects, BALANCE_EFFECT_FLIPPED));
}
END_TEST

START_TEST (round_trip)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "scenarios", "sample-county.yaml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) proposals = balance_proposal_read_file (path, NULL, &error);

  ck_assert_msg (proposals != NULL, "%s", error != NULL ? error->message : "");
  for (guint i = 0; i < g_list_model_get_n_items (proposals); i++)
    {
      g_autoptr (BalanceProposal) proposal = g_list_model_get_item (proposals, i), again = NULL;
      g_autofree char *yaml = balance_proposal_to_yaml (proposal), *yaml_again = NULL;
      g_autoptr (GBytes) bytes = g_bytes_new (yaml, strlen (yaml));
      g_autoptr (GListModel) list = balance_proposal_read (bytes, "again.yaml", NULL, &error);

      ck_assert_msg (list != NULL, "%s", error != NULL ? error->message : "");
      again = g_list_model_get_item (list, 0);
      yaml_again = balance_proposal_to_yaml (again);
      ck_assert_str_eq (yaml, yaml_again);
      ck_assert_uint_eq (g_list_model_get_n_items (G_LIST_MODEL (again)), g_list_model_get_n_items (G_LIST_MODEL (proposal)));
    }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("action");
  TCase *tests = tcase_create ("action");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 120);
  tcase_add_loop_test (tests, any_sequence, 0, G_N_ELEMENTS (ways));
  tcase_add_test (tests, any_order);
  tcase_add_test (tests, names);
  tcase_add_test (tests, identity);
  tcase_add_test (tests, provenance);
  tcase_add_test (tests, all_faults);
  tcase_add_loop_test (tests, refuses, 0, G_N_ELEMENTS (unreadable));
  tcase_add_test (tests, growth);
  tcase_add_test (tests, contributions);
  tcase_add_test (tests, givers_and_takers);
  tcase_add_test (tests, round_trip);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
