/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <balance/balance.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "io/balance-sheet-protocol-private.h"

/* ---- answers of a helper, made by hand */

static void
add_byte (GByteArray *answer,
          guint       value)
{
  guint8 byte = (guint8) value;

  g_byte_array_append (answer, &byte, 1);
}

static void
add_number (GByteArray *answer,
            guint32     number)
{
  guint32 le = GUINT32_TO_LE (number);

  g_byte_array_append (answer, (const guint8 *) &le, 4);
}

static void
add_text (GByteArray *answer,
          const char *text)
{
  add_number (answer, (guint32) strlen (text));
  g_byte_array_append (answer, (const guint8 *) text, (guint) strlen (text));
}

static GByteArray *
begin_answer (void)
{
  GByteArray *answer = g_byte_array_new ();

  g_byte_array_append (answer, (const guint8 *) BALANCE_SHEET_MAGIC, strlen (BALANCE_SHEET_MAGIC));
  add_byte (answer, BALANCE_SHEET_BOOK);
  add_text (answer, "XLSX");

  return answer;
}

static void
add_sheet (GByteArray *answer,
           const char *name,
           gboolean    hidden)
{
  add_byte (answer, BALANCE_SHEET_SHEET);
  add_byte (answer, hidden);
  add_text (answer, name);
}

static void
add_row (GByteArray *answer,
         guint       row,
         gboolean    hidden,
         guint       n)
{
  add_byte (answer, BALANCE_SHEET_ROW);
  add_number (answer, row);
  add_byte (answer, hidden);
  add_number (answer, n);
}

static void
add_cell (GByteArray *answer,
          guint       kind,
          const char *text)
{
  add_byte (answer, kind);
  add_text (answer, text);
}

static void
add_merge (GByteArray *answer,
           guint       top,
           guint       left,
           guint       bottom,
           guint       right)
{
  add_byte (answer, BALANCE_SHEET_MERGE);
  add_number (answer, top);
  add_number (answer, left);
  add_number (answer, bottom);
  add_number (answer, right);
}

static GByteArray *
make_example (void)
{
  GByteArray *answer = begin_answer ();

  add_sheet (answer, "表Ⅱ-2", FALSE);
  add_row (answer, 1, FALSE, 1);
  add_cell (answer, BALANCE_GRID_CELL_PLAIN, "标题");
  add_merge (answer, 1, 1, 1, 3);
  add_row (answer, 4, TRUE, 4);
  add_cell (answer, BALANCE_GRID_CELL_PLAIN, "甲");
  add_byte (answer, BALANCE_SHEET_GAP);
  add_number (answer, 2);
  add_cell (answer, BALANCE_GRID_CELL_PERCENT, "85%");
  add_sheet (answer, "空", TRUE);
  add_byte (answer, BALANCE_SHEET_END);

  return answer;
}

static BalanceWorkbook *
parse (GByteArray      *answer,
       BalanceProblems *problems)
{
  /* a copy of exactly this size, so that the sanitizer sees a read beyond it */
  g_autoptr(GBytes) bytes = g_bytes_new (answer->data, answer->len);

  return balance_workbook_parse (bytes, "book.xlsx", problems);
}

static char *
dup_kind (BalanceProblems *problems)
{
  g_autoptr(GListModel) list = balance_problems_dup_list (problems);
  g_autoptr(BalanceProblem) problem = g_list_model_get_item (list, 0);

  ck_assert_uint_eq (g_list_model_get_n_items (list), 1);

  return g_strdup (balance_problem_get_kind (problem));
}

START_TEST (test_parse)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GByteArray) answer = make_example ();
  g_autoptr(BalanceWorkbook) workbook = parse (answer, problems);
  BalanceGrid *first, *second;

  ck_assert_ptr_nonnull (workbook);
  ck_assert_str_eq (workbook->format, "XLSX");
  ck_assert_uint_eq (workbook->sheets->len, 2);

  first = workbook->sheets->pdata[0];
  ck_assert_str_eq (first->name, "表Ⅱ-2");
  ck_assert (!first->hidden);
  ck_assert_uint_eq (first->n_rows, 2);
  ck_assert_uint_eq (first->n_columns, 4);
  ck_assert_uint_eq (first->rows[0], 1);
  ck_assert_uint_eq (first->rows[1], 4);
  ck_assert_uint_eq (first->starts[0], 0);
  ck_assert_uint_eq (first->starts[1], 1);
  ck_assert_uint_eq (first->starts[2], 5);
  ck_assert_uint_eq (first->cells[1].span.length, 3);
  ck_assert_uint_eq (first->cells[2].span.length, 0);
  ck_assert_uint_eq (first->cells[4].span.length, 3);
  ck_assert_int_eq (memcmp (first->cells[4].span.text, "85%", 3), 0);
  ck_assert_uint_eq (first->cells[4].kind, BALANCE_GRID_CELL_PERCENT);
  ck_assert_uint_eq (first->merges->len, 1);
  ck_assert_uint_eq (g_array_index (first->merges, BalanceGridMerge, 0).right, 3);
  ck_assert_ptr_nonnull (first->hidden_rows);
  ck_assert (g_hash_table_contains (first->hidden_rows, GUINT_TO_POINTER (4)));
  ck_assert (!g_hash_table_contains (first->hidden_rows, GUINT_TO_POINTER (1)));

  second = workbook->sheets->pdata[1];
  ck_assert (second->hidden);
  ck_assert_uint_eq (second->n_rows, 0);
  ck_assert_ptr_null (second->hidden_rows);
}
END_TEST

/* An answer that was cut off is never taken for a smaller workbook. */
START_TEST (test_cut)
{
  g_autoptr(GByteArray) answer = make_example ();
  guint length = answer->len;

  for (guint i = 0; i < length; i++)
    {
      g_autoptr(BalanceProblems) problems = balance_problems_new ();
      g_autoptr(GByteArray) part = g_byte_array_new ();
      g_autoptr(BalanceWorkbook) workbook = NULL;
      g_autofree char *kind = NULL;

      g_byte_array_append (part, answer->data, i);
      workbook = parse (part, problems);
      ck_assert_ptr_null (workbook);
      kind = dup_kind (problems);
      ck_assert_str_eq (kind, "workbook-unread");
    }
}
END_TEST

static void row_without_sheet (GByteArray *a) { add_row (a, 1, FALSE, 1); add_cell (a, 0, "x"); }
static void row_zero (GByteArray *a) { add_sheet (a, "s", FALSE); add_row (a, 0, FALSE, 1); add_cell (a, 0, "x"); }
static void too_wide (GByteArray *a)
{
  add_sheet (a, "s", FALSE);
  add_row (a, 1, FALSE, BALANCE_MAX_COLUMNS + 1);
  add_byte (a, BALANCE_SHEET_GAP);
  add_number (a, BALANCE_MAX_COLUMNS + 1);
}
static void gap_too_long (GByteArray *a)
{
  add_sheet (a, "s", FALSE);
  add_row (a, 1, FALSE, 2);
  add_byte (a, BALANCE_SHEET_GAP);
  add_number (a, 3);
}
static void gap_of_nothing (GByteArray *a)
{
  add_sheet (a, "s", FALSE);
  add_row (a, 1, FALSE, 1);
  add_byte (a, BALANCE_SHEET_GAP);
  add_number (a, 0);
}
static void unknown_kind (GByteArray *a) { add_sheet (a, "s", FALSE); add_row (a, 1, FALSE, 1); add_cell (a, 5, "x"); }
static void no_text (GByteArray *a) { add_sheet (a, "s", FALSE); add_row (a, 1, FALSE, 1); add_cell (a, 0, "\xff"); }
static void rows_fall (GByteArray *a)
{
  add_sheet (a, "s", FALSE);
  add_row (a, 2, FALSE, 1);
  add_cell (a, 0, "x");
  add_row (a, 2, FALSE, 1);
  add_cell (a, 0, "x");
}
static void merge_inside_out (GByteArray *a) { add_sheet (a, "s", FALSE); add_merge (a, 2, 1, 1, 1); }
static void format_twice (GByteArray *a) { add_byte (a, BALANCE_SHEET_BOOK); add_text (a, "XLS"); }
static void after_end (GByteArray *a) { add_byte (a, BALANCE_SHEET_END); }
static void unknown_record (GByteArray *a) { add_byte (a, '?'); }
static void unknown_fault (GByteArray *a)
{
  add_byte (a, BALANCE_SHEET_FAULT);
  add_byte (a, BALANCE_SHEET_N_FAULTS);
  add_text (a, "");
  add_number (a, 0);
  add_number (a, 0);
  add_text (a, "");
}
static void length_lies (GByteArray *a)
{
  add_sheet (a, "s", FALSE);
  add_row (a, 1, FALSE, 1);
  add_byte (a, 0);
  add_number (a, G_MAXUINT32);
}
/* Few bytes that claim more blank cells than a grid may hold. */
static void too_many_cells (GByteArray *a)
{
  add_sheet (a, "s", FALSE);
  for (guint i = 0; i <= BALANCE_SHEET_MAX_CELLS / BALANCE_MAX_COLUMNS; i++)
    {
      add_row (a, i + 1, FALSE, BALANCE_MAX_COLUMNS);
      add_byte (a, BALANCE_SHEET_GAP);
      add_number (a, BALANCE_MAX_COLUMNS);
    }
}
static void too_many_sheets (GByteArray *a)
{
  for (guint i = 0; i <= BALANCE_SHEET_MAX_SHEETS; i++)
    add_sheet (a, "s", FALSE);
}

static void (*const nonsense[]) (GByteArray *) = {
  row_without_sheet, row_zero, too_wide, gap_too_long, gap_of_nothing, unknown_kind, no_text, rows_fall,
  merge_inside_out, format_twice, after_end, unknown_record, unknown_fault, length_lies, too_many_cells,
  too_many_sheets,
};

START_TEST (test_nonsense)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GByteArray) answer = begin_answer ();
  g_autoptr(BalanceWorkbook) workbook = NULL;
  g_autofree char *kind = NULL;

  nonsense[_i] (answer);
  add_byte (answer, BALANCE_SHEET_END);
  workbook = parse (answer, problems);
  ck_assert_ptr_null (workbook);
  kind = dup_kind (problems);
  ck_assert_str_eq (kind, "workbook-unread");
}
END_TEST

START_TEST (test_fault)
{
  static const struct
  {
    guint       fault;
    const char *kind, *en, *zh;
  } faults[] = {
    { BALANCE_SHEET_ENCRYPTED, "encrypted-workbook", "is protected by a password", "设有打开密码" },
    { BALANCE_SHEET_DAMAGED, "damaged-workbook", "is damaged (xl/a.xml)", "已损坏（xl/a.xml）" },
    { BALANCE_SHEET_UNKNOWN, "unknown-workbook", "is no workbook", "不是工作簿" },
    { BALANCE_SHEET_UNSUPPORTED, "unsupported-workbook", "the format xl/a.xml", "不支持xl/a.xml格式" },
    { BALANCE_SHEET_TOO_LARGE, "large-workbook", "is too large (xl/a.xml)", "工作簿过大（xl/a.xml）" },
    { BALANCE_SHEET_TOO_LONG, "long-cell", "text of the cell is too long", "单元格文字过长" },
  };
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GByteArray) answer = begin_answer ();
  g_autoptr(BalanceWorkbook) workbook = NULL;
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceProblem) problem = NULL;
  g_autofree char *en = NULL;
  g_autofree char *zh = NULL;

  add_byte (answer, BALANCE_SHEET_FAULT);
  add_byte (answer, faults[_i].fault);
  add_text (answer, "表");
  add_number (answer, 5);
  add_number (answer, 3);
  add_text (answer, "xl/a.xml");

  workbook = parse (answer, problems);
  ck_assert_ptr_null (workbook);
  list = balance_problems_dup_list (problems);
  ck_assert_uint_eq (g_list_model_get_n_items (list), 1);
  problem = g_list_model_get_item (list, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), faults[_i].kind);
  ck_assert_str_eq (balance_problem_get_file (problem), "book.xlsx");
  ck_assert_str_eq (balance_problem_get_sheet (problem), "表");
  ck_assert_uint_eq (balance_problem_get_row (problem), 5);
  en = balance_problem_to_text (problem, "en");
  zh = balance_problem_to_text (problem, "zh");
  ck_assert_msg (strstr (en, faults[_i].en) != NULL, "%s", en);
  ck_assert_msg (strstr (zh, faults[_i].zh) != NULL, "%s", zh);
}
END_TEST

START_TEST (test_recognise)
{
  static const char dbf[33] = { 3, 124, 9, 1, 2, 0, 0, 0, 65, 0, 30, 0 };
  static const struct
  {
    const char *bytes;
    gsize       length;
    gboolean    is_workbook;
  } cases[] = {
    { "PK\003\004rest", 8, TRUE },
    { "\320\317\021\340\241\261\032\341", 8, TRUE },
    { dbf, sizeof dbf, TRUE },
    { "", 0, FALSE },
    { "PK", 2, FALSE },
    { "PKW,1\n", 6, FALSE },
    { "学校代码,学校名称,学段,在校生数,教师数,图书册数\n", 66, FALSE },
    { "0123456789,abcdefghijklmnopqrstuvwxyz\n", 38, FALSE },
    { "\377\3760\0001\000,\000\n\0000\0001\000,\0000\0000\0000\0000\0000\0000\0000\0000\000", 36, FALSE },
    { "\003", 1, FALSE },
    { "\357\273\277\r\n<HTML>", 11, TRUE },
    { "<?xml version='1.0'?>", 21, TRUE },
    { "<5人,1\n", 9, FALSE },
  };

  ck_assert_int_eq (balance_workbook_recognise (cases[_i].bytes, cases[_i].length), cases[_i].is_workbook);
}
END_TEST

START_TEST (test_no_helper)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = g_bytes_new_static ("PK\003\004", 4);
  g_autoptr(GError) error = NULL;
  g_autoptr(GListModel) list = NULL;
  g_autoptr(BalanceProblem) problem = NULL;
  g_autofree char *en = NULL;
  g_autofree char *zh = NULL;

  g_setenv ("BALANCE_LIBEXEC_DIR", "/nonexistent", TRUE);
  if (g_file_test (BALANCE_LIBEXECDIR "/balance-sheet", G_FILE_TEST_EXISTS))
    return;     /* installed on this machine, so it is found all the same */
  ck_assert_ptr_null (balance_workbook_read (bytes, "book.xlsx", problems, NULL, &error));
  ck_assert_ptr_null (error);
  list = balance_problems_dup_list (problems);
  problem = g_list_model_get_item (list, 0);
  ck_assert_ptr_nonnull (problem);
  ck_assert_str_eq (balance_problem_get_kind (problem), "missing-helper");
  en = balance_problem_to_text (problem, "en");
  zh = balance_problem_to_text (problem, "zh");
  ck_assert_ptr_nonnull (strstr (en, "libgdal-dev"));
  ck_assert_ptr_nonnull (strstr (zh, "libgdal-dev"));
}
END_TEST

START_TEST (test_cancelled)
{
  g_autoptr(BalanceProblems) problems = balance_problems_new ();
  g_autoptr(GBytes) bytes = g_bytes_new_static ("PK\003\004", 4);
  g_autoptr(GCancellable) cancellable = g_cancellable_new ();
  g_autoptr(GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ck_assert_ptr_null (balance_workbook_read (bytes, "book.xlsx", problems, cancellable, &error));
  ck_assert (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
  ck_assert_uint_eq (balance_problems_count (problems, BALANCE_SEVERITY_NOTE), 0);
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("workbook");
  TCase *tcase = tcase_create ("workbook");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tcase, 30);
  tcase_add_test (tcase, test_parse);
  tcase_add_test (tcase, test_cut);
  tcase_add_loop_test (tcase, test_nonsense, 0, G_N_ELEMENTS (nonsense));
  tcase_add_loop_test (tcase, test_fault, 0, BALANCE_SHEET_N_FAULTS);
  tcase_add_loop_test (tcase, test_recognise, 0, 13);
  tcase_add_test (tcase, test_no_helper);
  tcase_add_test (tcase, test_cancelled);
  suite_add_tcase (suite, tcase);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
