/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "planning/balance-action-private.h"

/**
 * BalanceAction:
 *
 * One thing that is done in a scenario (措施): facts set, teachers moved, schools handed over, merged, closed or opened.
 *
 * An action is written as it stands in a file of proposals; what it names is looked up when it is applied, in the
 * facts as they are then. Actions are immutable and may be used from any thread.
 *
 * Since: 1.0
 */

G_DEFINE_FINAL_TYPE (BalanceAction, balance_action, G_TYPE_OBJECT)

#define MAX_YEARS 50

static void
balance_action_finalize (GObject *object)
{
  balance_action_source_unref (BALANCE_ACTION (object)->source);

  G_OBJECT_CLASS (balance_action_parent_class)->finalize (object);
}

static void
balance_action_class_init (BalanceActionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = balance_action_finalize;
}

static void
balance_action_init (BalanceAction *self)
{
}

BalanceActionSource *
balance_action_source_new (const char *file, BalanceYaml *root, BalanceBundles *bundles)
{
  BalanceActionSource *self = g_new0 (BalanceActionSource, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->file = g_strdup (file);
  self->root = root;
  self->bundles = bundles;

  return self;
}

BalanceActionSource *
balance_action_source_ref (BalanceActionSource *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
balance_action_source_unref (BalanceActionSource *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->file);
  balance_yaml_free (self->root);
  balance_bundles_unref (self->bundles);
  g_free (self);
}

/* -- reading ------------------------------------------------------------------------------------------ */

typedef struct
{
  BalanceActionSource *source;
  BalanceProblems     *problems;
  BalanceActionKind    kind;
} Reader;

#define ERROR(node, kind, ...) \
  balance_yaml_problem (node, reader->source->file, reader->problems, BALANCE_SEVERITY_ERROR, kind, __VA_ARGS__)

static const char *const set_keys[] = { "district", "school", "stage", "facts", NULL };
static const char *const add_keys[] = { "district", "school", "stage", "facts", NULL };
static const char *const clear_keys[] = { "district", "school", "stage", "fields", NULL };
static const char *const move_keys[] = { "from", "to", "stage", "to_stage", "bundle", "number", "amounts", NULL };
static const char *const hand_over_keys[] = { "schools", "to", "facts", NULL };
static const char *const merge_keys[] = { "schools", "into", "facts", NULL };
static const char *const close_keys[] = { "school", "stage", "give", NULL };
static const char *const open_keys[] = { "school", "name", "district", "like", "facts", "stages", NULL };
static const char *const extend_keys[] = { "school", "facts", "stages", NULL };
static const char *const recode_keys[] = { "school", "code", "name", NULL };
static const char *const grow_keys[] = { "bundle", "fields", "district", "stage", "schools", "rate", "years", "rounding", NULL };
static const char *const give_keys[] = { "bundle", "fields", "stage", "to", NULL };

static const struct
{
  const char        *name;
  const char *const *keys;
  const char        *required[5];
} kinds[] = {
  [BALANCE_ACTION_SET] = { "set", set_keys, { "facts" } },
  [BALANCE_ACTION_ADD] = { "add", add_keys, { "facts" } },
  [BALANCE_ACTION_CLEAR] = { "clear", clear_keys, { "fields" } },
  [BALANCE_ACTION_MOVE] = { "move", move_keys, { "from", "to" } },
  [BALANCE_ACTION_HAND_OVER] = { "hand_over", hand_over_keys, { "schools", "to" } },
  [BALANCE_ACTION_MERGE] = { "merge", merge_keys, { "schools", "into" } },
  [BALANCE_ACTION_CLOSE] = { "close", close_keys, { "school" } },
  [BALANCE_ACTION_OPEN] = { "open", open_keys, { "school", "name", "stages" } },
  [BALANCE_ACTION_EXTEND] = { "extend", extend_keys, { "school", "stages" } },
  [BALANCE_ACTION_RECODE] = { "recode", recode_keys, { "school" } },
  [BALANCE_ACTION_GROW] = { "grow", grow_keys, { "rate", "years" } },
};

gboolean
balance_action_parse_ratio (const char *text, mpq_ptr ratio)
{
  const char *slash = strchr (text, '/');
  gsize length = strlen (text);
  gboolean percent = length > 1 && text[length - 1] == '%';
  BalanceDecimal a, b = { 1, 0 };

  if (slash != NULL)
    {
      if (percent || !balance_decimal_parse (text, slash - text, &a) || !balance_decimal_parse (slash + 1, -1, &b) ||
          a.scale != 0 || b.scale != 0 || b.digits <= 0)
        return FALSE;
      mpq_set_si (ratio, a.digits, (unsigned long) b.digits);
      mpq_canonicalize (ratio);
      return TRUE;
    }
  if (!balance_decimal_parse (text, (gssize) (percent ? length - 1 : length), &a))
    return FALSE;
  mpz_set_si (mpq_numref (ratio), a.digits);
  mpz_ui_pow_ui (mpq_denref (ratio), 10, a.scale + (percent ? 2 : 0));
  mpq_canonicalize (ratio);

  return TRUE;
}

/* What stands there is one text. */
static const char *
check_scalar (Reader *reader, const BalanceYaml *node)
{
  if (node->type == BALANCE_YAML_SCALAR && *node->text != '\0')
    return node->text;
  ERROR (node, node->type == BALANCE_YAML_SCALAR ? "empty-value" : "wrong-shape", "one value is expected here", "此处应为单个值");

  return NULL;
}

static void
check_scalars (Reader *reader, const BalanceYaml *node)
{
  if (node->type != BALANCE_YAML_SEQUENCE)
    {
      check_scalar (reader, node);
      return;
    }
  if (node->n_items == 0)
    ERROR (node, "missing-key", "the list is empty", "列表为空");
  for (guint i = 0; i < node->n_items; i++)
    check_scalar (reader, node->items[i]);
}

static void
check_facts (Reader *reader, const BalanceYaml *node, gboolean amounts, gboolean positive, gboolean may_be_empty)
{
  if (node->type != BALANCE_YAML_MAPPING || (node->n_items == 0 && !may_be_empty))
    {
      ERROR (node, "wrong-shape", "a mapping of fields and values is expected here: {books: 500}", "此处应为数据项与值的映射：{books: 500}");
      return;
    }
  for (guint i = 0; i < node->n_items; i++)
    {
      const char *text = check_scalar (reader, node->items[i]);
      BalanceDecimal number;

      if (text == NULL || !amounts)
        continue;
      if (!balance_decimal_parse (text, -1, &number))
        ERROR (node->items[i], "number", "“%s” is not a number", "“%s”不是数字", text);
      else if (positive && number.digits <= 0)
        ERROR (node->items[i], "number", "“%s” is not above 0; to move the other way exchange “from” and “to”", "“%s”应大于 0；反向划转请对调 from 和 to", text);
    }
}

static void
check_bundle (Reader *reader, const BalanceYaml *node)
{
  const char *id = check_scalar (reader, node);

  if (id != NULL && balance_bundles_find (reader->source->bundles, id) == NULL)
    ERROR (node, "unknown-name", "there is no bundle “%s”; declare it under “bundles”", "没有组合“%s”；请在 bundles 中定义", id);
}

static void
check_shares (Reader *reader, const BalanceYaml *node)
{
  mpq_t sum, share;
  gboolean sound = TRUE;

  if (node->type != BALANCE_YAML_MAPPING || node->n_items == 0)
    {
      ERROR (node, "wrong-shape", "“to” maps schools to shares: {A: 60%%, B: 40%%}", "“to”应为学校与份额的映射：{A: 60%%, B: 40%%}");
      return;
    }
  mpq_inits (sum, share, NULL);
  for (guint i = 0; i < node->n_items; i++)
    {
      const char *text = check_scalar (reader, node->items[i]);

      if (text == NULL)
        sound = FALSE;
      else if (!balance_action_parse_ratio (text, share) || mpq_sgn (share) <= 0)
        {
          ERROR (node->items[i], "number", "“%s” is no share above 0, such as 60%%, 0.6 or 3/5", "“%s”不是大于 0 的份额，如 60%%、0.6 或 3/5", text);
          sound = FALSE;
        }
      else
        mpq_add (sum, sum, share);
    }
  if (sound && mpq_cmp_ui (sum, 1, 1) != 0)
    {
      g_autofree char *text = mpz_sizeinbase (mpq_denref (sum), 10) < 30 ? g_malloc0 (mpz_sizeinbase (mpq_numref (sum), 10) + 40) : NULL;

      if (text != NULL)
        mpq_get_str (text, 10, sum);
      ERROR (node, "shares", "the shares are %s together, not 1", "各份额之和为 %s，应为 1", text != NULL ? text : "?");
    }
  mpq_clears (sum, share, NULL);
}

/* Exactly one of two keys. */
static gboolean
check_either (Reader *reader, const BalanceYaml *body, const char *one, const char *other)
{
  const BalanceYaml *a = balance_yaml_get (body, one), *b = balance_yaml_get (body, other);

  if ((a != NULL) == (b != NULL))
    {
      ERROR (body, a != NULL ? "unknown-key" : "missing-key", "either “%s” or “%s” is needed, not both", "“%s”和“%s”须且只能有一个", one, other);
      return FALSE;
    }

  return TRUE;
}

static void
check_give (Reader *reader, const BalanceYaml *node)
{
  if (node->type != BALANCE_YAML_SEQUENCE)
    {
      ERROR (node, "wrong-shape", "“give” is a list: [{bundle: pupils, to: {A: 60%%, B: 40%%}}]", "“give”应为列表：[{bundle: pupils, to: {A: 60%%, B: 40%%}}]");
      return;
    }
  for (guint i = 0; i < node->n_items; i++)
    {
      const BalanceYaml *item = node->items[i], *value;

      if (item->type != BALANCE_YAML_MAPPING)
        {
          ERROR (item, "wrong-shape", "an entry of “give” is a mapping with bundle or fields, and to", "“give”的每一项应为含 bundle 或 fields 以及 to 的映射");
          continue;
        }
      balance_yaml_check_keys (item, give_keys, reader->source->file, reader->problems);
      check_either (reader, item, "bundle", "fields");
      if ((value = balance_yaml_get (item, "bundle")) != NULL)
        check_bundle (reader, value);
      if ((value = balance_yaml_get (item, "fields")) != NULL)
        check_scalars (reader, value);
      if ((value = balance_yaml_get (item, "stage")) != NULL)
        check_scalar (reader, value);
      if ((value = balance_yaml_get (item, "to")) != NULL)
        check_shares (reader, value);
      else
        ERROR (item, "missing-key", "“to” is missing: who gets it", "缺少“to”：由谁接收");
    }
}

static void
check_stages (Reader *reader, const BalanceYaml *node)
{
  if (node->type != BALANCE_YAML_MAPPING || node->n_items == 0)
    {
      ERROR (node, "wrong-shape", "“stages” maps stages to facts: {primary: {pupils: 300}}", "“stages”应为学段与数据的映射：{primary: {pupils: 300}}");
      return;
    }
  for (guint i = 0; i < node->n_items; i++)
    check_facts (reader, node->items[i], FALSE, FALSE, TRUE);
}

static void
check_value (Reader *reader, const char *key, const BalanceYaml *node)
{
  const char *text;
  BalanceDecimal number;

  if (g_str_equal (key, "facts"))
    check_facts (reader, node, reader->kind == BALANCE_ACTION_ADD, FALSE, FALSE);
  else if (g_str_equal (key, "amounts"))
    check_facts (reader, node, TRUE, TRUE, FALSE);
  else if (g_str_equal (key, "schools") || g_str_equal (key, "fields"))
    check_scalars (reader, node);
  else if (g_str_equal (key, "bundle"))
    check_bundle (reader, node);
  else if (g_str_equal (key, "give"))
    check_give (reader, node);
  else if (g_str_equal (key, "stages"))
    check_stages (reader, node);
  else if ((text = check_scalar (reader, node)) == NULL)
    return;
  else if (g_str_equal (key, "number"))
    {
      if (!balance_decimal_parse (text, -1, &number) || number.digits <= 0)
        ERROR (node, "number", "“%s” is not a number above 0; to move the other way exchange “from” and “to”", "“%s”不是大于 0 的数；反向划转请对调 from 和 to", text);
    }
  else if (g_str_equal (key, "rate"))
    {
      mpq_t rate;

      mpq_init (rate);
      if (!balance_action_parse_ratio (text, rate) || mpq_cmp_si (rate, -1, 1) < 0 || mpq_cmp_si (rate, 10, 1) > 0)
        ERROR (node, "number", "“%s” is no yearly rate from -100%% to 1000%%, such as 2.5%%", "“%s”不是 -100%% 至 1000%% 的年增长率，如 2.5%%", text);
      mpq_clear (rate);
    }
  else if (g_str_equal (key, "years"))
    {
      if (!balance_decimal_parse (text, -1, &number) || number.scale != 0 || number.digits < 1 || number.digits > MAX_YEARS)
        ERROR (node, "number", "“years” is a whole number from 1 to %d", "“years”应为 1 至 %d 的整数", MAX_YEARS);
    }
  else if (g_str_equal (key, "rounding"))
    {
      static const char *const roundings[] = { "nearest", "up", "down", NULL };

      if (!g_strv_contains (roundings, text))
        ERROR (node, "unknown-value", "“rounding” is nearest, up or down", "“rounding”应为 nearest、up 或 down");
    }
}

static void
check_body (Reader *reader, const BalanceYaml *body)
{
  balance_yaml_check_keys (body, kinds[reader->kind].keys, reader->source->file, reader->problems);
  for (guint i = 0; kinds[reader->kind].required[i] != NULL; i++)
    if (balance_yaml_get (body, kinds[reader->kind].required[i]) == NULL)
      ERROR (body, "missing-key", "“%s” needs “%s”", "“%s”须有“%s”", kinds[reader->kind].name, kinds[reader->kind].required[i]);
  for (guint i = 0; i < body->n_items; i++)
    if (g_strv_contains (kinds[reader->kind].keys, body->keys[i]->text))
      check_value (reader, body->keys[i]->text, body->items[i]);

  if (reader->kind == BALANCE_ACTION_MOVE && check_either (reader, body, "bundle", "amounts") &&
      (balance_yaml_get (body, "bundle") != NULL) != (balance_yaml_get (body, "number") != NULL))
    ERROR (body, "missing-key", "“bundle” and “number” go together", "“bundle”和“number”须同时给出");
  if (reader->kind == BALANCE_ACTION_GROW)
    check_either (reader, body, "bundle", "fields");
  if (reader->kind == BALANCE_ACTION_RECODE && balance_yaml_get (body, "code") == NULL && balance_yaml_get (body, "name") == NULL)
    ERROR (body, "missing-key", "“recode” needs “code” or “name”", "“recode”须有“code”或“name”");
}

BalanceAction *
balance_action_read (BalanceActionSource *source, const BalanceYaml *node, BalanceProblems *problems)
{
  Reader own = { source, problems, BALANCE_ACTION_SET }, *reader = &own;
  guint before = balance_problems_count (problems, BALANCE_SEVERITY_ERROR);
  BalanceAction *self;
  guint i;

  if (node->type != BALANCE_YAML_MAPPING || node->n_items != 1)
    {
      ERROR (node, "wrong-shape", "an action is a mapping with one key, such as “merge: {schools: [A], into: B}”",
             "措施应为只有一个键的映射，如“merge: {schools: [A], into: B}”");
      return NULL;
    }
  for (i = 0; i < G_N_ELEMENTS (kinds) && !g_str_equal (kinds[i].name, node->keys[0]->text); i++)
    ;
  if (i == G_N_ELEMENTS (kinds))
    {
      g_autoptr (GString) known = g_string_new (NULL);

      for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
        g_string_append_printf (known, "%s%s", k > 0 ? ", " : "", kinds[k].name);
      ERROR (node->keys[0], "unknown-key", "there is no action “%s”; there are: %s", "没有措施“%s”；可用：%s", node->keys[0]->text, known->str);
      return NULL;
    }
  reader->kind = (BalanceActionKind) i;
  if (node->items[0]->type != BALANCE_YAML_MAPPING)
    {
      ERROR (node->items[0], "wrong-shape", "“%s” is a mapping", "“%s”应为映射", kinds[i].name);
      return NULL;
    }
  check_body (reader, node->items[0]);
  if (balance_problems_count (problems, BALANCE_SEVERITY_ERROR) > before)
    return NULL;

  self = g_object_new (BALANCE_TYPE_ACTION, NULL);
  self->source = balance_action_source_ref (source);
  self->node = node;
  self->body = node->items[0];
  self->kind = reader->kind;

  return self;
}

/* -- making ------------------------------------------------------------------------------------------- */

/**
 * balance_action_new:
 * @yaml: one action as it stands in a file of proposals, such as `merge: {schools: ['12'], into: '34'}`
 * @error: return location for a [error@Balance.Error]
 *
 * Makes an action from its written form; see the page on what-if scenarios.
 *
 * Returns: (transfer full): a new action; %NULL with %BALANCE_ERROR_INVALID_DATA, whose message names all faults
 *
 * Since: 1.0
 */
BalanceAction *
balance_action_new (const char *yaml, GError **error)
{
  g_autoptr (BalanceProblems) problems = balance_problems_new ();
  g_autoptr (BalanceActionSource) source = NULL;
  BalanceYaml *root;
  BalanceAction *self = NULL;

  g_return_val_if_fail (yaml != NULL, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  root = balance_yaml_parse (yaml, strlen (yaml), NULL, problems);
  if (root != NULL)
    {
      source = balance_action_source_new (NULL, root, balance_bundles_new (NULL, NULL, problems));
      self = balance_action_read (source, root, problems);
    }
  if (self == NULL)
    balance_problems_throw (problems, BALANCE_ERROR_INVALID_DATA, error);

  return self;
}

static void
add_key (GString *yaml, const char *key, const char *value)
{
  const BalanceYaml node = { .type = BALANCE_YAML_SCALAR, .quoted = TRUE, .text = (char *) value };

  if (value == NULL)
    return;
  g_string_append_printf (yaml, "%s%s: ", yaml->str[yaml->len - 1] == '{' ? "" : ", ", key);
  balance_yaml_write_flow (yaml, &node);
}

static void
add_list (GString *yaml, const char *key, const char *const *values)
{
  g_string_append_printf (yaml, "%s: [", key);
  for (guint i = 0; values[i] != NULL; i++)
    {
      const BalanceYaml node = { .type = BALANCE_YAML_SCALAR, .quoted = TRUE, .text = (char *) values[i] };

      g_string_append (yaml, i > 0 ? ", " : "");
      balance_yaml_write_flow (yaml, &node);
    }
  g_string_append_c (yaml, ']');
}

static BalanceAction *
new_facts (const char *kind, const char *district, const char *school, const char *stage, const char *field, const char *value, GError **error)
{
  g_autoptr (GString) yaml = g_string_new (kind);
  const BalanceYaml node = { .type = BALANCE_YAML_SCALAR, .quoted = TRUE, .text = (char *) field };

  g_string_append (yaml, ": {");
  add_key (yaml, "district", district);
  add_key (yaml, "school", school);
  add_key (yaml, "stage", stage);
  g_string_append (yaml, yaml->str[yaml->len - 1] == '{' ? "facts: {" : ", facts: {");
  balance_yaml_write_flow (yaml, &node);
  g_string_append (yaml, ": ");
  {
    const BalanceYaml text = { .type = BALANCE_YAML_SCALAR, .quoted = TRUE, .text = (char *) value };

    balance_yaml_write_flow (yaml, &text);
  }
  g_string_append (yaml, "}}");

  return balance_action_new (yaml->str, error);
}

/**
 * balance_action_new_set:
 * @district: (nullable): code or name of a district, for a fact of a district where the census has several
 * @school: (nullable): code or name of a school, for facts of schools and sections
 * @stage: (nullable): id of a stage, for facts of sections of a school that has several
 * @field: id of a field
 * @value: its value, as it would stand in a file
 * @error: return location for a [error@Balance.Error]
 *
 * Makes an action that sets one fact.
 *
 * Returns: (transfer full): a new action
 *
 * Since: 1.0
 */
BalanceAction *
balance_action_new_set (const char *district, const char *school, const char *stage, const char *field, const char *value, GError **error)
{
  g_return_val_if_fail (field != NULL, NULL);
  g_return_val_if_fail (value != NULL, NULL);

  return new_facts ("set", district, school, stage, field, value, error);
}

/**
 * balance_action_new_add:
 * @district: (nullable): as for [ctor@Balance.Action.new_set]
 * @school: (nullable): as there
 * @stage: (nullable): as there
 * @field: id of a field that is a number
 * @amount: a decimal number, negative for less
 * @error: return location for a [error@Balance.Error]
 *
 * Makes an action that adds to one fact.
 *
 * Returns: (transfer full): a new action
 *
 * Since: 1.0
 */
BalanceAction *
balance_action_new_add (const char *district, const char *school, const char *stage, const char *field, const char *amount, GError **error)
{
  g_return_val_if_fail (field != NULL, NULL);
  g_return_val_if_fail (amount != NULL, NULL);

  return new_facts ("add", district, school, stage, field, amount, error);
}

/**
 * balance_action_new_move:
 * @bundle: id of a bundle that comes with the library, such as "backbone_teacher" or "pupils"
 * @number: how many, a decimal number
 * @from: code or name of the school that gives
 * @to: code or name of the school that receives
 * @stage: (nullable): id of the stage, where the schools have several
 * @error: return location for a [error@Balance.Error]
 *
 * Makes an action that moves something with all that goes with it.
 *
 * Returns: (transfer full): a new action
 *
 * Since: 1.0
 */
BalanceAction *
balance_action_new_move (const char *bundle, const char *number, const char *from, const char *to, const char *stage, GError **error)
{
  g_autoptr (GString) yaml = g_string_new ("move: {");

  g_return_val_if_fail (bundle != NULL, NULL);
  g_return_val_if_fail (number != NULL, NULL);
  g_return_val_if_fail (from != NULL, NULL);
  g_return_val_if_fail (to != NULL, NULL);

  add_key (yaml, "bundle", bundle);
  add_key (yaml, "number", number);
  add_key (yaml, "from", from);
  add_key (yaml, "to", to);
  add_key (yaml, "stage", stage);
  g_string_append_c (yaml, '}');

  return balance_action_new (yaml->str, error);
}

/**
 * balance_action_new_hand_over:
 * @schools: (array zero-terminated=1): codes or names of schools
 * @district: code or name of the district that gets them
 * @error: return location for a [error@Balance.Error]
 *
 * Makes an action that hands schools over to another district.
 *
 * Returns: (transfer full): a new action
 *
 * Since: 1.0
 */
BalanceAction *
balance_action_new_hand_over (const char *const *schools, const char *district, GError **error)
{
  g_autoptr (GString) yaml = g_string_new ("hand_over: {");

  g_return_val_if_fail (schools != NULL, NULL);
  g_return_val_if_fail (district != NULL, NULL);

  add_list (yaml, "schools", schools);
  add_key (yaml, "to", district);
  g_string_append_c (yaml, '}');

  return balance_action_new (yaml->str, error);
}

/**
 * balance_action_new_merge:
 * @schools: (array zero-terminated=1): codes or names of schools
 * @into: code or name of the school that they become part of
 * @error: return location for a [error@Balance.Error]
 *
 * Makes an action that merges schools into another.
 *
 * Returns: (transfer full): a new action
 *
 * Since: 1.0
 */
BalanceAction *
balance_action_new_merge (const char *const *schools, const char *into, GError **error)
{
  g_autoptr (GString) yaml = g_string_new ("merge: {");

  g_return_val_if_fail (schools != NULL, NULL);
  g_return_val_if_fail (into != NULL, NULL);

  add_list (yaml, "schools", schools);
  add_key (yaml, "into", into);
  g_string_append_c (yaml, '}');

  return balance_action_new (yaml->str, error);
}

/**
 * balance_action_get_kind:
 * @self: an action
 *
 * Gets what it does.
 *
 * Returns: the kind
 *
 * Since: 1.0
 */
BalanceActionKind
balance_action_get_kind (BalanceAction *self)
{
  g_return_val_if_fail (BALANCE_IS_ACTION (self), BALANCE_ACTION_SET);

  return self->kind;
}
