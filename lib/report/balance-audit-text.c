/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "report/balance-audit-report-private.h"

/* Longer lists are for the sheet, not for reading. */
#define MAX_SHOWN 300
#define MAX_CELLS 6

static BalanceInk
severity_ink (BalanceSeverity severity)
{
  switch (severity)
    {
    case BALANCE_SEVERITY_ERROR:   return BALANCE_INK_BAD;
    case BALANCE_SEVERITY_WARNING: return BALANCE_INK_DOUBT;
    case BALANCE_SEVERITY_NOTE:
    default:                       return BALANCE_INK_STRONG;
    }
}

static void
add_head (BalanceAuditReport *self, BalanceLayout *layout)
{
  BalanceAudit *audit = self->audit;
  const char *language = balance_layout_word (layout, "en", "zh");
  g_autofree char *title = g_strdup_printf (balance_layout_word (layout, "Data checks: %s (%s)", "数据核查：%s（%s）"),
                                            balance_checks_get_title (audit->checks, language), balance_checks_get_id (audit->checks));
  g_autoptr (GString) about = g_string_new (NULL);
  const BalanceSeverity severities[] = { BALANCE_SEVERITY_ERROR, BALANCE_SEVERITY_WARNING, BALANCE_SEVERITY_NOTE };

  balance_layout_heading (layout, title);
  if (audit->facts->year != 0)
    g_string_append_printf (about, balance_layout_word (layout, "Year %d, ", "%d年度，"), audit->facts->year);
  g_string_append_printf (about, balance_layout_word (layout, "districts: %u, schools: %u", "区县%u个，学校%u所"),
                          audit->facts->districts.n_rows, audit->facts->schools.n_rows);
  g_string_append (about, balance_layout_word (layout, "; compared with: ", "；与往年比较："));
  for (guint i = 0; i < audit->years->len; i++)
    g_string_append_printf (about, "%s%d", i > 0 ? balance_layout_word (layout, ", ", "、") : "",
                            ((BalanceYear *) g_ptr_array_index (audit->years, i))->facts->year);
  if (audit->years->len == 0)
    g_string_append (about, balance_layout_word (layout, "no earlier year (see --previous)", "无往年数据（见 --previous）"));
  if (audit->standard != NULL)
    g_string_append_printf (about, balance_layout_word (layout, "; limits of: %s", "；限值取自：%s"), balance_standard_get_id (audit->standard));
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, about->str);
  balance_layout_blank (layout);

  for (guint i = 0; i < G_N_ELEMENTS (severities); i++)
    {
      guint n = balance_audit_count (audit, severities[i], self->district);
      g_autofree char *count = g_strdup_printf ("%u", n);
      const BalanceLayoutCell cells[] = {
        { balance_audit_severity_word (severities[i], self->language), 10, FALSE, n > 0 ? severity_ink (severities[i]) : BALANCE_INK_FAINT, 0 },
        { count, 6, TRUE, BALANCE_INK_PLAIN, 0 },
        { severities[i] == BALANCE_SEVERITY_ERROR ? balance_layout_word (layout, "the figures contradict one another", "数据自相矛盾，须更正")
          : severities[i] == BALANCE_SEVERITY_WARNING ? balance_layout_word (layout, "the figures are hardly right", "数据可疑，须核实或更正")
                                                      : balance_layout_word (layout, "unusual; it may well be right", "少见，可能属实，请核对"),
          50, FALSE, BALANCE_INK_FAINT, 0 },
      };

      balance_layout_row (layout, 2, cells, G_N_ELEMENTS (cells));
    }
}

/* "sample.csv:12:40; 2023.csv:12:40" */
static char *
dup_cells (BalanceLayout *layout, BalanceAuditFinding *finding)
{
  g_autoptr (GListModel) operands = balance_audit_finding_get_operands (finding);
  guint n = g_list_model_get_n_items (operands);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, MAX_CELLS); i++)
    {
      g_autoptr (BalanceOperand) operand = g_list_model_get_item (operands, i);
      g_autoptr (BalanceCell) cell = balance_operand_get_cell (operand);
      g_autofree char *where = cell != NULL ? balance_cell_to_text (cell) : NULL;

      if (where != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? balance_layout_word (layout, ", ", "、") : "", where);
    }
  if (n > MAX_CELLS && text->len > 0)
    g_string_append_printf (text, balance_layout_word (layout, " … (%u in all)", "……（共%u处）"), n);

  return g_string_free (text, FALSE);
}

static void
add_finding (BalanceAuditReport *self, BalanceLayout *layout, BalanceAuditFinding *finding)
{
  const char *language = balance_layout_word (layout, "en", "zh");
  g_autoptr (BalanceCheck) check = balance_audit_finding_get_check (finding);
  BalanceSeverity severity = balance_check_get_severity (check);
  const char *stage = balance_audit_finding_get_stage (finding), *remedy = balance_check_get_remedy (check, language);
  int code = stage != NULL ? balance_dictionary_find_stage (self->audit->facts->dictionary, stage) : -1;
  g_autofree char *cells = dup_cells (layout, finding);
  g_autoptr (GString) text = g_string_new (NULL);
  BalanceLayoutCell row[] = {
    { balance_audit_severity_word (severity, self->language), 9, FALSE, severity_ink (severity), 0 },
    { NULL, 65, FALSE, BALANCE_INK_PLAIN, 0 },
  };

  if (code >= 0)
    g_string_append_printf (text, balance_layout_word (layout, "%s: ", "%s："),
                            balance_text_get (&balance_dictionary_get_stage (self->audit->facts->dictionary, (guint) code)->title, self->language));
  g_string_append (text, balance_audit_finding_get_message (finding, language));
  row[1].text = text->str;
  balance_layout_row (layout, 2, row, G_N_ELEMENTS (row));
  row[0].text = NULL;
  row[1].ink = BALANCE_INK_FAINT;
  if (*cells != '\0')
    {
      row[1].text = cells;
      balance_layout_row (layout, 2, row, G_N_ELEMENTS (row));
    }
  if (*remedy != '\0')
    {
      row[1].text = remedy;
      balance_layout_row (layout, 2, row, G_N_ELEMENTS (row));
    }
}

static void
add_findings (BalanceAuditReport *self, BalanceLayout *layout)
{
  BalanceFacts *facts = self->audit->facts;
  g_autofree char *last = NULL;
  const char *last_district = NULL;
  guint n_shown = 0, n = 0;

  for (guint i = 0; i < self->audit->records->len; i++)
    {
      g_autoptr (BalanceAuditFinding) finding = balance_audit_finding_new (self->audit, i);
      const char *district = balance_audit_finding_get_district_code (finding), *school = balance_audit_finding_get_school_code (finding);
      g_autofree char *group = NULL;

      if (!balance_audit_report_shows (self, finding))
        continue;
      if (++n > MAX_SHOWN)
        continue;
      n_shown++;
      if (i == 0 || g_strcmp0 (district, last_district) != 0)
        {
          const BalanceAuditRecord *record = &g_array_index (self->audit->records, BalanceAuditRecord, i);
          guint row = record->level == BALANCE_LEVEL_DISTRICT ? record->row
                      : record->level == BALANCE_LEVEL_STAGE  ? facts->group_district[record->row]
                      : record->level == BALANCE_LEVEL_SCHOOL ? facts->school_district[record->row]
                      : record->level == BALANCE_LEVEL_SECTION ? facts->school_district[facts->section_school[record->row]] : 0;
          g_autofree char *name = balance_facts_dup_subject (facts, district != NULL ? BALANCE_LEVEL_DISTRICT : BALANCE_LEVEL_REGION, row, self->language);
          g_autofree char *title = district != NULL ? g_strdup_printf (balance_layout_word (layout, "%s (%s)", "%s（%s）"), name, district)
                                                    : g_strdup (name);

          balance_layout_blank (layout);
          balance_layout_heading (layout, title);
          g_clear_pointer (&last, g_free);
        }
      last_district = district;
      if (school != NULL)
        {
          const BalanceAuditRecord *record = &g_array_index (self->audit->records, BalanceAuditRecord, i);
          guint row = record->level == BALANCE_LEVEL_SCHOOL ? record->row : facts->section_school[record->row];
          g_autofree char *name = balance_facts_dup_subject (facts, BALANCE_LEVEL_SCHOOL, row, self->language);

          group = g_strdup_printf ("%s  %s", name, school);
        }
      else
        {
          group = g_strdup (district != NULL ? balance_layout_word (layout, "The whole district", "全县（市、区）")
                                             : balance_layout_word (layout, "All districts", "全部区县"));
        }
      if (g_strcmp0 (group, last) != 0)
        balance_layout_paragraph (layout, 0, 2, BALANCE_INK_STRONG, group);
      g_free (last);
      last = g_steal_pointer (&group);
      add_finding (self, layout, finding);
    }

  if (n > n_shown)
    {
      g_autofree char *more = g_strdup_printf (balance_layout_word (layout, "%u more; --format csv or json lists all.", "另有%u条，--format csv 或 json 可列出全部。"), n - n_shown);

      balance_layout_blank (layout);
      balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, more);
    }
}

/* What could not be checked, and what was not kept: said, never passed over. */
static void
add_unchecked (BalanceAuditReport *self, BalanceLayout *layout)
{
  const char *language = balance_layout_word (layout, "en", "zh");
  g_autoptr (GListModel) checks = balance_checks_get_checks (self->audit->checks);
  gboolean headed = FALSE;
  guint n_clean = 0, n = g_list_model_get_n_items (checks);
  g_autofree char *summary = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BalanceCheck) check = g_list_model_get_item (checks, i);
      const char *id = balance_check_get_id (check);
      guint n_unknown = balance_audit_get_n_not_checked (self->audit, id), n_made = balance_audit_get_n_held (self->audit, id) + balance_audit_get_n_found (self->audit, id);
      g_autofree char *unknown = g_strdup_printf ("%u", n_unknown), *made = g_strdup_printf ("%u", n_made);
      const BalanceLayoutCell cells[] = {
        { balance_check_get_title (check, language), 52, FALSE, BALANCE_INK_PLAIN, 2 },
        { unknown, 10, TRUE, BALANCE_INK_DOUBT, 0 },
        { made, 10, TRUE, BALANCE_INK_PLAIN, 0 },
      };

      if (n_unknown == 0)
        {
          n_clean++;
          continue;
        }
      if (!headed)
        {
          const BalanceLayoutCell head[] = {
            { NULL, 52, FALSE, BALANCE_INK_FAINT, 0 },
            { balance_layout_word (layout, "not", "未核查"), 10, TRUE, BALANCE_INK_FAINT, 0 },
            { balance_layout_word (layout, "checked", "已核查"), 10, TRUE, BALANCE_INK_FAINT, 0 },
          };

          balance_layout_blank (layout);
          balance_layout_heading (layout, balance_layout_word (layout, "Not checked: facts, earlier years or enough schools are missing",
                                                               "未核查：缺少数据项、往年数据，或可比学校过少"));
          balance_layout_row (layout, 0, head, G_N_ELEMENTS (head));
          headed = TRUE;
        }
      balance_layout_row (layout, 0, cells, G_N_ELEMENTS (cells));
    }

  balance_layout_blank (layout);
  summary = g_strdup_printf (balance_layout_word (layout, "%u of %u checks were made wherever they apply.", "%2$u项核查中，%1$u项在所有适用对象上都已核查。"), n_clean, n);
  balance_layout_paragraph (layout, 0, 0, BALANCE_INK_PLAIN, summary);
}

char *
balance_audit_report_dup_text (BalanceAuditReport *self)
{
  BalanceLayout layout;

  balance_layout_init (&layout, self->language, self->colour);
  add_head (self, &layout);
  add_findings (self, &layout);
  add_unchecked (self, &layout);

  return balance_layout_end (&layout);
}
