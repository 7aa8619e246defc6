/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Options, indicators and concessions of a pack. */

#include <string.h>

#include "standard/balance-pack-reader-private.h"

/* What every item begins with: a mapping of known keys, a name of its own, a title and a reference (otherwise that of
 * what it is part of). FALSE where it cannot be used. */
static gboolean
read_head (BalancePackReader *reader,
           const BalanceYaml *node,
           const char        *list,
           const char *const *keys,
           const char        *inherited,
           char             **id,
           BalanceText       *title,
           char             **reference)
{
  const char *own;

  if (!balance_pack_reader_expect (reader, node, BALANCE_YAML_MAPPING, list))
    return FALSE;
  balance_pack_reader_check_keys (reader, node, keys);
  *id = balance_pack_reader_read_id (reader, node);
  if (*id == NULL)
    return FALSE;
  balance_pack_reader_get_text (reader, node, "title", title);
  own = balance_pack_reader_get_string (reader, node, "reference");
  *reference = g_strdup (own != NULL ? own : inherited);

  return TRUE;
}

/* -- options, indicators ----------------------------------------------------------------------------- */

void
balance_pack_reader_read_options (BalancePackReader *reader, const BalanceYaml *list)
{
  static const char *const keys[] = { "id", "title", "values", "default", "reference", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *values = balance_yaml_get (node, "values");
      BalanceText title = { NULL, NULL };
      BalanceOption *option;
      char *id, *reference;

      if (!read_head (reader, node, "options", keys, reader->pack->reference, &id, &title, &reference))
        continue;
      option = g_new0 (BalanceOption, 1);
      option->id = id;
      option->title = title;
      option->reference = reference;
      option->file = balance_pack_reader_get_file (reader, node);
      option->line = node->line;
      option->value = g_strdup (balance_pack_reader_get_string (reader, node, "default"));
      if (values != NULL)
        option->values = balance_yaml_dup_strv (values, balance_pack_reader_get_file (reader, values), reader->problems);
      g_ptr_array_add (reader->pack->options, option);
      if (option->values == NULL || option->value == NULL ||
          !g_strv_contains ((const char *const *) option->values, option->value))
        ERROR (node, "option", "the option “%s” needs “values” and a “default” among them", "选项“%s”须有“values”，且“default”为其中之一", id);
    }
}

void
balance_pack_reader_read_indicators (BalancePackReader *reader, const BalanceYaml *list)
{
  static const char *const keys[] = { "id", "title", "reference", "level", "stages", "unit", "decimals", "weight", "value",
                                      "at_least", "at_most", "above", "below", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *value = balance_yaml_get (node, "value");
      BalanceYaml *decimals = balance_yaml_get (node, "decimals");
      BalanceText title = { NULL, NULL };
      BalanceIndicatorRule *self;
      char *id, *reference;

      if (!read_head (reader, node, "indicators", keys, reader->pack->reference, &id, &title, &reference))
        continue;
      self = g_new0 (BalanceIndicatorRule, 1);
      self->id = id;
      self->title = title;
      self->reference = reference;
      self->file = balance_pack_reader_get_file (reader, node);
      self->line = node->line;
      self->note = g_strdup (balance_pack_reader_get_string (reader, node, "note"));
      self->level = balance_pack_reader_read_level (reader, node, "level", BALANCE_LEVEL_SECTION);
      self->stages = balance_pack_reader_read_stages (reader, node, NULL);
      self->unit = g_strdup (balance_pack_reader_get_string (reader, node, "unit"));
      self->has_unit = self->unit != NULL;
      self->decimals = decimals != NULL ? (int) balance_pack_reader_read_whole (reader, decimals, 0, 9) : -1;
      if (balance_yaml_get (node, "weight") != NULL)
        self->weight = balance_pack_reader_read_formula (reader, balance_yaml_get (node, "weight"), &self->weight_line, &self->weight_column);
      balance_pack_reader_read_limit (reader, node, &self->limit);
      if (value != NULL)
        self->value = balance_pack_reader_read_definition (reader, value);
      else
        {
          ERROR (node, "missing-key", "the indicator “%s” has no “value”", "指标“%s”缺少“value”", id);
          self->value = g_new0 (BalanceDefinition, 1);
        }
      g_ptr_array_add (reader->pack->indicators, self);
    }
}

/* -- concessions ------------------------------------------------------------------------------------- */

static void
read_concession_items (BalancePackReader *reader, const BalanceYaml *list, BalanceConcession *concession)
{
  static const char *const keys[] = { "id", "title", "reference", "on", "when", "value", "at_least", "at_most", "above", "below", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *value = balance_yaml_get (node, "value"), *when = balance_yaml_get (node, "when");
      BalanceText title = { NULL, NULL };
      BalanceConcessionItem *self;
      BalanceRule *rule;
      char *id, *reference;

      if (!read_head (reader, node, "items", keys, concession->reference, &id, &title, &reference))
        continue;
      self = g_new0 (BalanceConcessionItem, 1);
      self->id = id;
      self->title = title;
      self->reference = reference;
      self->file = balance_pack_reader_get_file (reader, node);
      self->line = node->line;
      self->on = g_strdup (balance_pack_reader_get_string (reader, node, "on"));
      if (when != NULL)
        self->when = balance_pack_reader_read_formula (reader, when, &self->when_line, &self->when_column);
      if (value != NULL)
        self->value = balance_pack_reader_read_definition (reader, value);
      balance_pack_reader_read_limit (reader, node, &self->limit);
      self->has_limit = self->limit.comparison != BALANCE_COMPARISON_NONE;
      g_ptr_array_add (concession->items, self);

      rule = self->on != NULL ? balance_pack_find_rule (reader->pack, self->on) : NULL;
      if (self->on == NULL || (balance_pack_find_indicator (reader->pack, self->on) == NULL &&
                               (rule == NULL || rule->kind != BALANCE_RULE_VALUE)))
        ERROR (balance_yaml_get (node, "on") != NULL ? balance_yaml_get (node, "on") : node, "unknown-name",
               "“on” must name an indicator, or a requirement with a value, of this pack", "“on”须为本规则包的指标或带 value 的要求");
      if (self->value == NULL && !self->has_limit)
        ERROR (node, "missing-key", "a concession changes the value, the limit or both", "放宽规定须改变 value 或限值");
    }
}

void
balance_pack_reader_read_concessions (BalancePackReader *reader, const BalanceYaml *list)
{
  static const char *const keys[] = { "id", "title", "reference", "from", "until", "duty_years", "items", "note", NULL };

  for (guint i = 0; list != NULL && i < list->n_items; i++)
    {
      const BalanceYaml *node = list->items[i], *items = balance_yaml_get (node, "items");
      BalanceText title = { NULL, NULL };
      BalanceConcession *self;
      char *id, *reference;

      if (!read_head (reader, node, "concessions", keys, reader->pack->reference, &id, &title, &reference))
        continue;
      self = g_new0 (BalanceConcession, 1);
      self->id = id;
      self->title = title;
      self->reference = reference;
      self->file = balance_pack_reader_get_file (reader, node);
      self->line = node->line;
      self->items = g_ptr_array_new ();
      self->from = balance_pack_reader_read_date (reader, node, "from");
      self->until = balance_pack_reader_read_date (reader, node, "until");
      if (self->from != BALANCE_NO_DATE && self->until != BALANCE_NO_DATE && self->until < self->from)
        ERROR (node, "date", "“until” lies before “from”", "“until”早于“from”");
      if (balance_yaml_get (node, "duty_years") != NULL)
        self->duty_years = balance_pack_reader_read_whole (reader, balance_yaml_get (node, "duty_years"), 1, 100);
      g_ptr_array_add (reader->pack->concessions, self);
      if (items != NULL && balance_pack_reader_expect (reader, items, BALANCE_YAML_SEQUENCE, "items"))
        read_concession_items (reader, items, self);
    }
}
