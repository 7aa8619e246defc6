/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Judges schools that a program has in structures of its own, without a file: the made-up county below stands for what
 * a management information system has in memory.
 *
 *   cc records.c -o records $(pkg-config --cflags --libs balance-1.0)
 *   ./records
 */

#include <locale.h>

#include <balance/balance.h>

#define UNKNOWN (-1)   /* how this program marks what it does not know; the library is told nothing instead */

typedef struct
{
  const char *code, *name;
  int         pupils;
  int         bachelors, masters, backbone, pe, arts;
  int         teaching_area, sports_area, indoor_area;   /* hundredths of a square metre */
  int         equipment;                                 /* yuan */
  int         multimedia_rooms;
} Primary;

static const Primary county[] = {
  { "S1", "Made-up school 1", 600, 27, 2, 7, 5, 6, 300000, 460000, 40000, 1300000, 15 },
  { "S2", "Made-up school 2", 480, 20, 1, 6, 4, 5, 240000, 370000, 30000, 1050000, 12 },
  /* nobody has measured the hall of this one */
  { "S3", "Made-up school 3", 300, 11, 1, 2, 2, 3, 120000, 240000, UNKNOWN, 590000, 7 },
};

/* Which member is which field of the data dictionary, and how many decimals its whole number carries. */
static const struct
{
  const char  *field;
  BalanceLevel level;
  gsize        member;
  guint        scale;
} fields[] = {
  { "pupils",             BALANCE_LEVEL_SECTION, G_STRUCT_OFFSET (Primary, pupils), 0 },
  { "teachers_bachelor",  BALANCE_LEVEL_SECTION, G_STRUCT_OFFSET (Primary, bachelors), 0 },
  { "teachers_master",    BALANCE_LEVEL_SECTION, G_STRUCT_OFFSET (Primary, masters), 0 },
  { "teachers_backbone",  BALANCE_LEVEL_SECTION, G_STRUCT_OFFSET (Primary, backbone), 0 },
  { "teachers_pe",        BALANCE_LEVEL_SECTION, G_STRUCT_OFFSET (Primary, pe), 0 },
  { "teachers_arts",      BALANCE_LEVEL_SECTION, G_STRUCT_OFFSET (Primary, arts), 0 },
  { "teaching_area",      BALANCE_LEVEL_SCHOOL,  G_STRUCT_OFFSET (Primary, teaching_area), 2 },
  { "sports_ground_area", BALANCE_LEVEL_SCHOOL,  G_STRUCT_OFFSET (Primary, sports_area), 2 },
  { "indoor_sports_area", BALANCE_LEVEL_SCHOOL,  G_STRUCT_OFFSET (Primary, indoor_area), 2 },
  { "equipment_value",    BALANCE_LEVEL_SCHOOL,  G_STRUCT_OFFSET (Primary, equipment), 0 },
  { "multimedia_rooms",   BALANCE_LEVEL_SCHOOL,  G_STRUCT_OFFSET (Primary, multimedia_rooms), 0 },
};

static BalanceImport *
hand_over (BalanceDictionary *dictionary)
{
  g_autoptr (BalanceCensusBuilder) builder = balance_census_builder_new (dictionary, 2024);

  for (guint i = 0; i < G_N_ELEMENTS (county); i++)
    {
      guint section = balance_census_builder_add_section (builder, "990009", county[i].code, "primary");
      guint school = balance_census_builder_add_school (builder, "990009", county[i].code);

      balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, school, "school_name", county[i].name);
      balance_census_builder_set_text (builder, BALANCE_LEVEL_SCHOOL, school, "kind", "primary");

      for (guint j = 0; j < G_N_ELEMENTS (fields); j++)
        {
          int amount = G_STRUCT_MEMBER (int, &county[i], fields[j].member);

          if (amount != UNKNOWN)
            balance_census_builder_set_decimal (builder, fields[j].level,
                                                fields[j].level == BALANCE_LEVEL_SCHOOL ? school : section,
                                                fields[j].field, amount, fields[j].scale);
        }
    }

  return balance_census_builder_end (builder);
}

static void
print_schools (BalanceEvaluation *evaluation)
{
  g_autoptr (GListModel) schools = balance_census_get_schools (balance_evaluation_get_census (evaluation));

  for (guint i = 0; i < g_list_model_get_n_items (schools); i++)
    {
      g_autoptr (BalanceSchool) school = g_list_model_get_item (schools, i);
      g_autoptr (GListModel) findings = balance_evaluation_get_school_findings (evaluation, school);

      for (guint j = 0; j < g_list_model_get_n_items (findings); j++)
        {
          g_autoptr (BalanceFinding) finding = g_list_model_get_item (findings, j);
          g_autofree char *text = balance_finding_to_text (finding, "en");

          g_print ("%s\n", text);
        }
    }
}

int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (BalanceImport) import = NULL;
  g_autoptr (BalanceEvaluator) evaluator = NULL;
  g_autoptr (BalanceEvaluation) evaluation = NULL;

  setlocale (LC_ALL, "");   /* for what g_print makes of other letters; the library does not need it */

  standard = balance_standard_lookup ("cn-2017-quality", &error);
  if (standard != NULL)
    import = hand_over (balance_standard_get_dictionary (standard));
  if (import != NULL && balance_import_check (import, &error))
    {
      /* of this standard what it asks of the schools' resources, by the rules of a day */
      evaluator = balance_evaluator_new_full (standard, "2024-09-01", BALANCE_CONCESSIONS_AUTO, "resources", NULL, 1);
      evaluation = balance_evaluator_evaluate (evaluator, balance_import_get_census (import), NULL, NULL, &error);
    }
  if (evaluation == NULL)
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  print_schools (evaluation);

  return 0;
}
