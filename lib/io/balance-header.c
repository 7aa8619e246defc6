/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-header-private.h"

#include "census/balance-value-private.h"

#include <string.h>

/* "X（小学）（万元）" has two. */
#define MAX_BRACKETS 2

/* Looking for similar titles costs time; a file with more unknown columns than this has another problem. */
#define MAX_SUGGESTED    40
#define MAX_SUGGEST_TEXT 64

typedef struct
{
  BalanceDictionary *dictionary;
  GHashTable        *fields;       /* plain name -> GPtrArray of BalanceField */
  GPtrArray         *stage_names;  /* [stage] GPtrArray of plain names */
} Names;

typedef struct
{
  BalanceField   *field;
  int             stage;
  gboolean        has_factor;
  BalanceDecimal  factor;
} Match;

/* What is the same for a reader: no blanks, ASCII in lower case, brackets of one width. */
static char *
make_plain (const char *text,
            gsize       length)
{
  GString *plain = g_string_sized_new (length);
  const char *end = text + length;

  while (text < end)
    {
      const char *next = g_utf8_next_char (text);
      gunichar c = g_utf8_get_char (text);

      if (c == 0xff08)
        g_string_append_c (plain, '(');
      else if (c == 0xff09)
        g_string_append_c (plain, ')');
      else if (c < 128 && !g_ascii_isspace ((char) c))
        g_string_append_c (plain, g_ascii_tolower ((char) c));
      else if (c >= 128 && c != 0xa0 && c != 0x3000 && c != 0xfeff && c != 0x200b)
        g_string_append_len (plain, text, next - text);
      text = next;
    }

  return g_string_free (plain, FALSE);
}

static void
add_name (GHashTable   *table,
          const char   *name,
          BalanceField *field)
{
  g_autofree char *plain = NULL;
  GPtrArray *fields;

  if (name == NULL || *name == '\0')
    return;

  plain = make_plain (name, strlen (name));
  fields = g_hash_table_lookup (table, plain);
  if (fields == NULL)
    {
      fields = g_ptr_array_new ();
      g_hash_table_insert (table, g_steal_pointer (&plain), fields);
    }
  if (!g_ptr_array_find (fields, field, NULL))
    g_ptr_array_add (fields, field);
}

static void
add_stage_name (GPtrArray  *names,
                const char *name)
{
  if (name != NULL && *name != '\0')
    g_ptr_array_add (names, make_plain (name, strlen (name)));
}

static Names *
names_new (BalanceDictionary *dictionary)
{
  Names *self = g_new (Names, 1);

  self->dictionary = dictionary;
  self->fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < dictionary->fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (dictionary->fields, i);

      /* what a pack computes is no input */
      if (field->formula != NULL)
        continue;
      add_name (self->fields, field->id, field);
      add_name (self->fields, field->title.zh, field);
      add_name (self->fields, field->title.en, field);
      for (guint j = 0; field->aliases != NULL && field->aliases[j] != NULL; j++)
        add_name (self->fields, field->aliases[j], field);
    }

  self->stage_names = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < balance_dictionary_get_n_stages (dictionary); i++)
    {
      const BalanceChoice *stage = balance_dictionary_get_stage (dictionary, i);
      GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

      add_stage_name (names, stage->id);
      add_stage_name (names, stage->title.zh);
      add_stage_name (names, stage->title.en);
      for (guint j = 0; stage->aliases != NULL && stage->aliases[j] != NULL; j++)
        add_stage_name (names, stage->aliases[j]);
      g_ptr_array_add (self->stage_names, names);
    }

  return self;
}

static void
names_free (Names *self)
{
  g_hash_table_unref (self->fields);
  g_ptr_array_unref (self->stage_names);
  g_free (self);
}

static int
find_stage (Names      *self,
            const char *plain)
{
  for (guint i = 0; i < self->stage_names->len; i++)
    {
      GPtrArray *names = g_ptr_array_index (self->stage_names, i);

      for (guint j = 0; j < names->len; j++)
        if (g_str_equal (g_ptr_array_index (names, j), plain))
          return (int) i;
    }

  return -1;
}

static gboolean
may_have_stage (Names        *self,
                BalanceField *field)
{
  return balance_field_is_shared (field) ||
         (field->level == BALANCE_LEVEL_SECTION && field != self->dictionary->identity[BALANCE_ID_STAGE]);
}

static void
add_match (GArray       *matches,
           BalanceField *field,
           int           stage)
{
  Match match = { field, stage, FALSE, { 1, 0 } };

  for (guint i = 0; i < matches->len; i++)
    {
      const Match *other = &g_array_index (matches, Match, i);

      if (other->field == field && other->stage == stage)
        return;
    }
  g_array_append_val (matches, match);
}

static void
match_plain (Names      *self,
             const char *plain,
             int         stage,
             GArray     *matches)
{
  GPtrArray *fields = g_hash_table_lookup (self->fields, plain);

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (fields, i);

      if (stage < 0 || may_have_stage (self, field))
        add_match (matches, field, stage);
    }
}

/* `odd_bracket` becomes the field that a header names, where only its bracket is not understood. */
static void
match_header (Names         *self,
              const char    *plain,
              guint          n_brackets,
              GArray        *matches,
              BalanceField **odd_bracket)
{
  const char *point = strrchr (plain, '.');
  gsize length = strlen (plain);

  match_plain (self, plain, -1, matches);
  if (matches->len > 0)
    return;

  if (point != NULL && find_stage (self, point + 1) >= 0)
    {
      g_autofree char *name = g_strndup (plain, (gsize) (point - plain));

      match_plain (self, name, find_stage (self, point + 1), matches);
    }

  for (guint i = 0; i < self->stage_names->len; i++)
    {
      GPtrArray *names = g_ptr_array_index (self->stage_names, i);

      for (guint j = 0; j < names->len; j++)
        if (g_str_has_prefix (plain, g_ptr_array_index (names, j)))
          match_plain (self, plain + strlen (g_ptr_array_index (names, j)), (int) i, matches);
    }

  if (length > 2 && plain[length - 1] == ')' && n_brackets < MAX_BRACKETS)
    {
      const char *open = strrchr (plain, '(');
      g_autofree char *name = NULL, *inner = NULL;
      g_autoptr(GArray) outer = g_array_new (FALSE, FALSE, sizeof (Match));
      int stage;

      if (open == NULL || open == plain)
        return;
      name = g_strndup (plain, (gsize) (open - plain));
      inner = g_strndup (open + 1, length - (gsize) (open - plain) - 2);

      stage = find_stage (self, inner);
      if (stage >= 0)
        match_plain (self, name, stage, matches);

      match_header (self, name, n_brackets + 1, outer, odd_bracket);
      for (guint i = 0; i < outer->len; i++)
        {
          Match *match = &g_array_index (outer, Match, i);

          if (stage >= 0 && match->stage < 0 && match->has_factor && may_have_stage (self, match->field))
            {
              match->stage = stage;
              g_array_append_val (matches, *match);
            }
          else if (!match->has_factor &&
                   balance_dictionary_match_unit (self->dictionary, match->field, inner, -1, &match->factor))
            {
              match->has_factor = TRUE;
              g_array_append_val (matches, *match);
            }
          else if (stage < 0)
            {
              *odd_bracket = match->field;
            }
        }
    }
}

static void
describe_field (BalanceText  *text,
                BalanceField *field)
{
  text->en = g_strdup_printf ("%s (%s)", balance_text_get (&field->title, BALANCE_LANGUAGE_EN), field->id);
  text->zh = g_strdup_printf ("%s（%s）", balance_text_get (&field->title, BALANCE_LANGUAGE_ZH), field->id);
}

/* How alike two names are: shared characters, twice, of all characters; in hundredths. */
static guint
likeness (const gunichar *a,
          glong           n_a,
          const char     *text)
{
  glong n_b;
  g_autofree gunichar *b = g_utf8_to_ucs4_fast (text, -1, &n_b);
  guint common = 0;

  for (glong i = 0; i < n_a; i++)
    for (glong j = 0; j < n_b; j++)
      if (b[j] == a[i])
        {
          common++;
          b[j] = 0;
          break;
        }

  return n_a + n_b > 0 ? 200 * common / (guint) (n_a + n_b) : 0;
}

static void
suggest (Names       *self,
         const char  *plain,
         BalanceText *remedy)
{
  BalanceField *best[3] = { NULL };
  guint scores[3] = { 60, 60, 60 };
  glong length;
  g_autofree gunichar *letters = g_utf8_to_ucs4_fast (plain, -1, &length);
  g_autoptr(GString) en = g_string_new (NULL);
  g_autoptr(GString) zh = g_string_new (NULL);

  for (guint i = 0; i < self->dictionary->fields->len && length <= MAX_SUGGEST_TEXT; i++)
    {
      BalanceField *field = g_ptr_array_index (self->dictionary->fields, i);
      g_autofree char *title = make_plain (balance_text_get (&field->title, BALANCE_LANGUAGE_EN),
                                           strlen (balance_text_get (&field->title, BALANCE_LANGUAGE_EN)));
      guint score = MAX (likeness (letters, length, balance_text_get (&field->title, BALANCE_LANGUAGE_ZH)),
                         likeness (letters, length, field->id));

      score = MAX (score, likeness (letters, length, title));
      for (guint j = 0; j < 3; j++)
        if (score > scores[j])
          {
            for (guint k = 2; k > j; k--)
              {
                scores[k] = scores[k - 1];
                best[k] = best[k - 1];
              }
            scores[j] = score;
            best[j] = field;
            break;
          }
    }

  for (guint i = 0; i < 3 && best[i] != NULL; i++)
    {
      g_string_append_printf (en, "%s%s (%s)", i > 0 ? ", " : "",
                              balance_text_get (&best[i]->title, BALANCE_LANGUAGE_EN), best[i]->id);
      g_string_append_printf (zh, "%s%s（%s）", i > 0 ? "、" : "",
                              balance_text_get (&best[i]->title, BALANCE_LANGUAGE_ZH), best[i]->id);
    }

  if (best[0] != NULL)
    {
      remedy->en = g_strdup_printf ("did you mean %s? Or name the column in a map file", en->str);
      remedy->zh = g_strdup_printf ("是否为%s？也可在映射文件中指定该列", zh->str);
    }
  else
    {
      balance_text_set (remedy,
                        "give the column the id or title of a field, or name it in a map file",
                        "请使用数据项的标识或名称作为列名，或在映射文件中指定该列");
    }
}

typedef struct
{
  BalanceDictionary *dictionary;
  BalanceMap        *map;
  BalanceHeader     *header;
  BalanceProblems   *problems;
  BalancePlace       place;
  Names             *names;
  GHashTable        *map_columns;  /* plain header -> GPtrArray of BalanceMapItem; nullable */
  GHashTable        *ignored;      /* plain headers; nullable */
  guint              n_suggested;
} Reading;

static const BalanceTarget *
find_target (const BalanceHeader *header,
             BalanceField        *field,
             int                  stage)
{
  for (guint i = 0; i < header->targets->len; i++)
    {
      const BalanceTarget *target = &g_array_index (header->targets, BalanceTarget, i);

      if (target->field == field && target->stage == stage)
        return target;
    }

  return NULL;
}

static void
add_target (Reading     *self,
            guint        column,
            const Match *match)
{
  const BalanceTarget *other = find_target (self->header, match->field, match->stage);
  BalanceTarget target = { column, match->field, match->stage, match->has_factor, match->factor };
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL }, name = { NULL, NULL };

  if (other == NULL)
    {
      g_array_append_val (self->header->targets, target);
      return;
    }

  describe_field (&name, match->field);
  self->place.field = match->field->id;
  message.en = g_strdup_printf ("column %u “%s” and column %u “%s” are both %s",
                                other->column + 1, self->header->names[other->column],
                                column + 1, self->header->names[column], name.en);
  message.zh = g_strdup_printf ("第%u列“%s”和第%u列“%s”都是%s",
                                other->column + 1, self->header->names[other->column],
                                column + 1, self->header->names[column], name.zh);
  balance_text_set (&remedy, "remove or rename one of them", "请删除或改名其中一列");
  balance_problems_add (self->problems, BALANCE_SEVERITY_ERROR, "repeated-column", &self->place,
                        &message, NULL, &remedy);
  balance_text_clear (&name);
  self->place.field = NULL;
}

static void
prepare_map (Reading *self)
{
  self->map_columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < self->map->columns->len; i++)
    {
      BalanceMapItem *item = g_ptr_array_index (self->map->columns, i);
      g_autofree char *plain = make_plain (item->text, strlen (item->text));
      GPtrArray *items = g_hash_table_lookup (self->map_columns, plain);

      if (items == NULL)
        {
          items = g_ptr_array_new ();
          g_hash_table_insert (self->map_columns, g_steal_pointer (&plain), items);
        }
      g_ptr_array_add (items, item);
    }

  self->ignored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; self->map->ignore != NULL && self->map->ignore[i] != NULL; i++)
    g_hash_table_add (self->ignored, make_plain (self->map->ignore[i], strlen (self->map->ignore[i])));
}

/* The fields that the map takes from this column; FALSE if it says nothing of it. */
static gboolean
match_map (Reading    *self,
           guint       column,
           const char *plain)
{
  GPtrArray *items = g_hash_table_lookup (self->map_columns, plain);
  const char *open = strrchr (plain, '(');

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      const BalanceMapItem *item = g_ptr_array_index (items, i);
      Match match = { item->field, item->stage, FALSE, { 1, 0 } };

      if (open != NULL && g_str_has_suffix (plain, ")"))
        match.has_factor = balance_dictionary_match_unit (self->dictionary, item->field, open + 1,
                                                          (gssize) strlen (open + 1) - 1, &match.factor);
      add_target (self, column, &match);
    }

  return items != NULL;
}

static gboolean
is_ignored (Reading    *self,
            const char *plain)
{
  return self->map != NULL && (self->map->ignore_rest || g_hash_table_contains (self->ignored, plain));
}

static gboolean
is_given_by_map (Reading      *self,
                 const Match  *match)
{
  GPtrArray *lists[2];

  if (self->map == NULL)
    return FALSE;

  lists[0] = self->map->columns;
  lists[1] = self->map->derive;
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      {
        const BalanceMapItem *item = g_ptr_array_index (lists[i], j);

        if (item->field == match->field && (item->stage == match->stage || item->stage < 0))
          return TRUE;
      }

  return FALSE;
}

static void
report_ambiguous (Reading *self,
                  GArray  *matches)
{
  const Match *first = &g_array_index (matches, Match, 0);
  const Match *second = &g_array_index (matches, Match, 1);
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };
  BalanceText a = { NULL, NULL }, b = { NULL, NULL };

  describe_field (&a, first->field);
  describe_field (&b, second->field);
  message.en = g_strdup_printf ("“%s” can be %s and %s", self->place.found, a.en, b.en);
  message.zh = g_strdup_printf ("“%s”既可以是%s，也可以是%s", self->place.found, a.zh, b.zh);
  balance_text_set (&remedy, "use the id of the field as the header", "请用数据项的标识作为列名");
  balance_problems_add (self->problems, BALANCE_SEVERITY_ERROR, "ambiguous-column", &self->place,
                        &message, NULL, &remedy);
  balance_text_clear (&a);
  balance_text_clear (&b);
}

static void
report_unknown (Reading      *self,
                const char   *plain,
                BalanceField *odd_bracket,
                const Match  *shadowed)
{
  BalanceText message = { NULL, NULL }, remedy = { NULL, NULL }, name = { NULL, NULL };

  if (shadowed != NULL)
    {
      describe_field (&name, shadowed->field);
      message.en = g_strdup_printf ("“%s” is not used: the map file gives %s another column", self->place.found, name.en);
      message.zh = g_strdup_printf ("未使用“%s”列：映射文件已为%s指定其他列", self->place.found, name.zh);
      balance_text_set (&remedy, "list the column under “ignore” in the map file", "请在映射文件的ignore中列出该列");
      balance_problems_add (self->problems, BALANCE_SEVERITY_NOTE, "unused-column", &self->place, &message, NULL, &remedy);
    }
  else if (odd_bracket != NULL)
    {
      describe_field (&name, odd_bracket);
      message.en = g_strdup_printf ("“%s” looks like %s, but what stands in the bracket is neither a unit of it nor a stage; the column is not used",
                                    self->place.found, name.en);
      message.zh = g_strdup_printf ("“%s”像是%s，但括号内既不是它的单位也不是学段；该列未使用", self->place.found, name.zh);
      balance_text_set (&remedy, "write a known unit, remove the bracket, or name the column in a map file",
                        "请写可识别的单位，去掉括号，或在映射文件中指定该列");
      balance_problems_add (self->problems, BALANCE_SEVERITY_WARNING, "unknown-unit", &self->place, &message, NULL, &remedy);
    }
  else
    {
      message.en = g_strdup_printf ("the column “%s” is not known and not used", self->place.found);
      message.zh = g_strdup_printf ("无法识别“%s”列，该列未使用", self->place.found);
      if (self->n_suggested++ < MAX_SUGGESTED)
        suggest (self->names, plain, &remedy);
      balance_problems_add (self->problems, BALANCE_SEVERITY_WARNING, "unknown-column", &self->place, &message, NULL, &remedy);
    }
  balance_text_clear (&name);
}

gboolean
balance_header_is_named (const char *header,
                         const char *name)
{
  for (; *name != '\0' && *header != '\0'; name++, header++)
    if (*name != *header && (*name != '_' || g_ascii_isalnum (*header) || (guchar) *header >= 128))
      return FALSE;

  return *name == *header;
}

/* A column that a formula of the map works with has its use. */
static gboolean
is_in_formula (Reading    *self,
               const char *header)
{
  GHashTableIter iter;
  gpointer name;

  if (self->map == NULL)
    return FALSE;

  g_hash_table_iter_init (&iter, self->map->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (balance_header_is_named (header, name))
      return TRUE;

  return FALSE;
}

static void
read_column (Reading *self,
             guint    column)
{
  const char *name = self->header->names[column];
  g_autofree char *plain = make_plain (name, strlen (name));
  g_autoptr(GArray) matches = g_array_new (FALSE, FALSE, sizeof (Match));
  BalanceField *odd_bracket = NULL;
  BalanceText message = { NULL, NULL };

  if (*plain == '\0' || (self->map != NULL && match_map (self, column, plain)))
    return;

  self->place.column = column + 1;
  self->place.column_name = name;
  self->place.found = name;

  if (is_ignored (self, plain))
    {
      if (is_in_formula (self, name))
        return;
      message.en = g_strdup_printf ("the column “%s” is left out, as the map file says", name);
      message.zh = g_strdup_printf ("按映射文件忽略“%s”列", name);
      balance_problems_add (self->problems, BALANCE_SEVERITY_NOTE, "ignored-column", &self->place, &message, NULL, NULL);
      return;
    }

  match_header (self->names, plain, 0, matches, &odd_bracket);
  if (matches->len > 1)
    report_ambiguous (self, matches);
  else if (matches->len == 1 && !is_given_by_map (self, &g_array_index (matches, Match, 0)))
    add_target (self, column, &g_array_index (matches, Match, 0));
  else if (!is_in_formula (self, name))
    report_unknown (self, plain, odd_bracket, matches->len == 1 ? &g_array_index (matches, Match, 0) : NULL);
}

/* A column that the map promises and the file lacks. */
static void
check_map_columns (Reading *self)
{
  for (guint i = 0; i < self->map->columns->len; i++)
    {
      const BalanceMapItem *item = g_ptr_array_index (self->map->columns, i);
      BalanceText message = { NULL, NULL }, remedy = { NULL, NULL };

      if (find_target (self->header, item->field, item->stage) != NULL)
        continue;

      self->place.column = 0;
      self->place.column_name = item->text;
      self->place.found = NULL;
      self->place.field = item->field->id;
      message.en = g_strdup_printf ("the file has no column “%s”, from which the map file takes “%s”", item->text, item->field->id);
      message.zh = g_strdup_printf ("文件没有映射文件为“%s”指定的“%s”列", item->field->id, item->text);
      balance_text_set (&remedy, "correct the header in the map file", "请改正映射文件中的列名");
      balance_problems_add (self->problems, BALANCE_SEVERITY_WARNING, "missing-column", &self->place, &message, NULL, &remedy);
      self->place.field = NULL;
    }
}

BalanceHeader *
balance_header_read (BalanceDictionary *dictionary,
                     BalanceMap        *map,
                     const BalanceSpan *cells,
                     guint              n_cells,
                     const char        *file,
                     const char        *sheet,
                     guint              row,
                     BalanceProblems   *problems)
{
  BalanceHeader *header = g_new0 (BalanceHeader, 1);
  Reading reading = {
    .dictionary = dictionary,
    .map = map,
    .header = header,
    .problems = problems,
    .place = { .file = file, .sheet = sheet, .row = row },
    .names = names_new (dictionary),
  };

  header->n_columns = n_cells;
  header->names = g_new0 (char *, n_cells + 1);
  header->targets = g_array_new (FALSE, FALSE, sizeof (BalanceTarget));
  for (guint i = 0; i < n_cells; i++)
    {
      const char *text = cells[i].text;
      gsize length = cells[i].length;

      balance_value_trim (&text, &length);
      header->names[i] = g_strndup (text, length);
    }

  if (map != NULL)
    prepare_map (&reading);
  for (guint i = 0; i < n_cells; i++)
    read_column (&reading, i);

  if (map != NULL)
    {
      check_map_columns (&reading);
      for (guint i = 0; i < map->derive->len; i++)
        {
          const BalanceMapItem *item = g_ptr_array_index (map->derive, i);
          BalanceTarget target = { BALANCE_DERIVED, item->field, item->stage, FALSE, { 1, 0 } };

          g_array_append_val (header->targets, target);
        }
    }

  names_free (reading.names);
  g_clear_pointer (&reading.map_columns, g_hash_table_unref);
  g_clear_pointer (&reading.ignored, g_hash_table_unref);

  return header;
}

void
balance_header_free (BalanceHeader *self)
{
  g_strfreev (self->names);
  g_array_unref (self->targets);
  g_free (self);
}

char *
balance_header_for_stage (BalanceField        *field,
                          const BalanceChoice *stage,
                          BalanceLanguage      language)
{
  if (language == BALANCE_LANGUAGE_ZH)
    return g_strconcat (balance_text_get (&stage->title, language), balance_text_get (&field->title, language), NULL);

  return g_strconcat (field->id, ".", stage->id, NULL);
}
