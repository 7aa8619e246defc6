/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Compiles a pack: every name, indicator, requirement and concession gets its columns. */

#include <string.h>

#include "formula/balance-node-private.h"
#include "standard/balance-scheme-private.h"

typedef struct
{
  BalanceScheme   *scheme;
  BalancePack     *pack;
  BalanceProgram  *program;
  BalanceProblems *problems;
  const gboolean  *concessions;
} Compiler;

static void
name_free (gpointer data)
{
  BalanceName *name = data;

  g_free ((gpointer) name->alternatives);
  g_free ((gpointer) name->id);
  g_free (name);
}

static BalanceName *
add_name (Compiler *c, const char *id, BalanceNameKind kind, BalanceLevel level)
{
  BalanceName *name = g_new0 (BalanceName, 1);

  name->id = g_strdup (id);
  name->kind = kind;
  name->level = level;
  g_hash_table_replace (c->scheme->names, (gpointer) name->id, name);

  return name;
}

static void
report (Compiler *c, const char *file, guint line, const char *kind, const char *found, const char *en, const char *zh)
{
  BalancePlace place = { .file = file != NULL ? file : c->pack->file, .row = line, .found = found };

  balance_problems_add_literal (c->problems, BALANCE_SEVERITY_ERROR, kind, &place, en, zh, NULL, NULL, NULL, NULL);
}

static const char *
definition_file (const BalanceDefinition *definition)
{
  return definition->all != NULL ? definition->all->file : NULL;
}

/* -- concessions ------------------------------------------------------------------------------------- */

/* What an item of a concession puts in the place of a formula; NULL where it leaves it alone. */
typedef const BalanceDefinition *(*Pick) (Compiler *c, const BalanceConcessionItem *item);

static const BalanceDefinition *
pick_value (Compiler *c, const BalanceConcessionItem *item)
{
  return item->value;
}

static const BalanceDefinition *
pick_limit (Compiler *c, const BalanceConcessionItem *item)
{
  return item->has_limit ? balance_limit_in_force (&item->limit, c->program->as_of) : NULL;
}

/* The items of concessions in force on an indicator or requirement, in their order, which is that in which they apply. */
static GArray *
items_on (Compiler *c, const char *id)
{
  GArray *items = g_array_new (FALSE, TRUE, sizeof (BalanceSchemeConcession));

  for (guint i = 0; c->concessions != NULL && i < c->pack->concessions->len; i++)
    {
      const BalanceConcession *concession = g_ptr_array_index (c->pack->concessions, i);

      for (guint k = 0; c->concessions[i] && k < concession->items->len; k++)
        {
          BalanceSchemeConcession applied = { concession, g_ptr_array_index (concession->items, k), NULL };

          if (g_strcmp0 (applied.item->on, id) == 0)
            g_array_append_val (items, applied);
        }
    }

  return items;
}

/* The formulas that these items put in the place of a value or a limit. */
static GArray *
alternatives_on (Compiler *c, const char *id, Pick pick)
{
  GArray *alternatives = g_array_new (FALSE, TRUE, sizeof (BalanceAlternative));
  g_autoptr(GArray) items = items_on (c, id);

  for (guint i = 0; i < items->len; i++)
    {
      const BalanceConcessionItem *item = g_array_index (items, BalanceSchemeConcession, i).item;
      BalanceAlternative alternative = { item->id, item->when, item->when_line, item->when_column, pick (c, item) };

      if (alternative.value != NULL)
        g_array_append_val (alternatives, alternative);
    }

  return alternatives;
}

static BalanceNode *
choose (Compiler *c, const char *id, Pick pick, BalanceNode *node, const BalanceContext *context, const char *unit)
{
  g_autoptr(GArray) alternatives = alternatives_on (c, id, pick);

  return balance_program_choose (c->program, node, (gpointer) alternatives->data, alternatives->len, context, unit);
}

/* Remembers for explanations which concessions there are and when each applies. */
static void
remember_concessions (Compiler *c, const char *id, const BalanceLimit *limit, const BalanceContext *context)
{
  g_autoptr(GArray) items = items_on (c, id);

  for (guint i = items->len; i-- > 0;)
    {
      BalanceSchemeConcession *applied = &g_array_index (items, BalanceSchemeConcession, i);
      const BalanceConcessionItem *item = applied->item;
      BalanceContext there = *context;

      if (item->has_limit && item->limit.comparison != limit->comparison)
        report (c, item->file, item->limit.line, "limit", item->id, "a concession keeps the kind of limit (at_least, at_most …)",
                "放宽规定不能改变限值的方向");
      there.line = item->when_line;
      there.column = item->when_column;
      applied->when = item->when != NULL ? balance_program_compile_flag (c->program, item->when, &there) : NULL;
      if (applied->when != NULL || item->when == NULL)
        g_array_prepend_val (c->scheme->concessions, *applied);
    }
}

/* -- names ------------------------------------------------------------------------------------------- */

static const char *
option_value (Compiler *c, const BalanceOption *option, const char *const *options)
{
  gsize length = strlen (option->id);

  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    if (strncmp (options[i], option->id, length) == 0 && options[i][length] == '=')
      {
        const char *value = options[i] + length + 1;

        if (option->values != NULL && g_strv_contains ((const char *const *) option->values, value))
          return value;
        {
          g_autofree char *values = g_strjoinv (", ", option->values);
          g_autofree char *en = g_strdup_printf ("the option “%s” has no value “%s”; it can be %s", option->id, value, values);
          g_autofree char *zh = g_strdup_printf ("选项“%s”没有取值“%s”；可取 %s", option->id, value, values);

          report (c, NULL, 0, "option", options[i], en, zh);
        }
      }

  return option->value;
}

static void
check_option_ids (Compiler *c, const char *const *options)
{
  for (guint i = 0; options != NULL && options[i] != NULL; i++)
    {
      gboolean known = FALSE;
      const char *equals = strchr (options[i], '=');

      for (guint k = 0; k < c->pack->options->len && equals != NULL; k++)
        {
          const BalanceOption *option = g_ptr_array_index (c->pack->options, k);

          known = known || (strlen (option->id) == (gsize) (equals - options[i]) &&
                            strncmp (option->id, options[i], (gsize) (equals - options[i])) == 0);
        }
      if (!known)
        {
          g_autofree char *en = g_strdup_printf ("the standard “%s” has no option “%s”; write OPTION=VALUE", c->pack->id, options[i]);
          g_autofree char *zh = g_strdup_printf ("标准“%s”没有选项“%s”；请写作 选项=取值", c->pack->id, options[i]);

          report (c, NULL, 0, "option", options[i], en, zh);
        }
    }
}

static void
add_names (Compiler *c, const char *const *options, BalancePack *const *used)
{
  BalancePack *pack = c->pack;

  for (guint i = 0; i < pack->dictionary->fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (pack->dictionary->fields, i);
      BalanceDefinition *definition = g_hash_table_lookup (pack->computed, field->id);
      BalanceName *name = add_name (c, field->id, definition != NULL ? BALANCE_NAME_COMPUTED : BALANCE_NAME_FIELD, field->level);

      name->field = field;
      if (definition != NULL)
        {
          name->definition = definition;
          name->unit = field->unit;
          name->has_unit = field->unit != NULL;
          name->flag = field->type == BALANCE_FIELD_FLAG || field->type == BALANCE_FIELD_ATTESTED;
        }
    }
  for (guint i = 0; i < pack->options->len; i++)
    {
      BalanceOption *option = g_ptr_array_index (pack->options, i);
      BalanceName *name = add_name (c, option->id, BALANCE_NAME_OPTION, BALANCE_LEVEL_REGION);

      name->text = option_value (c, option, options);
      if (name->text == NULL)
        name->text = "";   /* no default, which was reported */
      name->values = option->values;
    }
  for (guint i = 0; i < pack->indicators->len; i++)
    {
      BalanceIndicatorRule *indicator = g_ptr_array_index (pack->indicators, i);
      BalanceName *name = add_name (c, indicator->id, BALANCE_NAME_COMPUTED, indicator->level);
      GArray *alternatives;

      name->definition = indicator->value;
      name->stages = indicator->stages;
      name->unit = indicator->unit;
      name->has_unit = indicator->has_unit;
      alternatives = alternatives_on (c, indicator->id, pick_value);
      name->n_alternatives = alternatives->len;
      name->alternatives = (gpointer) g_array_free (alternatives, FALSE);
    }
  for (guint i = 0; i < pack->rules->len; i++)
    {
      BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      BalanceName *name;

      if (rule->kind == BALANCE_RULE_INDICATOR)
        continue;
      name = add_name (c, rule->id, BALANCE_NAME_REQUIREMENT, rule->level);
      name->index = i;
      name->uses_region = rule->level == BALANCE_LEVEL_REGION || (rule->kind == BALANCE_RULE_SELECTION && rule->within == BALANCE_LEVEL_REGION);
    }
  for (guint u = 0; u < pack->uses->len; u++)
    {
      BalanceUse *use = g_ptr_array_index (pack->uses, u);

      for (guint i = 0; i < used[u]->rules->len; i++)
        {
          BalanceRule *rule = g_ptr_array_index (used[u]->rules, i);
          g_autofree char *id = g_strconcat (use->alias, ".", rule->id, NULL);

          if (rule->kind != BALANCE_RULE_INDICATOR)
            add_name (c, id, BALANCE_NAME_REQUIREMENT, rule->level)->index = (u + 1) << BALANCE_USED_SHIFT | i;
        }
    }
}

/* -- limits ------------------------------------------------------------------------------------------ */

const BalanceDefinition *
balance_limit_in_force (const BalanceLimit *limit, gint32 as_of)
{
  const BalanceDefinition *definition = NULL;

  for (guint i = 0; i < limit->n; i++)
    if (limit->from[i] == BALANCE_NO_DATE || limit->from[i] <= as_of)
      definition = limit->definitions[i];

  return definition;
}

static BalanceNode *
compile_limit (Compiler *c, const BalanceLimit *limit, const BalanceContext *outer, const char *unit, gint32 as_of)
{
  const BalanceDefinition *definition = balance_limit_in_force (limit, as_of);
  BalanceContext context = *outer;
  BalanceTyping typing;
  BalanceNode *node;

  if (definition == NULL)
    return NULL;
  context.line = definition->line;
  context.column = definition->column;
  node = balance_program_compile_definition (c->program, definition, &context, &typing);
  if (node == NULL)
    return NULL;
  if (typing.type != BALANCE_VALUE_NUMBER)
    {
      report (c, definition_file (definition), definition->line, "type", NULL, "a limit is a number", "限值应为数");
      return NULL;
    }
  return balance_program_check_unit (c->program, &typing, unit, definition, "the limit") ? node : NULL;
}

/* Limit with the concessions on `id` worked in. */
static void
compile_measure (Compiler             *c,
                 const char           *id,
                 BalanceNode          *value,
                 const BalanceLimit   *limit,
                 const BalanceContext *context,
                 const char           *unit,
                 BalanceMeasure       *measure)
{
  measure->comparison = limit->comparison;
  measure->value = value;
  if (limit->comparison != BALANCE_COMPARISON_NONE)
    measure->limit = choose (c, id, pick_limit, compile_limit (c, limit, context, unit, c->program->as_of), context, unit);
  remember_concessions (c, id, limit, context);
}

/* A requirement's own value, with the concessions that replace it. */
static BalanceNode *
compile_value (Compiler *c, BalanceRule *rule, BalanceContext *context)
{
  BalanceTyping typing;
  BalanceNode *node;
  gboolean limited = rule->limit.comparison != BALANCE_COMPARISON_NONE;

  context->line = rule->value->line;
  context->column = rule->value->column;
  node = balance_program_compile_definition (c->program, rule->value, context, &typing);
  if (node == NULL)
    return NULL;
  if (typing.type != (limited ? BALANCE_VALUE_NUMBER : BALANCE_VALUE_FLAG))
    {
      report (c, definition_file (rule->value), rule->value->line, "type", rule->id,
              limited ? "a value with a limit is a number" : "a value without a limit is a condition: add at_least, at_most, above or below",
              limited ? "带限值的 value 应为数" : "没有限值的 value 应为条件：请加上 at_least、at_most、above 或 below");
      return NULL;
    }
  if (limited && !balance_program_check_unit (c->program, &typing, rule->unit, rule->value, rule->id))
    return NULL;

  return choose (c, rule->id, pick_value, node, context, rule->unit);
}

/* -- indicators and requirements --------------------------------------------------------------------- */

static void
compile_indicator (Compiler *c, guint index)
{
  BalanceIndicatorRule *rule = g_ptr_array_index (c->pack->indicators, index);
  BalanceSchemeIndicator *self = &c->scheme->indicators[index];
  BalanceContext context = { .level = rule->level, .file = c->pack->file };
  BalanceNode *value = balance_program_get_name (c->program, g_hash_table_lookup (c->scheme->names, rule->id));

  self->rule = rule;
  if (value != NULL && balance_node_get_type_of (value) != BALANCE_VALUE_NUMBER)
    {
      report (c, rule->file, rule->line, "type", rule->id, "an indicator is a number", "指标应为数");
      value = NULL;
    }
  compile_measure (c, rule->id, value, &rule->limit, &context, rule->unit, &self->measure);

  if (rule->level != BALANCE_LEVEL_SECTION)
    return;
  self->weight = c->scheme->weight;
  if (rule->weight != NULL)
    {
      BalanceTyping typing;

      context.line = rule->weight_line;
      context.column = rule->weight_column;
      self->weight = balance_program_compile (c->program, rule->weight, &context, &typing);
      if (self->weight != NULL && typing.type != BALANCE_VALUE_NUMBER)
        {
          report (c, rule->weight->file, rule->weight_line, "type", rule->id, "a weight is a number", "权重应为数");
          self->weight = NULL;
        }
    }
}

static void
compile_rule (Compiler *c, guint index)
{
  BalanceRule *rule = g_ptr_array_index (c->pack->rules, index);
  BalanceSchemeRule *self = &c->scheme->rules[index];
  BalanceContext context = { .level = rule->level, .file = c->pack->file };
  gint32 as_of = c->program->as_of;

  self->rule = rule;
  self->in_force = (rule->from == BALANCE_NO_DATE || as_of >= rule->from) && (rule->until == BALANCE_NO_DATE || as_of <= rule->until);
  self->mask = rule->parent != NULL ? c->scheme->rules[rule->parent->index].mask : c->program->base_mask;
  if (rule->scope != NULL)
    {
      BalanceContext sections = { .level = BALANCE_LEVEL_SECTION, .mask = self->mask, .file = c->pack->file,
                                  .line = rule->scope_line, .column = rule->scope_column };
      BalanceNode *scope = balance_program_compile_flag (c->program, rule->scope, &sections);

      if (scope != NULL)
        self->mask = balance_program_and (c->program, self->mask, scope);
    }
  self->subjects = balance_program_mask_at (c->program, self->mask, rule->level);
  context.mask = self->mask;

  if (rule->when != NULL)
    {
      context.line = rule->when_line;
      context.column = rule->when_column;
      self->when = balance_program_compile_flag (c->program, rule->when, &context);
    }
  if (rule->score != NULL)
    {
      BalanceTyping typing;

      context.line = rule->score_line;
      context.column = rule->score_column;
      context.points = &rule->points;
      self->score = balance_program_compile (c->program, rule->score, &context, &typing);
      context.points = NULL;
      if (self->score != NULL && typing.type != BALANCE_VALUE_NUMBER)
        report (c, rule->score->file, rule->score_line, "type", rule->id, "a score is a number", "得分应为数");
    }

  switch (rule->kind)
    {
    case BALANCE_RULE_VALUE:
      compile_measure (c, rule->id, compile_value (c, rule, &context), &rule->limit, &context, rule->unit, &self->measure);
      break;

    case BALANCE_RULE_INDICATOR:
    case BALANCE_RULE_DISPERSION:
      self->n_indicators = rule->kind == BALANCE_RULE_INDICATOR ? 1 : rule->measured->len;
      self->indicators = g_new0 (guint, self->n_indicators + 1);
      for (guint i = 0; i < self->n_indicators; i++)
        {
          guint at;

          g_ptr_array_find (c->pack->indicators,
                            rule->kind == BALANCE_RULE_INDICATOR ? rule->indicator : g_ptr_array_index (rule->measured, i), &at);
          self->indicators[i] = at;
          if (rule->kind == BALANCE_RULE_DISPERSION && c->scheme->indicators[at].weight == NULL)
            report (c, rule->file, rule->line, "missing-key", rule->id, "a dispersion needs a weight: “weight” of the pack or of the indicator",
                    "差异系数需要权重：规则包或指标的“weight”");
        }
      if (rule->kind == BALANCE_RULE_INDICATOR)
        self->measure = c->scheme->indicators[self->indicators[0]].measure;
      else if (rule->limit.comparison != BALANCE_COMPARISON_NONE)
        {
          self->measure.comparison = rule->limit.comparison;
          self->measure.limit = compile_limit (c, &rule->limit, &context, NULL, as_of);
        }
      break;

    case BALANCE_RULE_COMBINATION:
      if (rule->limit.comparison != BALANCE_COMPARISON_NONE)
        {
          self->measure.comparison = rule->limit.comparison;
          self->measure.limit = compile_limit (c, &rule->limit, &context, rule->unit, as_of);
        }
      if (rule->caps != NULL)
        {
          self->caps = g_new0 (BalanceNode *, rule->caps->len + 1);
          for (guint i = 0; i < rule->caps->len; i++)
            {
              BalanceCap *cap = g_ptr_array_index (rule->caps, i);

              context.line = cap->line;
              context.column = cap->column;
              if (cap->when != NULL)
                self->caps[i] = balance_program_compile_flag (c->program, cap->when, &context);
            }
        }
      break;

    case BALANCE_RULE_SELECTION:
    default:
      context.line = rule->by_line;
      context.column = rule->by_column;
      self->by = g_new0 (BalanceNode *, rule->n_by + 1);
      for (guint i = 0; i < rule->n_by; i++)
        {
          BalanceTyping typing;

          self->by[i] = balance_program_compile (c->program, rule->by[i], &context, &typing);
          if (self->by[i] != NULL && typing.type != BALANCE_VALUE_NUMBER)
            report (c, rule->by[i]->file, rule->by_line, "type", rule->id, "a selection is made by numbers", "评选依据应为数");
        }
      break;
    }
}

/* Which requirements have to be judged on all districts at once. */
static void
mark_region (Compiler *c)
{
  BalanceScheme *scheme = c->scheme;

  for (guint i = c->pack->rules->len; i-- > 0;)
    {
      BalanceSchemeRule *self = &scheme->rules[i];
      BalanceRule *rule = self->rule;
      BalanceNode *nodes[] = { self->mask, self->when, self->measure.value, self->measure.limit, self->score };

      self->uses_region = rule->level == BALANCE_LEVEL_REGION || (rule->kind == BALANCE_RULE_SELECTION && rule->within == BALANCE_LEVEL_REGION);
      for (guint k = 0; k < G_N_ELEMENTS (nodes); k++)
        self->uses_region = self->uses_region || (nodes[k] != NULL && balance_node_uses_region (nodes[k]));
      for (guint k = 0; k < rule->children->len; k++)
        self->uses_region = self->uses_region || scheme->rules[((BalanceRule *) g_ptr_array_index (rule->children, k))->index].uses_region;
      scheme->uses_region = scheme->uses_region || self->uses_region;
    }
}

/* -- what depends on what ---------------------------------------------------------------------------- */

/* Formulas and requirements one inside the other; judging follows them by recursion. */
#define MAX_CHAIN 6000

typedef struct
{
  Compiler *compiler;
  guint8   *rules, *nodes;   /* 0 not seen, 1 being followed, 2 done */
  guint     depth;
  gboolean  failed;          /* one report is enough: the rest hangs together with it */
} Follow;

static void follow_rule (Follow *follow, guint index);

static void
report_chain (Follow *follow, const BalanceRule *rule, gboolean cycle)
{
  if (!follow->failed)
    report (follow->compiler, rule->file, rule->line, cycle ? "cycle" : "nesting", rule->id,
            cycle ? "the requirement depends on its own verdict, directly or through others"
                  : "requirements that name one another are nested too deeply",
            cycle ? "该要求直接或间接依赖于自身的判定" : "要求之间的嵌套引用过深");
  follow->failed = TRUE;
}

static void
follow_node (Follow *follow, const BalanceNode *node, const BalanceRule *from)
{
  if (node == NULL || follow->failed || follow->nodes[node->index] == 2)
    return;
  if (follow->nodes[node->index] == 1 || follow->depth >= MAX_CHAIN)
    {
      report_chain (follow, from, follow->nodes[node->index] == 1);
      return;
    }

  follow->nodes[node->index] = 1;
  follow->depth++;
  if ((node->kind == BALANCE_NODE_REQUIREMENT || node->kind == BALANCE_NODE_SCORE) && node->variant >> BALANCE_USED_SHIFT == 0)
    follow_rule (follow, node->variant);
  for (guint i = 0; i < node->n_args; i++)
    follow_node (follow, node->args[i], from);
  follow->depth--;
  follow->nodes[node->index] = 2;
}

static void
follow_rule (Follow *follow, guint index)
{
  const BalanceSchemeRule *self = &follow->compiler->scheme->rules[index];
  const BalanceRule *rule = self->rule;
  const BalanceNode *nodes[] = { self->mask, self->when, self->measure.value, self->measure.limit, self->score };

  if (follow->failed || follow->rules[index] == 2)
    return;
  if (follow->rules[index] == 1)
    {
      report_chain (follow, rule, TRUE);
      return;
    }

  follow->rules[index] = 1;
  for (guint i = 0; i < G_N_ELEMENTS (nodes); i++)
    follow_node (follow, nodes[i], rule);
  for (guint i = 0; self->by != NULL && i < rule->n_by; i++)
    follow_node (follow, self->by[i], rule);
  for (guint i = 0; self->caps != NULL && i < rule->caps->len; i++)
    follow_node (follow, self->caps[i], rule);
  for (guint i = 0; i < self->n_indicators; i++)
    {
      follow_node (follow, follow->compiler->scheme->indicators[self->indicators[i]].measure.value, rule);
      follow_node (follow, follow->compiler->scheme->indicators[self->indicators[i]].weight, rule);
    }
  for (guint i = 0; i < rule->children->len; i++)
    follow_rule (follow, ((const BalanceRule *) g_ptr_array_index (rule->children, i))->index);
  follow->rules[index] = 2;
}

/* A verdict that rests on itself would never be found. */
static void
check_cycles (Compiler *c)
{
  g_autofree guint8 *rules = g_malloc0 (c->pack->rules->len + 1), *nodes = g_malloc0 (c->program->nodes->len + 1);
  Follow follow = { .compiler = c, .rules = rules, .nodes = nodes };

  for (guint i = 0; i < c->pack->rules->len; i++)
    follow_rule (&follow, i);
}

static gboolean
level_can_hold (BalanceLevel parent, BalanceLevel child)
{
  return !((parent == BALANCE_LEVEL_STAGE && child == BALANCE_LEVEL_SCHOOL) ||
           (parent == BALANCE_LEVEL_SCHOOL && child == BALANCE_LEVEL_STAGE));
}

static void
check_levels (Compiler *c)
{
  for (guint i = 0; i < c->pack->rules->len; i++)
    {
      BalanceRule *rule = g_ptr_array_index (c->pack->rules, i);

      if (rule->parent != NULL && !level_can_hold (rule->parent->level, rule->level))
        report (c, rule->file, rule->line, "level", rule->id, "a school lies in no single stage, nor a stage in a school: restate “each”",
                "学校不属于单一学段，学段也不属于学校：请重新写明“each”");
      if (rule->kind == BALANCE_RULE_SELECTION && rule->level > BALANCE_LEVEL_SCHOOL)
        report (c, rule->file, rule->line, "level", rule->id, "a selection is made among schools or sections: say “each: school”",
                "评选在学校或学段部之间进行：请写“each: school”");
    }
}

BalanceScheme *
balance_scheme_new (BalancePack        *pack,
                    BalancePack *const *used,
                    const char *const  *options,
                    gint32              as_of,
                    const gboolean     *concessions,
                    BalanceProblems    *problems)
{
  BalanceScheme *self = g_new0 (BalanceScheme, 1);
  Compiler c = { .scheme = self, .pack = pack, .problems = problems, .concessions = concessions };
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);

  g_atomic_ref_count_init (&self->ref_count);
  self->pack = pack;
  self->names = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, name_free);
  self->rules = g_new0 (BalanceSchemeRule, pack->rules->len + 1);
  self->indicators = g_new0 (BalanceSchemeIndicator, pack->indicators->len + 1);
  self->concessions = g_array_new (FALSE, TRUE, sizeof (BalanceSchemeConcession));
  self->n_used = pack->uses->len;
  self->used = g_new0 (BalanceScheme *, self->n_used + 1);

  c.program = self->program = balance_program_new (pack->dictionary, self->names, pack->file, problems);
  c.program->stages = g_memdup2 (pack->stages, sizeof (guint) * pack->n_stages);
  c.program->n_stages = pack->n_stages;
  c.program->as_of = as_of;
  c.program->split_fields = g_strdupv (pack->split_fields);
  memcpy (c.program->split_weights, pack->split_weights, sizeof (BalanceDecimal) * balance_dictionary_get_n_stages (pack->dictionary));
  c.program->split_by = pack->split_by;
  c.program->split_line = pack->split_line;
  c.program->split_column = pack->split_column;

  for (guint i = 0; i < self->n_used; i++)
    {
      self->used[i] = balance_scheme_new (used[i], NULL, NULL, as_of, NULL, problems);
      self->uses_region = self->uses_region || (self->used[i] != NULL && self->used[i]->uses_region);
    }

  check_option_ids (&c, options);
  add_names (&c, options, used);
  if (balance_program_set_scope (c.program, pack->scope, pack->scope_line, pack->scope_column))
    {
      if (pack->weight != NULL)
        {
          BalanceContext context = { .level = BALANCE_LEVEL_SECTION, .file = pack->file,
                                     .line = pack->weight_line, .column = pack->weight_column };
          BalanceTyping typing;

          self->weight = balance_program_compile (c.program, pack->weight, &context, &typing);
          if (self->weight != NULL && typing.type != BALANCE_VALUE_NUMBER)
            report (&c, pack->weight->file, pack->weight_line, "type", NULL, "a weight is a number", "权重应为数");
        }
      /* computed fields are compiled even where nothing names them: a fault in one is a fault of the pack */
      for (guint i = 0; i < pack->dictionary->fields->len; i++)
        {
          BalanceName *name = g_hash_table_lookup (self->names, ((BalanceField *) g_ptr_array_index (pack->dictionary->fields, i))->id);

          if (name->kind == BALANCE_NAME_COMPUTED)
            balance_program_get_name (c.program, name);
        }
      for (guint i = 0; i < pack->indicators->len; i++)
        compile_indicator (&c, i);
      for (guint i = 0; i < pack->rules->len; i++)
        compile_rule (&c, i);
      check_levels (&c);
      check_cycles (&c);
      mark_region (&c);
    }

  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before)
    {
      balance_scheme_unref (self);
      return NULL;
    }
  return self;
}

BalanceScheme *
balance_scheme_ref (BalanceScheme *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
balance_scheme_unref (BalanceScheme *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;

  for (guint i = 0; i < self->pack->rules->len; i++)
    {
      g_free (self->rules[i].by);
      g_free (self->rules[i].caps);
      g_free (self->rules[i].indicators);
    }
  for (guint i = 0; i < self->n_used; i++)
    balance_scheme_unref (self->used[i]);
  g_free (self->used);
  g_free (self->rules);
  g_free (self->indicators);
  g_array_unref (self->concessions);
  balance_program_free (self->program);
  g_hash_table_unref (self->names);
  g_free (self);
}
