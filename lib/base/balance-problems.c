/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-problem-private.h"

#define MAX_PER_KIND 1000

/* How many problems a thrown error spells out. */
#define MAX_THROWN 3

typedef struct
{
  const char      *kind;      /* interned */
  guint            n_kept;
  guint            n_more;
  BalanceSeverity  severity;  /* the gravest that was only counted */
} Kind;

struct _BalanceProblems
{
  grefcount   ref_count;

  GPtrArray  *kept;           /* of BalanceProblem, as they came */
  GArray     *kinds;          /* of Kind, as they came */
  GHashTable *kind_index;     /* interned kind -> index + 1 */
  guint       n_by_severity[BALANCE_SEVERITY_ERROR + 1];
};

BalanceProblems *
balance_problems_new (void)
{
  BalanceProblems *self = g_new0 (BalanceProblems, 1);

  g_ref_count_init (&self->ref_count);
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->kinds = g_array_new (FALSE, TRUE, sizeof (Kind));
  self->kind_index = g_hash_table_new (NULL, NULL);

  return self;
}

BalanceProblems *
balance_problems_ref (BalanceProblems *self)
{
  g_ref_count_inc (&self->ref_count);

  return self;
}

void
balance_problems_unref (BalanceProblems *self)
{
  if (!g_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->kept);
  g_array_unref (self->kinds);
  g_hash_table_unref (self->kind_index);
  g_free (self);
}

static Kind *
get_kind (BalanceProblems *self,
          const char      *name)
{
  const char *kind = g_intern_string (name);
  guint index = GPOINTER_TO_UINT (g_hash_table_lookup (self->kind_index, kind));

  if (index == 0)
    {
      Kind new_kind = { .kind = kind };

      g_array_append_val (self->kinds, new_kind);
      index = self->kinds->len;
      g_hash_table_insert (self->kind_index, (gpointer) kind, GUINT_TO_POINTER (index));
    }

  return &g_array_index (self->kinds, Kind, index - 1);
}

void
balance_problems_add (BalanceProblems    *self,
                      BalanceSeverity     severity,
                      const char         *kind,
                      const BalancePlace *place,
                      BalanceText        *message,
                      BalanceText        *expected,
                      BalanceText        *remedy)
{
  Kind *entry = get_kind (self, kind);

  if (self->n_by_severity[severity] < G_MAXUINT)
    self->n_by_severity[severity]++;

  if (entry->n_kept < MAX_PER_KIND)
    {
      entry->n_kept++;
      g_ptr_array_add (self->kept,
                       balance_problem_new (severity, kind, place, message, expected, remedy));
    }
  else
    {
      if (entry->n_more < G_MAXUINT)
        entry->n_more++;
      entry->severity = MAX (entry->severity, severity);
    }

  balance_text_clear (message);
  if (expected != NULL)
    balance_text_clear (expected);
  if (remedy != NULL)
    balance_text_clear (remedy);
}

void
balance_problems_add_literal (BalanceProblems    *self,
                              BalanceSeverity     severity,
                              const char         *kind,
                              const BalancePlace *place,
                              const char         *message_en,
                              const char         *message_zh,
                              const char         *expected_en,
                              const char         *expected_zh,
                              const char         *remedy_en,
                              const char         *remedy_zh)
{
  BalanceText message = { NULL, NULL };
  BalanceText expected = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  balance_text_set (&message, message_en, message_zh);
  balance_text_set (&expected, expected_en, expected_zh);
  balance_text_set (&remedy, remedy_en, remedy_zh);
  balance_problems_add (self, severity, kind, place, &message, &expected, &remedy);
}

guint
balance_problems_count (BalanceProblems *self,
                        BalanceSeverity  at_least)
{
  guint n = 0;

  for (guint i = at_least; i <= BALANCE_SEVERITY_ERROR; i++)
    n = self->n_by_severity[i] > G_MAXUINT - n ? G_MAXUINT : n + self->n_by_severity[i];

  return n;
}

typedef struct
{
  BalanceProblem *problem;
  guint           file;      /* in the order in which files and sheets were first named */
  guint           position;
} Place;

static int
compare_places (gconstpointer a,
                gconstpointer b)
{
  const Place *x = a, *y = b;
  guint row_x = balance_problem_get_row (x->problem);
  guint row_y = balance_problem_get_row (y->problem);
  guint column_x = balance_problem_get_column (x->problem);
  guint column_y = balance_problem_get_column (y->problem);

  if (x->file != y->file)
    return x->file < y->file ? -1 : 1;
  if (row_x != row_y)
    return row_x < row_y ? -1 : 1;
  if (column_x != column_y)
    return column_x < column_y ? -1 : 1;

  return x->position < y->position ? -1 : x->position > y->position;
}

GListModel *
balance_problems_dup_list (BalanceProblems *self)
{
  GListStore *store = g_list_store_new (BALANCE_TYPE_PROBLEM);
  g_autoptr(GHashTable) files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GArray) places = g_array_new (FALSE, FALSE, sizeof (Place));
  g_autoptr(GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; i < self->kept->len; i++)
    {
      BalanceProblem *problem = g_ptr_array_index (self->kept, i);
      const char *file = balance_problem_get_file (problem);
      const char *sheet = balance_problem_get_sheet (problem);
      char *key = g_strconcat (file != NULL ? file : "", "\n", sheet, NULL);
      gpointer index = g_hash_table_lookup (files, key);
      Place place = { .problem = problem, .position = i };

      if (index == NULL)
        {
          index = GUINT_TO_POINTER (g_hash_table_size (files) + 1);
          g_hash_table_insert (files, key, index);
        }
      else
        {
          g_free (key);
        }

      place.file = GPOINTER_TO_UINT (index);
      g_array_append_val (places, place);
    }
  g_array_sort (places, compare_places);

  for (guint i = 0; i < places->len; i++)
    g_ptr_array_add (sorted, g_array_index (places, Place, i).problem);
  g_list_store_splice (store, 0, 0, sorted->pdata, sorted->len);

  for (guint i = 0; i < self->kinds->len; i++)
    {
      const Kind *kind = &g_array_index (self->kinds, Kind, i);
      g_autoptr(BalanceProblem) more = NULL;
      BalanceText message = { NULL, NULL };

      if (kind->n_more == 0)
        continue;

      balance_text_printf (&message,
                           "%u more problems of the kind %s are not listed.",
                           "另有 %u 个同类问题（%s）未列出。",
                           kind->n_more, kind->kind);
      more = balance_problem_new (kind->severity, "more", NULL, &message, NULL, NULL);
      g_list_store_append (store, more);
    }

  return G_LIST_MODEL (store);
}

void
balance_problems_throw (BalanceProblems  *self,
                        BalanceError      code,
                        GError          **error)
{
  g_autoptr(GListModel) list = NULL;
  g_autoptr(GString) message = NULL;
  guint n_errors = balance_problems_count (self, BALANCE_SEVERITY_ERROR);
  BalanceSeverity at_least = n_errors > 0 ? BALANCE_SEVERITY_ERROR : BALANCE_SEVERITY_NOTE;
  guint n = balance_problems_count (self, at_least);
  guint n_named = 0;

  if (error == NULL)
    return;

  list = balance_problems_dup_list (self);
  message = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list) && n_named < MAX_THROWN; i++)
    {
      g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, i);
      g_autofree char *en = NULL;
      g_autofree char *zh = NULL;

      if (balance_problem_get_severity (problem) < at_least)
        continue;

      en = balance_problem_to_text (problem, "en");
      zh = balance_problem_to_text (problem, "zh");
      g_string_append_printf (message, "%s%s\n%s", n_named > 0 ? "\n" : "", en, zh);
      n_named++;
    }

  if (n > n_named)
    g_string_append_printf (message, "\n… %u problems in all.\n……共 %u 个问题。", n, n);

  g_set_error_literal (error, BALANCE_ERROR, (int) code, message->str);
}
