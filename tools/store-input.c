/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "judge.h"

gboolean
tool_is_database (const char *name)
{
  return g_str_has_prefix (name, "postgresql://") || g_str_has_prefix (name, "postgres://");
}

/* The year to read: the one asked for, else the only one there is. 0 after setting the error. */
static int
choose_year (BalanceStore  *store,
             int            wanted,
             GError       **error)
{
  g_autofree int *years = NULL;
  g_autoptr (GString) en = g_string_new (NULL);
  g_autoptr (GString) zh = g_string_new (NULL);
  const char *name = balance_store_get_path (store);
  gsize n_years;

  years = balance_store_get_years (store, &n_years, error);
  if (years == NULL)
    return 0;

  for (gsize i = 0; i < n_years; i++)
    {
      if (years[i] == wanted || (wanted == 0 && n_years == 1))
        return years[i];
      g_string_append_printf (en, "%s%d", i == 0 ? "" : ", ", years[i]);
      g_string_append_printf (zh, "%s%d", i == 0 ? "" : "、", years[i]);
    }

  if (n_years == 0)
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                 "%s holds no data yet; put them in with “balance import FILE… --store %s”\n"
                 "%s 中还没有数据，请用“balance import 文件… --store %s”导入", name, name, name, name);
  else if (wanted == 0)
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                 "%s has the years %s; choose one with --year\n%s 含年度 %s，请用 --year 选定一个", name, en->str, name, zh->str);
  else
    g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND,
                 "%s has no data of the year %d; it has: %s\n%s 中没有 %d 年度的数据，已有年度：%s",
                 name, wanted, en->str, name, wanted, zh->str);

  return 0;
}

BalanceImport *
tool_read_store (char              **paths,
                 BalanceDictionary  *dictionary,
                 const char         *map_path,
                 int                 year,
                 GError            **error)
{
  g_autoptr (BalanceStore) store = NULL;

  if (paths[1] != NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "a store is read alone; put other tables into it with “balance import FILE… --store STORE --merge”\n"
                   "数据库文件须单独使用；其他表请用“balance import 文件… --store 数据库 --merge”并入");
      return NULL;
    }
  if (map_path != NULL)
    {
      g_set_error (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_DATA,
                   "a store needs no map; maps are for importing tables\n数据库文件不需要对照文件，对照文件只用于导入表格");
      return NULL;
    }

  store = balance_store_open (paths[0], BALANCE_STORE_READ, error);
  if (store == NULL)
    return NULL;
  year = choose_year (store, year, error);

  return year == 0 ? NULL : balance_store_read (store, year, dictionary, NULL, error);
}

gboolean
tool_read_earlier (const char         *path,
                   int                 year,
                   BalanceDictionary  *dictionary,
                   GListStore         *censuses,
                   GError            **error)
{
  g_autoptr (BalanceStore) store = balance_store_open (path, BALANCE_STORE_READ, error);
  g_autofree int *years = NULL;
  gsize n_years = 0;

  if (store != NULL)
    years = balance_store_get_years (store, &n_years, error);
  for (gsize i = 0; i < n_years && years[i] < year; i++)
    {
      g_autoptr (BalanceImport) import = balance_store_read (store, years[i], dictionary, NULL, error);

      if (import == NULL)
        return FALSE;
      g_list_store_append (censuses, balance_import_get_census (import));
    }

  return years != NULL;
}

int
tool_check_ledger (char       **arguments,
                   const char  *who)
{
  if (arguments[0] == NULL || !balance_store_recognise (arguments[0]))
    return tool_fail ("%s", tool_word ("tasks are kept in a store (.balance); import the tables first with balance import",
                                       "任务保存在数据库文件（.balance）中，请先用 balance import 导入数据"));
  if (who == NULL || *who == '\0')
    return tool_fail ("%s", tool_word ("who enters it? Say --who NAME", "请用 --who 注明登记人"));

  return TOOL_MET;
}

int
tool_keep_ledger (const char    *store_path,
                  BalanceLedger *ledger,
                  const char    *who)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStore) store = balance_store_open (store_path, BALANCE_STORE_WRITE, &error);
  guint added = 0, changed = 0;

  if (store == NULL || !balance_store_put_ledger (store, ledger, who, &added, &changed, &error))
    return tool_fail_error (error);
  tool_remark (tool_word ("kept in %s: %u new tasks, %u changed", "已存入 %s：新增任务 %u 项，更新 %u 项"), store_path, added, changed);

  return TOOL_MET;
}
