/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "base/balance-data-private.h"
#include "standard/balance-pack-check-private.h"

/**
 * BalancePackCheck:
 *
 * What checking a rule pack found and proved.
 *
 * A pack that can be read may still leave someone out by mistake: a stage without a limit, a requirement that is
 * asked of nobody, two alternatives that both apply. The check goes through all cases that the conditions of the
 * pack tell apart (kinds of school, stages, dates, options …) and says for each fault in which case it shows.
 * What its conditions do not allow to prove is said as well.
 *
 * Since: 1.0
 */

struct _BalancePackCheck
{
  GObject         parent_instance;

  char           *name;
  GListModel     *problems;
  guint           n_errors, n_warnings;
  BalanceCoverage coverage;
};

G_DEFINE_FINAL_TYPE (BalancePackCheck, balance_pack_check, G_TYPE_OBJECT)

static void
balance_pack_check_finalize (GObject *object)
{
  BalancePackCheck *self = BALANCE_PACK_CHECK (object);

  g_clear_object (&self->problems);
  g_free (self->name);

  G_OBJECT_CLASS (balance_pack_check_parent_class)->finalize (object);
}

static void
balance_pack_check_class_init (BalancePackCheckClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_pack_check_finalize;
}

static void
balance_pack_check_init (BalancePackCheck *self)
{
}

/* -- titles and references -------------------------------------------------------------------------------- */

typedef struct
{
  BalancePack     *pack;
  BalanceProblems *problems;
} Check;

static void
add (Check *self, BalanceSeverity severity, const char *kind, const char *file, guint line, const char *id,
     const char *en, const char *zh, const char *remedy_en, const char *remedy_zh)
{
  BalancePlace place = { .file = file != NULL ? file : self->pack->file, .row = line, .field = id, .found = id };

  balance_problems_add_literal (self->problems, severity, kind, &place, en, zh, NULL, NULL, remedy_en, remedy_zh);
}

static void
check_title (Check *self, const BalanceText *title, const char *file, guint line, const char *id)
{
  if (title->zh == NULL || title->zh[0] == '\0' || title->en == NULL || title->en[0] == '\0')
    add (self, BALANCE_SEVERITY_ERROR, "no-title", file, line, id, "there is no title in both languages", "缺少中文或英文名称",
         "Write “title: {zh: …, en: …}”.", "请写“title: {zh: …, en: …}”。");
}

/* Numbers without a document are nobody's. `reference` is the own one or an inherited one. */
static void
check_reference (Check *self, const char *reference, gboolean has_numbers, const char *file, guint line, const char *id)
{
  if (has_numbers && (reference == NULL || reference[0] == '\0'))
    add (self, BALANCE_SEVERITY_ERROR, "no-reference", file, line, id,
         "a number or date stands here that no document is named for, neither here nor above",
         "此处有数值或日期，但本项和上级都没有注明依据",
         "Name document and article under “reference”.", "请在“reference”中注明文件及条款。");
}

static void
check_rule_texts (Check *self, const BalanceRule *rule)
{
  gboolean has_numbers = rule->limit.comparison != BALANCE_COMPARISON_NONE || rule->need >= 0 || rule->has_floor ||
                         rule->has_points || rule->grades != NULL || rule->kind == BALANCE_RULE_SELECTION ||
                         rule->from != BALANCE_NO_DATE || rule->until != BALANCE_NO_DATE;

  /* items that are indicators have the indicator's; coefficients of several indicators have their common ones */
  if (rule->kind == BALANCE_RULE_INDICATOR || (rule->kind == BALANCE_RULE_DISPERSION && !rule->combine))
    return;
  check_title (self, &rule->title, rule->file, rule->line, rule->id);
  check_reference (self, rule->reference, has_numbers, rule->file, rule->line, rule->id);
  for (guint i = 0; rule->grades != NULL && i < rule->grades->len; i++)
    {
      const BalanceGrade *grade = g_ptr_array_index (rule->grades, i);

      check_title (self, &grade->title, rule->file, grade->line, grade->id);
    }
  for (guint i = 0; rule->caps != NULL && i < rule->caps->len; i++)
    {
      const BalanceCap *cap = g_ptr_array_index (rule->caps, i);

      check_title (self, &cap->title, rule->file, cap->line, rule->id);
    }
}

static void
check_texts (Check *self)
{
  BalancePack *pack = self->pack;

  check_title (self, &pack->title, NULL, 1, pack->id);
  if (pack->reference == NULL)
    add (self, BALANCE_SEVERITY_WARNING, "no-reference", NULL, 1, pack->id, "the pack names no document as its reference",
         "规则包没有注明依据文件", NULL, NULL);
  check_reference (self, pack->reference, pack->split_fields != NULL, NULL, pack->split_line, pack->id);
  for (guint i = 0; i < pack->options->len; i++)
    {
      const BalanceOption *option = g_ptr_array_index (pack->options, i);

      check_title (self, &option->title, option->file, option->line, option->id);
      check_reference (self, option->reference, TRUE, option->file, option->line, option->id);
    }
  for (guint i = 0; i < pack->indicators->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (pack->indicators, i);

      check_title (self, &indicator->title, indicator->file, indicator->line, indicator->id);
      check_reference (self, indicator->reference, indicator->limit.comparison != BALANCE_COMPARISON_NONE, indicator->file,
                       indicator->line, indicator->id);
    }
  for (guint i = 0; i < pack->rules->len; i++)
    check_rule_texts (self, g_ptr_array_index (pack->rules, i));
  for (guint i = 0; i < pack->concessions->len; i++)
    {
      const BalanceConcession *concession = g_ptr_array_index (pack->concessions, i);

      check_title (self, &concession->title, concession->file, concession->line, concession->id);
      check_reference (self, concession->reference, TRUE, concession->file, concession->line, concession->id);
      for (guint k = 0; k < concession->items->len; k++)
        {
          const BalanceConcessionItem *item = g_ptr_array_index (concession->items, k);

          check_title (self, &item->title, item->file, item->line, item->id);
        }
    }
}

/* -- what nothing uses ------------------------------------------------------------------------------------ */

static gboolean
is_used (BalanceScheme *scheme, const char *id)
{
  BalanceName *name = scheme != NULL ? g_hash_table_lookup (scheme->names, id) : NULL;

  return name != NULL && name->used;
}

static gboolean
is_asked_for (BalancePack *pack, const BalanceIndicatorRule *indicator)
{
  for (guint i = 0; i < pack->rules->len; i++)
    {
      const BalanceRule *rule = g_ptr_array_index (pack->rules, i);

      if (rule->indicator == indicator)
        return TRUE;
    }
  return FALSE;
}

/* What a pack declares and never reads is mostly misspelt; not so where another pack declares it, of which
 * this one has taken away a part. */
static void
check_unused (Check *self, BalanceScheme *plain, BalanceScheme *conceding)
{
  g_autoptr(BalanceDictionary) shipped = balance_dictionary_get_default (NULL);
  BalancePack *pack = self->pack;

  for (guint i = shipped != NULL ? shipped->fields->len : pack->dictionary->fields->len; i < pack->dictionary->fields->len; i++)
    {
      const BalanceField *field = g_ptr_array_index (pack->dictionary->fields, i);

      if (!field->companion && !is_used (plain, field->id) && !is_used (conceding, field->id) &&
          !(pack->split_fields != NULL && g_strv_contains ((const char *const *) pack->split_fields, field->id)))
        add (self, BALANCE_SEVERITY_WARNING, "unused-field", NULL, field->line, field->id,
             "the pack declares this field, but no formula reads it", "规则包声明了该数据项，但没有公式使用它",
             "Use it or remove it.", "请使用或删除该数据项。");
    }
  for (guint i = 0; i < pack->options->len; i++)
    {
      const BalanceOption *option = g_ptr_array_index (pack->options, i);

      if (!is_used (plain, option->id) && !is_used (conceding, option->id))
        add (self, BALANCE_SEVERITY_WARNING, "unused-option", option->file, option->line, option->id,
             "no formula asks for this option, so it decides nothing", "没有公式使用该选项，选它不起作用",
             "Use it or remove it.", "请使用或删除该选项。");
    }
  for (guint i = 0; i < pack->indicators->len; i++)
    {
      const BalanceIndicatorRule *indicator = g_ptr_array_index (pack->indicators, i);

      if (indicator->limit.comparison != BALANCE_COMPARISON_NONE && !is_asked_for (pack, indicator))
        add (self, BALANCE_SEVERITY_WARNING, "unused-limit", indicator->file, indicator->limit.line, indicator->id,
             "no requirement lists this indicator, so its limit judges nothing", "没有要求列出该指标，其限值不起作用",
             "List it under “of” of a requirement, or take the limit away.", "请将其列入某项要求的“of”，或去掉限值。");
    }
}

void
balance_pack_check_whole (BalancePack     *pack,
                          BalanceScheme   *plain,
                          BalanceScheme   *conceding,
                          BalanceProblems *problems,
                          BalanceCoverage *coverage)
{
  Check self = { .pack = pack, .problems = problems };

  check_texts (&self);
  /* what one took away from another pack is not to be mended in this one */
  if (coverage != NULL && plain != NULL && !pack->extends)
    check_unused (&self, plain, conceding);
  balance_coverage_check (pack, problems, coverage);
}

/* -- the object ------------------------------------------------------------------------------------------- */

static BalancePackCheck *
check_new (GBytes *bytes, const char *name, BalanceProblems *problems)
{
  BalancePackCheck *self = g_object_new (BALANCE_TYPE_PACK_CHECK, NULL);
  g_autoptr(BalanceStandard) standard = NULL;

  self->name = g_strdup (name);
  if (bytes != NULL)
    standard = balance_standard_read (bytes, name, problems, &self->coverage);
  self->problems = balance_problems_dup_list (problems);
  self->n_errors = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  self->n_warnings = balance_problems_count (problems, BALANCE_SEVERITY_WARNING) - self->n_errors;

  return self;
}

/**
 * balance_pack_check_new_from_bytes:
 * @bytes: a rule pack as UTF-8 YAML
 * @name: what to call it in messages, such as its file name; packs that it extends or uses are looked for
 *   beside it
 *
 * Checks a rule pack.
 *
 * Returns: (transfer full): what was found
 *
 * Since: 1.0
 */
BalancePackCheck *
balance_pack_check_new_from_bytes (GBytes     *bytes,
                                   const char *name)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();

  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return check_new (bytes, name, problems);
}

/**
 * balance_pack_check_new_from_file:
 * @path: (type filename): a rule pack
 *
 * Checks a rule pack in a file. A file that cannot be read is a problem too.
 *
 * Returns: (transfer full): what was found
 *
 * Since: 1.0
 */
BalancePackCheck *
balance_pack_check_new_from_file (const char *path)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  bytes = balance_data_read (path, problems, NULL);

  return check_new (bytes, path, problems);
}

/**
 * balance_pack_check_get_name:
 * @self: a check
 *
 * Gets what was checked: the path or the name that was given.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
balance_pack_check_get_name (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), NULL);

  return self->name;
}

/**
 * balance_pack_check_get_problems:
 * @self: a check
 *
 * Gets everything that was found, with lines. An error of kind `gap`, `overlap`, `never-asked`, `never-applies`
 * or `unreachable` names a case in which it shows. A note of kind `unproved` names what could not be decided,
 * one of kind `first-applies` two concessions that both fit somebody.
 *
 * Returns: (transfer none): a list of [class@Balance.Problem]
 *
 * Since: 1.0
 */
GListModel *
balance_pack_check_get_problems (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), NULL);

  return self->problems;
}

/**
 * balance_pack_check_get_n_errors:
 * @self: a check
 *
 * Gets how many errors were found. A pack is sound where there is none.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_pack_check_get_n_errors (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->n_errors;
}

/**
 * balance_pack_check_get_n_warnings:
 * @self: a check
 *
 * Gets how many warnings there are: things that nothing uses, concessions whose time is over.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_pack_check_get_n_warnings (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->n_warnings;
}

/**
 * balance_pack_check_get_n_requirements:
 * @self: a check
 *
 * Gets for how many requirements, and indicators in them, it is proved that somebody is asked and that there is
 * a limit and a formula wherever somebody is.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_pack_check_get_n_requirements (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->coverage.n_requirements;
}

/**
 * balance_pack_check_get_n_alternatives:
 * @self: a check
 *
 * Gets for how many groups of alternatives it is proved that exactly one applies wherever they are asked.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_pack_check_get_n_alternatives (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->coverage.n_alternatives;
}

/**
 * balance_pack_check_get_n_concessions:
 * @self: a check
 *
 * Gets for how many items of concessions it is proved that they apply to somebody.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_pack_check_get_n_concessions (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->coverage.n_concessions;
}

/**
 * balance_pack_check_get_n_unproved:
 * @self: a check
 *
 * Gets how many statements could not be decided, each of which is a note among the problems.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint
balance_pack_check_get_n_unproved (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->coverage.n_unproved;
}

/**
 * balance_pack_check_get_n_cases:
 * @self: a check
 *
 * Gets how many cases were told apart and looked at, over all statements.
 *
 * Returns: the number
 *
 * Since: 1.0
 */
guint64
balance_pack_check_get_n_cases (BalancePackCheck *self)
{
  g_return_val_if_fail (BALANCE_IS_PACK_CHECK (self), 0);

  return self->coverage.n_cases;
}
