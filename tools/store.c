/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "judge.h"
#include "output.h"

static int year;
static char *output_path;

static const ToolOption options[] = {
  { "year", G_OPTION_ARG_INT, &year, "YEAR", "年度",
    "with export: the year", "用于 export：年度" },
  { "output", G_OPTION_ARG_FILENAME, &output_path, "FOLDER", "文件夹",
    "with export: where the tables go, the current folder if not given", "用于 export：存放数据表的文件夹，缺省为当前文件夹" },
  { NULL }
};

static const char *
look_up (GVariant   *entry,
         const char *key)
{
  const char *text = "";

  g_variant_lookup (entry, key, "&s", &text);

  return text;
}

static gint64
look_up_number (GVariant   *entry,
                const char *key)
{
  gint64 number = 0;

  g_variant_lookup (entry, key, "x", &number);

  return number;
}

static BalanceVerdict
parse_verdict (const char *id)
{
  if (strcmp (id, "met") == 0)
    return BALANCE_VERDICT_MET;
  if (strcmp (id, "unmet") == 0)
    return BALANCE_VERDICT_UNMET;

  return strcmp (id, "undetermined") == 0 ? BALANCE_VERDICT_UNDETERMINED : BALANCE_VERDICT_NOT_APPLICABLE;
}

static void
add_sources (BalanceLayout *layout,
             GVariant      *sources)
{
  gint64 last = -1;

  for (gsize i = 0; i < g_variant_n_children (sources); i++)
    {
      g_autoptr (GVariant) source = g_variant_get_child_value (sources, i);
      gint64 this_year = look_up_number (source, "year");
      const char *sheet = look_up (source, "sheet");
      g_autofree char *file = g_path_get_basename (look_up (source, "file"));
      g_autofree char *name = g_strconcat (file, *sheet == '\0' ? "" : "!", sheet, NULL);
      const char *whole = look_up (source, "digest");
      /* of files that were read without one, and of tables that are no files */
      g_autofree char *digest = *whole != '\0' ? g_strndup (whole, 12) : g_strdup (tool_word ("no digest", "无摘要"));
      const BalanceLayoutCell cells[] = {
        { name, 38, FALSE, BALANCE_INK_PLAIN },
        { look_up (source, "time"), 22, FALSE, BALANCE_INK_PLAIN },
        { digest, 12, FALSE, BALANCE_INK_FAINT },
      };

      if (this_year != last)
        {
          g_autofree char *heading = g_strdup_printf (tool_word ("Year %d", "%d 年度"), (int) this_year);

          balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, heading);
        }
      last = this_year;
      balance_layout_row (layout, 2, cells, G_N_ELEMENTS (cells));
    }
  if (g_variant_n_children (sources) == 0)
    balance_layout_paragraph (layout, 0, 2, BALANCE_INK_PLAIN, tool_word ("No data yet.", "还没有数据。"));
}

static void
add_evaluations (BalanceLayout *layout,
                 GVariant      *evaluations)
{
  if (g_variant_n_children (evaluations) == 0)
    return;

  balance_layout_blank (layout);
  balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, tool_word ("Evaluations", "评估"));
  for (gsize i = 0; i < g_variant_n_children (evaluations); i++)
    {
      g_autoptr (GVariant) one = g_variant_get_child_value (evaluations, i);
      BalanceVerdict verdict = parse_verdict (look_up (one, "verdict"));
      g_autofree char *number = g_strdup_printf ("%d", (int) look_up_number (one, "evaluation"));
      g_autofree char *of = g_strdup_printf ("%d", (int) look_up_number (one, "year"));
      g_autofree char *stale = g_strconcat (balance_verdict_word (verdict, tool_language ()),
                                            look_up_number (one, "facts_are_current") != 0 ? "" : tool_word (" (of other data)", "（依据其他数据）"), NULL);
      const BalanceLayoutCell cells[] = {
        { number, 3, TRUE, BALANCE_INK_PLAIN },
        { of, 5, FALSE, BALANCE_INK_PLAIN },
        { look_up (one, "standard"), 26, FALSE, BALANCE_INK_PLAIN },
        { look_up (one, "as_of"), 11, FALSE, BALANCE_INK_PLAIN },
        { stale, 26, FALSE, balance_verdict_ink (verdict) },
      };

      balance_layout_row (layout, 2, cells, G_N_ELEMENTS (cells));
    }
}

static int
show_info (BalanceStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) sources = balance_store_list_sources (store, &error);
  g_autoptr (GVariant) evaluations = sources == NULL ? NULL : balance_store_list_evaluations (store, &error);
  BalanceLayout layout;
  g_autofree char *text = NULL;

  if (evaluations == NULL)
    return tool_fail_error (error);

  balance_layout_init (&layout, tool_language (), FALSE);
  add_sources (&layout, sources);
  add_evaluations (&layout, evaluations);
  text = balance_layout_end (&layout);
  tool_print (text);

  return TOOL_MET;
}

static int
check (BalanceStore *store)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  if (!balance_store_check (store, NULL, &error))
    return tool_fail_error (error);
  line = g_strdup_printf (tool_word ("%s: sound\n", "%s：没有问题\n"), balance_store_get_path (store));
  tool_print (line);

  return TOOL_MET;
}

typedef struct
{
  BalanceStore *store;
  BalanceLevel  level;
} Level;

static gboolean
write_level (gpointer data, GOutputStream *stream, GError **error)
{
  Level *self = data;

  return balance_store_export_csv (self->store, year, self->level, stream, NULL, error);
}

static int
export_year (BalanceStore *store)
{
  static const struct { BalanceLevel level; const char *name; } levels[] = {
    { BALANCE_LEVEL_REGION, "region" }, { BALANCE_LEVEL_DISTRICT, "districts" },
    { BALANCE_LEVEL_SCHOOL, "schools" }, { BALANCE_LEVEL_SECTION, "sections" },
  };
  Level tables[G_N_ELEMENTS (levels)];
  ToolOutput outputs[G_N_ELEMENTS (levels)];
  char *paths[G_N_ELEMENTS (levels)];
  int status;

  if (year == 0)
    return tool_fail ("%s", tool_word ("which year? Give --year", "缺少年度，请用 --year 指明"));
  if (output_path != NULL && g_mkdir_with_parents (output_path, 0777) != 0)
    return tool_fail (tool_word ("cannot make the directory %s", "无法建立目录 %s"), output_path);

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      g_autofree char *name = g_strdup_printf ("%d-%s.csv", year, levels[i].name);

      tables[i] = (Level) { store, levels[i].level };
      paths[i] = g_build_filename (output_path == NULL ? "." : output_path, name, NULL);
      outputs[i] = (ToolOutput) { paths[i], FALSE, write_level, &tables[i] };
    }
  status = tool_output_write_all (outputs, G_N_ELEMENTS (levels));
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      if (status == TOOL_MET)
        {
          tool_print (paths[i]);
          tool_print ("\n");
        }
      g_free (paths[i]);
    }

  return status;
}

static int
run_on (const char *what,
        const char *path)
{
  gboolean upgrade = strcmp (what, "upgrade") == 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStore) store = balance_store_open (path, upgrade ? BALANCE_STORE_WRITE : BALANCE_STORE_READ, &error);

  if (store == NULL)
    return tool_fail_error (error);
  if (strcmp (what, "info") == 0)
    return show_info (store);
  if (strcmp (what, "export") == 0)
    return export_year (store);

  return check (store);
}

static int
run (char **arguments)
{
  static const char *const known[] = { "info", "check", "export", "upgrade", NULL };
  int status;

  if (g_strv_length (arguments) == 2 && g_strv_contains (known, arguments[0]))
    status = run_on (arguments[0], arguments[1]);
  else
    status = tool_fail ("%s", tool_word ("what to do: info, check, export or upgrade, and a store; see balance store --help",
                                         "用法：info、check、export 或 upgrade，后接数据库文件，见 balance store --help"));
  g_clear_pointer (&output_path, g_free);

  return status;
}

const ToolCommand tool_store = {
  .name = "store",
  .usage_en = "info STORE\ncheck STORE\nexport STORE --year YEAR [--output FOLDER]\nupgrade STORE",
  .usage_zh = "info 数据库\ncheck 数据库\nexport 数据库 --year 年度 [--output 文件夹]\nupgrade 数据库",
  .about_en = "Shows what a store (.balance) holds, checks it, writes a year as tables.",
  .about_zh = "查看、检查数据库文件（.balance），导出一个年度的数据表。",
  .notes_en = "info lists years, sources and evaluations; check reads everything and says whether it is whole; export writes one table "
              "(CSV) for the region, districts, schools and school stages each, which read back together; upgrade brings a store of an older version "
              "to the present one. The status is 0 where all went well, else 2.",
  .notes_zh = "info 列出年度、数据来源和评估；check 读取全部内容并检查是否完好；export 把全区域、县、学校、学段部各写成一个数据表（CSV），四个表一起可再读入；"
              "upgrade 把旧版本的数据库升级到当前版本。退出状态：成功为 0，否则为 2。",
  .options = options,
  .run = run,
};
