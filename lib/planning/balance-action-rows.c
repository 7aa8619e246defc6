/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Actions after which rows are others: schools handed over, recoded, merged, opened, extended. */

#include "planning/balance-action-apply-private.h"

#include <string.h>

#include "census/balance-value-private.h"

BalanceReshape *
balance_apply_get_reshape (BalanceApply *apply)
{
  if (apply->reshape == NULL)
    apply->reshape = balance_reshape_new (apply->facts);

  return apply->reshape;
}

void
balance_apply_hand_over (BalanceApply *apply)
{
  const BalanceYaml *to = BODY (apply, "to"), *schools_node = BODY (apply, "schools");
  g_autoptr (GArray) schools = balance_apply_find_schools (apply, schools_node);
  guint32 district = balance_apply_find_district (apply, to);
  BalanceFacts *facts = apply->facts;

  for (guint i = 0; i < schools->len && district != NONE; i++)
    {
      guint32 school = g_array_index (schools, guint32, i);
      BalanceApplySubject subject = { .school_node = to, .district = district, .school = school, .section = NONE, .tried_district = TRUE };

      if (facts->school_district[school] == district)
        ERROR (schools_node, "same-district", "%s is in that district already", "%s已属于该县（市、区）", balance_apply_school_name (facts, school));
      else if (balance_facts_find_school (facts, district, facts->school_codes[school]) != NONE)
        ERROR (schools_node, "code-taken", "that district has a school of the code “%s” already; use “recode” first", "该县（市、区）已有代码为“%s”的学校，请先用 recode 变更代码",
               facts->school_codes[school]);
      for (guint k = 0; k < i; k++)
        if (strcmp (facts->school_codes[school], facts->school_codes[g_array_index (schools, guint32, k)]) == 0)
          ERROR (schools_node, "code-taken", "two of the schools have the code “%s”; use “recode” first", "其中两所学校的代码同为“%s”，请先用 recode 变更代码",
                 facts->school_codes[school]);
      balance_reshape_move_school (balance_apply_get_reshape (apply), school, district);
      balance_apply_set_facts (apply, &subject, BODY (apply, "facts"));
    }
}

void
balance_apply_recode (BalanceApply *apply)
{
  const BalanceYaml *node = BODY (apply, "school"), *code = BODY (apply, "code"), *name = BODY (apply, "name");
  guint32 school = balance_apply_find_school (apply, node, node->text);

  if (school == NONE)
    return;
  if (code != NULL && balance_facts_find_school (apply->facts, apply->facts->school_district[school], code->text) != NONE)
    {
      ERROR (code, "code-taken", "the district has a school of the code “%s” already", "该县（市、区）已有代码为“%s”的学校", code->text);
      return;
    }
  balance_reshape_rename_school (balance_apply_get_reshape (apply), school, code != NULL ? code->text : NULL, name != NULL ? name->text : NULL);
}

/* What one section has another gets on top of what it has, field by field. */
static void
add_sections (BalanceApply *apply, guint32 from, guint32 to)
{
  const BalanceTable *table = &apply->facts->sections;

  for (guint i = 0; i < table->columns->len; i++)
    {
      BalanceField *field = ((const BalanceColumn *) g_ptr_array_index (table->columns, i))->field;
      BalanceFact theirs, ours;

      if (!balance_apply_adds_up (field))
        continue;
      theirs = balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, from, field);
      ours = balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, to, field);
      if (theirs.valid && ours.valid)
        balance_apply_add_to_fact (apply, apply->action->body, BALANCE_LEVEL_SECTION, to, field, &theirs.value);
      else if (theirs.valid != ours.valid)
        balance_apply_put_fact (apply, BALANCE_LEVEL_SECTION, to, field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

/* What a school has of an amount: as a whole, or as parts of its sections that are all known. */
static BalanceFact
get_whole (BalanceApply *apply, guint32 school, BalanceField *field)
{
  BalanceFacts *facts = apply->facts;
  BalanceFact fact = balance_apply_get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field);
  guint scale = 0;

  if (fact.valid || facts->school_sections[school] == facts->school_sections[school + 1])
    return fact;
  mpq_set_ui (apply->c, 0, 1);
  for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
    {
      BalanceFact part = balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field);

      if (!part.valid)
        return fact;
      balance_apply_decimal_to_mpq (&part.value, apply->a);
      mpq_add (apply->c, apply->c, apply->a);
      scale = MAX (scale, part.value.scale);
    }
  fact.valid = balance_apply_mpq_to_decimal (apply->c, scale, BALANCE_ROUNDING_NEAREST, &fact.value);

  return fact;
}

/* Amounts that schools have as a whole. Where one of two has them so, the sum stands so too, and no parts of it. */
static void
merge_wholes (BalanceApply *apply, guint32 school, guint32 into)
{
  BalanceFacts *facts = apply->facts;

  for (guint i = 0; i < facts->schools.columns->len; i++)
    {
      BalanceField *field = ((const BalanceColumn *) g_ptr_array_index (facts->schools.columns, i))->field;
      const guint32 both[] = { into, school };
      BalanceFact ours, theirs;
      gboolean parts[2] = { FALSE, FALSE };

      if (!balance_field_is_shared (field))
        continue;
      ours = balance_apply_get_fact (apply, BALANCE_LEVEL_SCHOOL, into, field);
      theirs = balance_apply_get_fact (apply, BALANCE_LEVEL_SCHOOL, school, field);
      for (guint s = 0; s < 2; s++)
        for (guint32 k = facts->school_sections[both[s]]; k < facts->school_sections[both[s] + 1]; k++)
          parts[s] = parts[s] || balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field).valid;
      /* parts of both are added by stage */
      if (!ours.valid && !theirs.valid && parts[0] == parts[1])
        continue;
      ours = get_whole (apply, into, field);
      theirs = get_whole (apply, school, field);
      if (ours.valid && theirs.valid)
        {
          balance_apply_put_fact (apply, BALANCE_LEVEL_SCHOOL, into, field, TRUE, ours.value);
          balance_apply_add_to_fact (apply, apply->action->body, BALANCE_LEVEL_SCHOOL, into, field, &theirs.value);
        }
      else
        balance_apply_put_fact (apply, BALANCE_LEVEL_SCHOOL, into, field, FALSE, (BalanceDecimal) { 0, 0 });
      for (guint s = 0; s < 2 && parts[0] != parts[1]; s++)
        for (guint32 k = facts->school_sections[both[s]]; k < facts->school_sections[both[s] + 1]; k++)
          if (balance_apply_get_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field).valid)
            balance_apply_put_fact (apply, BALANCE_LEVEL_SECTION, facts->school_section_rows[k], field, FALSE, (BalanceDecimal) { 0, 0 });
    }
}

void
balance_apply_merge (BalanceApply *apply)
{
  const BalanceYaml *into_node = BODY (apply, "into"), *schools_node = BODY (apply, "schools");
  g_autoptr (GArray) schools = balance_apply_find_schools (apply, schools_node);
  guint32 into = balance_apply_find_school (apply, into_node, into_node->text);
  BalanceFacts *facts = apply->facts;
  guint n_stages = balance_dictionary_get_n_stages (facts->dictionary);
  g_autofree guint32 *sections = g_new (guint32, n_stages + 1);
  BalanceApplySubject subject = { .school_node = into_node, .school = into, .section = NONE };

  if (into == NONE)
    return;
  for (guint i = 0; i < n_stages; i++)
    sections[i] = balance_apply_get_section (facts, into, (int) i);
  for (guint i = 0; i < schools->len; i++)
    {
      guint32 school = g_array_index (schools, guint32, i);

      if (school == into)
        {
          ERROR (schools_node, "same-school", "%s cannot be merged into itself", "%s不能并入自身", balance_apply_school_name (facts, school));
          continue;
        }
      merge_wholes (apply, school, into);
      for (guint32 k = facts->school_sections[school]; k < facts->school_sections[school + 1]; k++)
        {
          guint32 section = facts->school_section_rows[k], *own = &sections[facts->section_stage[section]];

          if (*own == NONE)
            {
              balance_reshape_take_section (balance_apply_get_reshape (apply), into, section);
              *own = section;
            }
          else
            add_sections (apply, section, *own);
        }
      balance_reshape_remove_school (balance_apply_get_reshape (apply), school, (int) into);
    }
  balance_apply_set_facts (apply, &subject, BODY (apply, "facts"));
}

static void
add_stages (BalanceApply *apply, guint32 handle, guint32 school)
{
  const BalanceYaml *stages = BODY (apply, "stages");
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < stages->n_items; i++)
    {
      int stage = balance_apply_find_stage (apply, stages->keys[i]);
      BalanceApplySubject subject = { .school_node = stages->keys[i], .stage_node = stages->keys[i], .school = handle, .tried_section = TRUE };

      if (stage < 0)
        continue;
      if (!g_hash_table_add (seen, GINT_TO_POINTER (stage)) || (school != NONE && balance_apply_get_section (apply->facts, school, stage) != NONE))
        {
          ERROR (stages->keys[i], "same-stage", "the school has the stage “%s” already", "该校已有学段“%s”", stages->keys[i]->text);
          continue;
        }
      subject.section = balance_reshape_add_section (balance_apply_get_reshape (apply), handle, (guint) stage);
      balance_apply_set_facts (apply, &subject, stages->items[i]);
    }
}

/* What describes a school and does not add up. */
static void
copy_description (BalanceApply *apply, guint32 from, guint32 handle)
{
  const BalanceTable *table = &apply->facts->schools;

  for (guint i = 0; i < table->columns->len; i++)
    {
      BalanceField *field = ((const BalanceColumn *) g_ptr_array_index (table->columns, i))->field;
      BalanceFact fact;

      if (field->type != BALANCE_FIELD_FLAG && field->type != BALANCE_FIELD_CHOICE && field->type != BALANCE_FIELD_YEAR && field->type != BALANCE_FIELD_DATE)
        continue;
      fact = balance_apply_get_fact (apply, BALANCE_LEVEL_SCHOOL, from, field);
      if (fact.valid)
        balance_apply_put_fact (apply, BALANCE_LEVEL_SCHOOL, handle, field, TRUE, fact.value);
    }
}

void
balance_apply_open (BalanceApply *apply)
{
  const BalanceYaml *code = BODY (apply, "school"), *name = BODY (apply, "name"), *like = BODY (apply, "like");
  guint32 model = like != NULL ? balance_apply_find_school (apply, like, like->text) : NONE, district, handle;
  BalanceApplySubject subject = { .school_node = code, .section = NONE, .tried_section = TRUE };

  if (like != NULL && model == NONE)
    return;
  district = BODY (apply, "district") == NULL && model != NONE ? apply->facts->school_district[model] : balance_apply_find_district (apply, BODY (apply, "district"));
  if (district == NONE)
    return;
  if (balance_facts_find_school (apply->facts, district, code->text) != NONE)
    {
      ERROR (code, "code-taken", "the district has a school of the code “%s” already", "该县（市、区）已有代码为“%s”的学校", code->text);
      return;
    }
  handle = balance_reshape_add_school (balance_apply_get_reshape (apply), district, code->text, name->text);
  if (model != NONE)
    copy_description (apply, model, handle);
  subject.school = handle;
  balance_apply_set_facts (apply, &subject, BODY (apply, "facts"));
  add_stages (apply, handle, NONE);
}

void
balance_apply_extend (BalanceApply *apply)
{
  const BalanceYaml *node = BODY (apply, "school");
  guint32 school = balance_apply_find_school (apply, node, node->text);
  BalanceApplySubject subject = { .school_node = node, .school = school, .section = NONE };

  if (school == NONE)
    return;
  balance_apply_set_facts (apply, &subject, BODY (apply, "facts"));
  add_stages (apply, school, school);
}
