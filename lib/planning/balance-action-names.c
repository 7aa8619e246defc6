/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whom an action names: districts, schools, stages, fields. */

#include "planning/balance-action-apply-private.h"

#include <string.h>

/* An action that would have made this name has failed and said so. */
gboolean
balance_apply_is_excused (BalanceApply *apply, const char *name)
{
  if (apply->failed_names == NULL || !g_hash_table_contains (apply->failed_names, name))
    return FALSE;
  apply->failed = TRUE;

  return TRUE;
}

guint32
balance_apply_find_district (BalanceApply *apply, const BalanceYaml *node)
{
  BalanceFacts *facts = apply->facts;
  guint32 found = NONE;
  guint n_found = 0;

  if (node == NULL)
    {
      if (facts->districts.n_rows == 1)
        return 0;
      ERROR (apply->action->body, "missing-key", "the census has %u districts: say which with “district”", "数据含 %u 个县（市、区），请用 district 指明", facts->districts.n_rows);
      return NONE;
    }
  found = balance_facts_find_district (facts, node->text);
  if (found != NONE)
    return found;
  for (guint i = 0; i < facts->districts.n_rows; i++)
    if (strcmp (facts->district_names[i], node->text) == 0 && n_found++ == 0)
      found = i;
  if (n_found == 1)
    return found;
  if (n_found > 1)
    ERROR (node, "ambiguous-name", "%u districts are called “%s”; give the code", "有 %u 个县（市、区）名为“%s”，请写代码", n_found, node->text);
  else
    ERROR (node, "unknown-name", "the census has no district “%s”", "数据中没有县（市、区）“%s”", node->text);

  return NONE;
}

/* A school by what it was called before, in the only school that was. */
static guint32
find_former (BalanceFacts *facts, const char *district, const char *code)
{
  guint32 found = NONE;

  for (guint32 i = 0; facts->school_formers != NULL && i < facts->schools.n_rows; i++)
    for (guint32 k = facts->school_formers[i]; k < facts->school_formers[i + 1]; k++)
      if (strcmp (facts->formers[k].code, code) == 0 && (district == NULL || strcmp (facts->formers[k].district, district) == 0))
        {
          if (found != NONE && found != i)
            return NONE;
          found = i;
        }

  return found;
}

/* By code, by DISTRICT/CODE, by a code that it had, by a name that only one has. */
static guint32
look_for_school (BalanceApply *apply, const BalanceYaml *node, const char *text)
{
  BalanceFacts *facts = apply->facts;
  const char *slash = strchr (text, '/');
  guint32 found = NONE, row;
  guint n_found = 0;

  for (guint d = 0; d < facts->districts.n_rows; d++)
    if ((row = balance_facts_find_school (facts, d, text)) != NONE && n_found++ == 0)
      found = row;
  if (n_found == 0 && slash != NULL)
    {
      g_autofree char *district = g_strndup (text, (gsize) (slash - text));

      if ((row = balance_facts_find_district (facts, district)) != NONE)
        found = balance_facts_find_school (facts, row, slash + 1);
      if (found == NONE)
        found = find_former (facts, district, slash + 1);
      if (found != NONE)
        return found;
    }
  if (n_found == 0 && (found = find_former (facts, NULL, text)) != NONE)
    return found;
  if (n_found == 0)
    for (guint32 i = 0; i < facts->schools.n_rows; i++)
      if (strcmp (facts->school_names[i], text) == 0 && n_found++ == 0)
        found = i;
  if (n_found == 1)
    return found;
  if (n_found > 1)
    ERROR (node, "ambiguous-name", "%u schools are called “%s”; write DISTRICT/SCHOOL with their codes", "有 %u 所学校名称或代码为“%s”，请写“区县代码/学校代码”", n_found, text);
  else if (!balance_apply_is_excused (apply, text))
    ERROR (node, "unknown-name", "the census has no school “%s”, by code or by name", "数据中没有代码或名称为“%s”的学校", text);

  return NONE;
}

/* Names mean the same until rows change, and the same actions are done and undone again and again. */
guint32
balance_apply_find_school (BalanceApply *apply, const BalanceYaml *node, const char *text)
{
  guint32 found = balance_scenario_recall_school (apply->scenario, text);

  if (found == NONE)
    {
      found = look_for_school (apply, node, text);
      if (found != NONE)
        balance_scenario_keep_school (apply->scenario, text, found);
    }

  return found;
}

int
balance_apply_find_stage (BalanceApply *apply, const BalanceYaml *node)
{
  BalanceDictionary *dictionary = apply->facts->dictionary;
  int stage = balance_field_match_choice (dictionary->identity[BALANCE_ID_STAGE], node->text, -1);

  if (stage < 0)
    ERROR (node, "unknown-name", "there is no stage “%s”", "没有学段“%s”", node->text);

  return stage;
}

guint32
balance_apply_get_section (BalanceFacts *facts, guint32 school, int stage)
{
  for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
    if (facts->section_stage[facts->school_section_rows[k]] == stage)
      return facts->school_section_rows[k];

  return NONE;
}

const char *
balance_apply_school_name (BalanceFacts *facts, guint32 school)
{
  return *facts->school_names[school] != '\0' ? facts->school_names[school] : facts->school_codes[school];
}

/* `stage` NULL: the only one that the school has. */
guint32
balance_apply_find_section (BalanceApply *apply, guint32 school, const BalanceYaml *stage, const BalanceYaml *at)
{
  BalanceFacts *facts = apply->facts;
  guint n = facts->school_sections[school + 1] - facts->school_sections[school];
  guint32 section;
  int number;

  if (stage == NULL)
    {
      if (n == 1)
        return facts->school_section_rows[facts->school_sections[school]];
      if (!balance_apply_is_excused (apply, at->type == BALANCE_YAML_SCALAR ? at->text : ""))
        ERROR (at, "missing-key", "%s has %u stages: say which with “stage”", "%s有 %u 个学段，请用 stage 指明", balance_apply_school_name (facts, school), n);
      return NONE;
    }
  number = balance_apply_find_stage (apply, stage);
  if (number < 0)
    return NONE;
  section = balance_apply_get_section (facts, school, number);
  if (section == NONE && !balance_apply_is_excused (apply, at->type == BALANCE_YAML_SCALAR ? at->text : ""))
    ERROR (stage, "unknown-name", "%s has no stage “%s”", "%s没有学段“%s”", balance_apply_school_name (facts, school), stage->text);

  return section;
}

BalanceField *
balance_apply_find_field (BalanceApply *apply, const BalanceYaml *node, const char *id)
{
  BalanceField *field = balance_dictionary_find (apply->facts->dictionary, id);

  if (field == NULL)
    ERROR (node, "unknown-name", "there is no field “%s”; see `balance fields`", "没有数据项“%s”，可用 balance fields 查看", id);
  else if (field->type == BALANCE_FIELD_TEXT || field == apply->facts->dictionary->identity[BALANCE_ID_STAGE] ||
           field == apply->facts->dictionary->identity[BALANCE_ID_YEAR])
    {
      ERROR (node, "type", "“%s” is no fact that an action can change; names and codes are changed with “recode”",
             "措施不能更改“%s”；名称和代码请用 recode 变更", id);
      field = NULL;
    }

  return field;
}

gboolean
balance_apply_adds_up (const BalanceField *field)
{
  return field->type == BALANCE_FIELD_COUNT || field->type == BALANCE_FIELD_AMOUNT;
}

/* Schools that an action names, each once. */
GArray *
balance_apply_find_schools (BalanceApply *apply, const BalanceYaml *node)
{
  GArray *schools = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < MAX (1, node->n_items); i++)
    {
      const BalanceYaml *item = node->type == BALANCE_YAML_SEQUENCE ? node->items[i] : node;
      guint32 school = balance_apply_find_school (apply, item, item->text);
      gboolean twice = FALSE;

      for (guint k = 0; k < schools->len; k++)
        twice = twice || (school != NONE && g_array_index (schools, guint32, k) == school);
      if (twice)
        ERROR (item, "same-school", "“%s” is named twice", "“%s”重复", item->text);
      else if (school != NONE)
        g_array_append_val (schools, school);
    }

  return schools;
}

/* A field of a bundle as the census has it; NULL: passed over. */
BalanceField *
balance_apply_find_bundle_field (BalanceApply *apply, const BalanceYaml *at, const BalanceBundleItem *item)
{
  BalanceField *field = balance_dictionary_find (apply->facts->dictionary, item->field);

  if (field == NULL)
    {
      ERROR (at, "unknown-name", "the bundle names a field “%s” that there is not", "组合中的数据项“%s”不存在", item->field);
      return NULL;
    }
  if (!balance_apply_adds_up (field) || (field->level != BALANCE_LEVEL_SECTION && field->level != BALANCE_LEVEL_SCHOOL))
    {
      ERROR (at, "type", "“%s” is no count or amount of a school or section, so it cannot move", "“%s”不是学校或学段的数量，不能划转", item->field);
      return NULL;
    }
  if (balance_facts_find_column (apply->facts, BALANCE_LEVEL_SECTION, field->id) == NULL &&
      balance_facts_find_column (apply->facts, BALANCE_LEVEL_SCHOOL, field->id) == NULL)
    return NULL;

  return field;
}

/* The fields of a bundle or list, as the census has them. */
GPtrArray *
balance_apply_list_fields (BalanceApply *apply, const BalanceYaml *node)
{
  const BalanceYaml *bundle_node = balance_yaml_get (node, "bundle"), *fields = balance_yaml_get (node, "fields");
  GPtrArray *list = g_ptr_array_new ();

  if (bundle_node != NULL)
    {
      const BalanceBundle *bundle = balance_bundles_find (apply->action->source->bundles, bundle_node->text);

      for (guint i = 0; i < bundle->items->len; i++)
        {
          BalanceField *field = balance_apply_find_bundle_field (apply, bundle_node, &g_array_index (bundle->items, BalanceBundleItem, i));

          if (field != NULL)
            g_ptr_array_add (list, field);
        }
      return list;
    }
  for (guint i = 0; i < MAX (1, fields->n_items); i++)
    {
      const BalanceYaml *item = fields->type == BALANCE_YAML_SEQUENCE ? fields->items[i] : fields;
      const BalanceBundleItem one = { .field = (char *) item->text };
      BalanceField *field = balance_apply_find_field (apply, item, item->text);

      field = field != NULL ? balance_apply_find_bundle_field (apply, item, &one) : NULL;
      if (field != NULL)
        g_ptr_array_add (list, field);
    }

  return list;
}
