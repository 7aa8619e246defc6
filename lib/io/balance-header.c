/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-header-private.h"

#include "census/balance-value-private.h"

#include <string.h>

/* Looking for similar titles costs time; a file with more unknown columns than this has another problem. */
#define MAX_SUGGESTED 40

static void
describe_field (BalanceText  *text,
                BalanceField *field)
{
  text->en = g_strdup_printf ("%s (%s)", balance_text_get (&field->title, BALANCE_LANGUAGE_EN), field->id);
  text->zh = g_strdup_printf ("%s（%s）", balance_text_get (&field->title, BALANCE_LANGUAGE_ZH), field->id);
}

/* What a table is likely to be asked about in the problem that it causes. */
static void
suggest (BalanceNames *names,
         const char   *plain,
         BalanceText  *remedy)
{
  BalanceField *fields[BALANCE_MAX_SUGGESTIONS];
  guint n = balance_names_suggest (names, plain, fields);
  g_autoptr(GString) en = g_string_new (NULL);
  g_autoptr(GString) zh = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_string_append_printf (en, "%s%s (%s)", i > 0 ? ", " : "",
                              balance_text_get (&fields[i]->title, BALANCE_LANGUAGE_EN), fields[i]->id);
      g_string_append_printf (zh, "%s%s（%s）", i > 0 ? "、" : "",
                              balance_text_get (&fields[i]->title, BALANCE_LANGUAGE_ZH), fields[i]->id);
    }

  if (n > 0)
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
  BalanceNames               *names;
  BalanceMap                 *map;
  BalanceHeader              *header;
  const BalanceHeaderPlace   *places;      /* nullable */
  guint                       row;
  BalanceProblems            *problems;
  BalancePlace                place;
  guint                       n_suggested;
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

static guint
get_number (Reading *self,
            guint    column)
{
  return self->places != NULL && self->places[column].header_column != 0 ? self->places[column].header_column : column + 1;
}

static void
set_place (Reading *self,
           guint    column)
{
  self->place.row = self->places != NULL && self->places[column].header_row != 0 ? self->places[column].header_row : self->row;
  self->place.column = get_number (self, column);
  self->place.column_name = self->header->names[column];
  self->place.found = self->header->names[column];
}

static void
add_target (Reading            *self,
            guint               column,
            const BalanceMatch *match)
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
                                get_number (self, other->column), self->header->names[other->column],
                                get_number (self, column), self->header->names[column], name.en);
  message.zh = g_strdup_printf ("第%u列“%s”和第%u列“%s”都是%s",
                                get_number (self, other->column), self->header->names[other->column],
                                get_number (self, column), self->header->names[column], name.zh);
  balance_text_set (&remedy, "remove or rename one of them", "请删除或改名其中一列");
  balance_problems_add (self->problems, BALANCE_SEVERITY_ERROR, "repeated-column", &self->place,
                        &message, NULL, &remedy);
  balance_text_clear (&name);
  self->place.field = NULL;
}

/* The fields that the map takes from this column; FALSE if it says nothing of it. */
static gboolean
match_map (Reading    *self,
           guint       column,
           const char *plain)
{
  GPtrArray *items = g_hash_table_lookup (self->names->map_columns, plain);
  const char *open = strrchr (plain, '(');

  for (guint i = 0; items != NULL && i < items->len; i++)
    {
      const BalanceMapItem *item = g_ptr_array_index (items, i);
      BalanceMatch match = { item->field, item->stage, FALSE, { 1, 0 } };

      if (open != NULL && g_str_has_suffix (plain, ")"))
        match.has_factor = balance_dictionary_match_unit (self->names->dictionary, item->field, open + 1,
                                                          (gssize) strlen (open + 1) - 1, &match.factor);
      add_target (self, column, &match);
    }

  return items != NULL;
}

static gboolean
is_ignored (Reading    *self,
            const char *plain)
{
  return self->map != NULL && (self->map->ignore_rest || g_hash_table_contains (self->names->ignored, plain));
}

static gboolean
is_given_by_map (Reading      *self,
                 const BalanceMatch  *match)
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
  const BalanceMatch *first = &g_array_index (matches, BalanceMatch, 0);
  const BalanceMatch *second = &g_array_index (matches, BalanceMatch, 1);
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
                const BalanceMatch  *shadowed)
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

static void
read_column (Reading *self,
             guint    column)
{
  const char *name = self->header->names[column];
  g_autofree char *plain = balance_name_make_plain (name, strlen (name));
  g_autoptr(GArray) matches = g_array_new (FALSE, FALSE, sizeof (BalanceMatch));
  BalanceField *odd_bracket = NULL;
  BalanceText message = { NULL, NULL };

  if (*plain == '\0' || (self->map != NULL && match_map (self, column, plain)))
    return;

  set_place (self, column);

  if (is_ignored (self, plain))
    {
      if (balance_names_in_formula (self->names, name))
        return;
      message.en = g_strdup_printf ("the column “%s” is left out, as the map file says", name);
      message.zh = g_strdup_printf ("按映射文件忽略“%s”列", name);
      balance_problems_add (self->problems, BALANCE_SEVERITY_NOTE, "ignored-column", &self->place, &message, NULL, NULL);
      return;
    }

  balance_names_match (self->names, plain, matches, &odd_bracket);
  if (matches->len == 0 && balance_table_words_contain (self->names->words, BALANCE_WORDS_SERIAL, plain) && !balance_names_in_formula (self->names, name))
    {
      balance_text_printf (&message, "the column “%s” numbers the rows and is not read", "“%s”列为行序号，不读取", name);
      balance_problems_add (self->problems, BALANCE_SEVERITY_NOTE, "ignored-column", &self->place, &message, NULL, NULL);
      return;
    }
  if (matches->len > 1)
    report_ambiguous (self, matches);
  else if (matches->len == 1 && !is_given_by_map (self, &g_array_index (matches, BalanceMatch, 0)))
    add_target (self, column, &g_array_index (matches, BalanceMatch, 0));
  else if (!balance_names_in_formula (self->names, name))
    report_unknown (self, plain, odd_bracket, matches->len == 1 ? &g_array_index (matches, BalanceMatch, 0) : NULL);
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
balance_header_read (BalanceNames             *names,
                     const char *const        *texts,
                     guint                     n_columns,
                     const BalanceHeaderPlace *places,
                     const char               *file,
                     const char               *sheet,
                     guint                     row,
                     BalanceProblems          *problems)
{
  BalanceHeader *header = g_new0 (BalanceHeader, 1);
  Reading reading = {
    .names = names,
    .map = names->map,
    .header = header,
    .places = places,
    .row = row,
    .problems = problems,
    .place = { .file = file, .sheet = sheet, .row = row },
  };

  header->n_columns = n_columns;
  header->names = g_new0 (char *, n_columns + 1);
  header->targets = g_array_new (FALSE, FALSE, sizeof (BalanceTarget));
  for (guint i = 0; i < n_columns; i++)
    header->names[i] = g_strdup (texts[i]);
  for (guint i = 0; i < n_columns; i++)
    read_column (&reading, i);

  if (names->map != NULL)
    {
      reading.place.row = row;
      check_map_columns (&reading);
      for (guint i = 0; i < names->map->derive->len; i++)
        {
          const BalanceMapItem *item = g_ptr_array_index (names->map->derive, i);
          BalanceTarget target = { BALANCE_DERIVED, item->field, item->stage, FALSE, { 1, 0 } };

          g_array_append_val (header->targets, target);
        }
    }

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
