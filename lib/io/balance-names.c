/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-names-private.h"

#include "census/balance-value-private.h"

#include <string.h>

/* "X（小学）（万元）" has two. */
#define MAX_BRACKETS 2

/* Looking for similar titles costs time. */
#define MAX_SUGGEST_TEXT 64

/* Longer cells are no headers. */
#define MAX_KNOWN_TEXT 400

/* What an ASCII character is in a plain name; a blank is none. */
static char
make_plain_ascii (char c)
{
  switch (c)
    {
    case '~': return '-';
    case '[': return '(';
    case ']': return ')';
    default:  return g_ascii_isupper (c) ? (char) (c + ('a' - 'A')) : c;
    }
}

/* The ASCII character that another one stands for: full-width forms, dashes, brackets. A blank for what is left out, 0 for all others. */
static char
find_ascii (gunichar c)
{
  if (c > 0xff00 && c < 0xff5f)
    return (char) (c - 0xfee0);
  if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x301c)
    return '-';
  if (c == 0x3010 || c == 0x3014)
    return '(';
  if (c == 0x3011 || c == 0x3015)
    return ')';

  return c == 0xa0 || c == 0x3000 || c == 0xfeff || c == 0x200b ? ' ' : 0;
}

char *
balance_name_make_plain (const char *text,
                         gsize       length)
{
  /* it never gets longer; every header, every known name and many cells pass here, so it is not built by single calls */
  char *plain = g_malloc (length + 1), *to = plain;
  const char *end = text + length;

  while (text < end)
    {
      const guchar lead = (guchar) *text;
      const gsize size = MIN ((gsize) g_utf8_skip[lead], (gsize) (end - text));
      char ascii = 0;

      if (lead < 128)
        ascii = *text;
      else if (lead == 0xc2 || lead == 0xe2 || lead == 0xe3 || lead == 0xef)   /* those that find_ascii() knows begin so */
        ascii = find_ascii (g_utf8_get_char_validated (text, (gssize) size));

      if (lead >= 128 && ascii == 0)
        to = (char *) memcpy (to, text, size) + size;
      else if (!g_ascii_isspace (ascii))
        *to++ = make_plain_ascii (ascii);
      text += size;
    }

  /* forms mark with a star what must be filled in, and end a label with a colon */
  while (to - plain > 1 && (to[-1] == '*' || to[-1] == ':'))
    to--;
  *to = '\0';
  if (to - plain > 1 && *plain == '*')
    memmove (plain, plain + 1, (gsize) (to - plain));

  return plain;
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

  plain = balance_name_make_plain (name, strlen (name));
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
    g_ptr_array_add (names, balance_name_make_plain (name, strlen (name)));
}

static void
add_units (BalanceNames *self)
{
  self->units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < self->dictionary->units->len; i++)
    {
      const BalanceUnit *unit = g_ptr_array_index (self->dictionary->units, i);
      const char *titles[] = { unit->title.zh, unit->title.en };
      char **lists[] = { unit->aliases, unit->multiple_names };

      for (guint j = 0; j < G_N_ELEMENTS (titles); j++)
        if (titles[j] != NULL && *titles[j] != '\0')
          g_hash_table_add (self->units, balance_name_make_plain (titles[j], strlen (titles[j])));
      for (guint j = 0; j < G_N_ELEMENTS (lists); j++)
        for (guint k = 0; lists[j] != NULL && lists[j][k] != NULL; k++)
          g_hash_table_add (self->units, balance_name_make_plain (lists[j][k], strlen (lists[j][k])));
    }
}

static void
add_map (BalanceNames *self)
{
  self->map_columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->ignored = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (self->map == NULL)
    return;

  for (guint i = 0; i < self->map->columns->len; i++)
    {
      BalanceMapItem *item = g_ptr_array_index (self->map->columns, i);
      g_autofree char *plain = balance_name_make_plain (item->text, strlen (item->text));
      GPtrArray *items = g_hash_table_lookup (self->map_columns, plain);

      if (items == NULL)
        {
          items = g_ptr_array_new ();
          g_hash_table_insert (self->map_columns, g_steal_pointer (&plain), items);
        }
      g_ptr_array_add (items, item);
    }
  for (guint i = 0; self->map->ignore != NULL && self->map->ignore[i] != NULL; i++)
    g_hash_table_add (self->ignored, balance_name_make_plain (self->map->ignore[i], strlen (self->map->ignore[i])));
}

BalanceNames *
balance_names_new (BalanceDictionary *dictionary,
                   BalanceMap        *map)
{
  BalanceNames *self = g_new0 (BalanceNames, 1);

  self->dictionary = dictionary;
  self->map = map;
  self->words = balance_table_words_new (dictionary->words);
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

  add_units (self);
  add_map (self);

  return self;
}

void
balance_names_free (BalanceNames *self)
{
  balance_table_words_unref (self->words);
  g_hash_table_unref (self->map_columns);
  g_hash_table_unref (self->ignored);
  g_hash_table_unref (self->units);
  g_hash_table_unref (self->fields);
  g_ptr_array_unref (self->stage_names);
  g_free (self);
}

int
balance_names_find_stage (BalanceNames *self,
                          const char   *plain)
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
may_have_stage (BalanceNames *self,
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
  BalanceMatch match = { field, stage, FALSE, { 1, 0 } };

  for (guint i = 0; i < matches->len; i++)
    {
      const BalanceMatch *other = &g_array_index (matches, BalanceMatch, i);

      if (other->field == field && other->stage == stage)
        return;
    }
  g_array_append_val (matches, match);
}

static void
match_plain (BalanceNames *self,
             const char   *plain,
             int           stage,
             GArray       *matches)
{
  GPtrArray *fields = g_hash_table_lookup (self->fields, plain);

  for (guint i = 0; fields != NULL && i < fields->len; i++)
    {
      BalanceField *field = g_ptr_array_index (fields, i);

      if (stage < 0 || may_have_stage (self, field))
        add_match (matches, field, stage);
    }
}

/* "X（单位：万元）" */
static void
skip_unit_word (BalanceNames *self,
                char         *inner)
{
  char *colon = strchr (inner, ':');

  if (colon == NULL)
    return;
  *colon = '\0';
  if (balance_table_words_contain (self->words, BALANCE_WORDS_UNIT, inner))
    memmove (inner, colon + 1, strlen (colon + 1) + 1);
  else
    *colon = ':';
}

/* `odd_bracket` becomes the field that a header names, where only its bracket is not understood. */
static void
match_header (BalanceNames  *self,
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

  if (point != NULL && balance_names_find_stage (self, point + 1) >= 0)
    {
      g_autofree char *name = g_strndup (plain, (gsize) (point - plain));

      match_plain (self, name, balance_names_find_stage (self, point + 1), matches);
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
      g_autoptr(GArray) outer = g_array_new (FALSE, FALSE, sizeof (BalanceMatch));
      int stage;

      if (open == NULL || open == plain)
        return;
      name = g_strndup (plain, (gsize) (open - plain));
      inner = g_strndup (open + 1, length - (gsize) (open - plain) - 2);
      skip_unit_word (self, inner);

      stage = balance_names_find_stage (self, inner);
      if (stage >= 0)
        match_plain (self, name, stage, matches);

      match_header (self, name, n_brackets + 1, outer, odd_bracket);
      for (guint i = 0; i < outer->len; i++)
        {
          BalanceMatch *match = &g_array_index (outer, BalanceMatch, i);

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


void
balance_names_match (BalanceNames  *self,
                     const char    *plain,
                     GArray        *matches,
                     BalanceField **odd_bracket)
{
  match_header (self, plain, 0, matches, odd_bracket);
}

gboolean
balance_names_match_one (BalanceNames *self,
                         const char   *plain,
                         BalanceMatch *match)
{
  g_autoptr(GArray) matches = NULL;
  GPtrArray *items = g_hash_table_lookup (self->map_columns, plain);
  BalanceField *odd_bracket = NULL;

  if (*plain == '\0')
    return FALSE;
  if (items != NULL)
    {
      const BalanceMapItem *item = g_ptr_array_index (items, 0);

      if (match != NULL)
        *match = (BalanceMatch) { item->field, item->stage, FALSE, { 1, 0 } };
      return TRUE;
    }

  matches = g_array_new (FALSE, FALSE, sizeof (BalanceMatch));
  match_header (self, plain, 0, matches, &odd_bracket);
  if (matches->len != 1)
    return FALSE;
  if (match != NULL)
    *match = g_array_index (matches, BalanceMatch, 0);

  return TRUE;
}

gboolean
balance_names_know (BalanceNames *self,
                    const char   *text,
                    gsize         length)
{
  g_autofree char *plain = NULL;

  if (length > MAX_KNOWN_TEXT)
    return FALSE;
  plain = balance_name_make_plain (text, length);

  return balance_names_match_one (self, plain, NULL);
}

gboolean
balance_names_is_unit (BalanceNames *self,
                       const char   *plain)
{
  gsize length = strlen (plain);
  g_autofree char *inner = length > 2 && plain[0] == '(' && plain[length - 1] == ')' ? g_strndup (plain + 1, length - 2)
                                                                                      : g_strdup (plain);

  return g_hash_table_contains (self->units, inner);
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

guint
balance_names_suggest (BalanceNames *self,
                       const char   *plain,
                       BalanceField *suggestions[BALANCE_MAX_SUGGESTIONS])
{
  guint scores[BALANCE_MAX_SUGGESTIONS] = { 60, 60, 60 };
  glong length;
  g_autofree gunichar *letters = g_utf8_to_ucs4_fast (plain, -1, &length);
  guint n = 0;

  memset (suggestions, 0, BALANCE_MAX_SUGGESTIONS * sizeof (BalanceField *));
  for (guint i = 0; i < self->dictionary->fields->len && length <= MAX_SUGGEST_TEXT; i++)
    {
      BalanceField *field = g_ptr_array_index (self->dictionary->fields, i);
      const char *english = balance_text_get (&field->title, BALANCE_LANGUAGE_EN);
      g_autofree char *title = balance_name_make_plain (english, strlen (english));
      guint score = MAX (likeness (letters, length, balance_text_get (&field->title, BALANCE_LANGUAGE_ZH)),
                         likeness (letters, length, field->id));

      score = MAX (score, likeness (letters, length, title));
      for (guint j = 0; j < BALANCE_MAX_SUGGESTIONS; j++)
        if (score > scores[j])
          {
            for (guint k = BALANCE_MAX_SUGGESTIONS - 1; k > j; k--)
              {
                scores[k] = scores[k - 1];
                suggestions[k] = suggestions[k - 1];
              }
            scores[j] = score;
            suggestions[j] = field;
            break;
          }
    }

  while (n < BALANCE_MAX_SUGGESTIONS && suggestions[n] != NULL)
    n++;

  return n;
}

static gboolean
is_named (const char *header,
          const char *name)
{
  for (; *name != '\0' && *header != '\0'; name++, header++)
    if (*name != *header && (*name != '_' || g_ascii_isalnum (*header) || (guchar) *header >= 128))
      return FALSE;

  return *name == *header;
}

gboolean
balance_names_is_meant (const char *header,
                        const char *name)
{
  g_autofree char *plain_header = NULL, *plain_name = NULL;

  if (is_named (header, name))
    return TRUE;

  plain_header = balance_name_make_plain (header, strlen (header));
  plain_name = balance_name_make_plain (name, strlen (name));

  return *plain_name != '\0' && g_str_equal (plain_header, plain_name);
}

gboolean
balance_names_in_formula (BalanceNames *self,
                          const char   *header)
{
  GHashTableIter iter;
  gpointer name;

  if (self->map == NULL)
    return FALSE;

  g_hash_table_iter_init (&iter, self->map->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (balance_names_is_meant (header, name))
      return TRUE;

  return FALSE;
}
