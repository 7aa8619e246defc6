/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "arguments.h"
#include "console.h"

G_BEGIN_DECLS

/* How files are read. */
typedef struct
{
  const char *map_path;       /* nullable */
  const char *encoding;       /* nullable */
  gboolean    hidden_sheets;
  gboolean    skip_bad_rows;
  int         year;           /* 0: not stated */
  guint       threads;        /* 0: one a processor */
} ToolReading;

/* What `evaluate` and `explain` share: from the command line to an evaluation. */
typedef struct
{
  /* options */
  char              *standard_name;
  char              *as_of;
  char              *map_path;
  char              *district_name;
  char              *only;
  char             **set;
  char              *concessions_name;
  int                year;
  int                threads;
  char              *encoding;
  gboolean           hidden_sheets;
  gboolean           skip_bad_rows;
  gboolean           all_problems;

  /* results */
  BalanceStandard   *standard;
  BalanceImport     *import;
  BalanceCensus     *census;
  BalanceDistrict   *district;     /* that --district names; NULL: all */
  BalanceEvaluator  *evaluator;
  BalanceEvaluation *evaluation;
} ToolJudge;

/* The entries of those options, to be put at the head of the list of a command. */
#define TOOL_JUDGE_OPTIONS(judge) \
  { "standard", G_OPTION_ARG_FILENAME, &(judge).standard_name, "ID|FILE", "标识|文件", \
    "the standard, cn-2017-quality if not given; what has a / or ends in .yaml is a file", \
    "评估标准，缺省为 cn-2017-quality；含 / 或以 .yaml 结尾的是文件" }, \
  { "as-of", G_OPTION_ARG_FILENAME, &(judge).as_of, "DATE", "日期", \
    "judge by the rules in force on that day (YYYY-MM-DD), today if not given", "按该日（YYYY-MM-DD）有效的规定判定，缺省为今天" }, \
  { "map", G_OPTION_ARG_FILENAME, &(judge).map_path, "FILE", "文件", \
    "a map (YAML) of foreign columns and values", "说明外来列名和取值的对照文件（YAML）" }, \
  { "encoding", G_OPTION_ARG_FILENAME, &(judge).encoding, "NAME", "编码", \
    "the encoding of text files, such as GB18030; otherwise found out", "文本文件的编码，如 GB18030；不指定时自动识别" }, \
  { "hidden-sheets", G_OPTION_ARG_NONE, &(judge).hidden_sheets, NULL, NULL, \
    "read hidden sheets of workbooks as well", "也读取工作簿中隐藏的工作表" }, \
  { "year", G_OPTION_ARG_INT, &(judge).year, "YEAR", "年度", \
    "the year to judge where the files have several, else the latest", "文件含多个年度时选定一个，缺省为最近年度" }, \
  { "district", G_OPTION_ARG_FILENAME, &(judge).district_name, "CODE", "代码", \
    "show only this district; all are judged", "只显示该县（市、区），判定仍包括全部" }, \
  { "only", G_OPTION_ARG_FILENAME, &(judge).only, "ID", "标识", \
    "judge only this requirement and what it consists of", "只判定这一项要求及其组成" }, \
  { "set", G_OPTION_ARG_FILENAME_ARRAY, &(judge).set, "OPTION=VALUE", "选项=取值", \
    "choose an option of the standard; may be repeated", "选定标准的一个选项，可重复" }, \
  { "concessions", G_OPTION_ARG_FILENAME, &(judge).concessions_name, "auto|on|off", "auto|on|off", \
    "concessions: by the date, all or none", "放宽规定：按日期、全部或不用" }, \
  { "threads", G_OPTION_ARG_INT, &(judge).threads, "N", "个数", \
    "threads to use; otherwise one per processor", "线程数，缺省为处理器个数" }, \
  { "skip-bad-rows", G_OPTION_ARG_NONE, &(judge).skip_bad_rows, NULL, NULL, \
    "leave rows with errors out and report them; such a district is never met", "略去有错误的行并列出；有略去行的县不会判为达标" }, \
  { "all-problems", G_OPTION_ARG_NONE, &(judge).all_problems, NULL, NULL, \
    "print all problems of the data, not only the first 50", "列出全部数据问题，而不只前 50 个" }

/* A name with a / or ending in .yaml is a file, NULL the default standard. */
BalanceStandard *tool_load_standard (const char   *name,
                                     GError      **error);
/* What all commands take that work on data: tables, or the year `year` of one store (0: its only one). NULL after
 * setting the error. */
BalanceImport   *tool_read_files    (char             **paths,
                                     BalanceDictionary *dictionary,
                                     const ToolReading *reading,
                                     BalanceProgress   *progress,
                                     GError           **error);
BalanceImport   *tool_read_store    (char             **paths,
                                     BalanceDictionary *dictionary,
                                     const char        *map_path,
                                     int                year,
                                     GError           **error);
/* Adds the census of each year of a store before `year` to the list. */
gboolean         tool_read_earlier  (const char        *path,
                                     int                year,
                                     BalanceDictionary *dictionary,
                                     GListStore        *censuses,
                                     GError           **error);
/* Can tasks be kept? The first argument has to be a store, and somebody has to enter them. The status to leave with,
 * TOOL_MET to go on. */
int              tool_check_ledger  (char             **arguments,
                                     const char        *who);
/* Takes tasks of a plan or a list of gaps into the ledger of a store, and says how many. */
int              tool_keep_ledger   (const char        *store_path,
                                     BalanceLedger     *ledger,
                                     const char        *who);
/* Is it the URI of a database rather than the name of a file? */
gboolean         tool_is_database   (const char       *name);
/* The status to leave with, TOOL_MET to go on. */
int              tool_judge_run     (ToolJudge    *self,
                                     char        **paths);
void             tool_judge_clear   (ToolJudge    *self);

G_END_DECLS
