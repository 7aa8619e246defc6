/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "planning/balance-task-columns-private.h"

static const struct { BalanceTaskField field; double width; } columns[BALANCE_TASK_N_COLUMNS] = {
  { BALANCE_TASK_N_FIELDS, 6 },
  { BALANCE_TASK_DISTRICT, 9 },
  { BALANCE_TASK_DISTRICT_NAME, 12 },
  { BALANCE_TASK_SCHOOL, 12 },
  { BALANCE_TASK_SCHOOL_NAME, 20 },
  { BALANCE_TASK_STAGE, 6 },
  { BALANCE_TASK_KIND, 6 },
  { BALANCE_TASK_TITLE, 28 },
  { BALANCE_TASK_QUANTITY, 9 },
  { BALANCE_TASK_UNIT, 8 },
  { BALANCE_TASK_COST, 12 },
  { BALANCE_TASK_RESPONSIBLE_UNIT, 14 },
  { BALANCE_TASK_RESPONSIBLE_PERSON, 10 },
  { BALANCE_TASK_START, 11 },
  { BALANCE_TASK_DEADLINE, 11 },
  { BALANCE_TASK_STATUS, 9 },
  { BALANCE_TASK_PROGRESS, 8 },
  { BALANCE_TASK_FINISHED, 11 },
  { BALANCE_TASK_REASON, 16 },
  { BALANCE_TASK_EVIDENCE, 20 },
  { BALANCE_TASK_DEPENDS_ON, 9 },
  { BALANCE_TASK_REQUIREMENTS, 14 },
  { BALANCE_TASK_TARGET, 9 },
  { BALANCE_TASK_GIVER, 12 },
  { BALANCE_TASK_GIVER_NAME, 16 },
  { BALANCE_TASK_YEAR, 7 },
  { BALANCE_TASK_VERIFIED_YEAR, 9 },
  { BALANCE_TASK_N_FIELDS, 7 },
};

BalanceTaskField
balance_task_column_get_field (guint column)
{
  return columns[column].field;
}

const char *
balance_task_column_get_title (guint column, BalanceLanguage language)
{
  gboolean zh = language == BALANCE_LANGUAGE_ZH;

  if (column == 0)
    return zh ? "任务编号" : "Task";
  if (column == BALANCE_TASK_N_COLUMNS - 1)
    return zh ? "版本号" : "Revision";

  return balance_task_field_get_title (columns[column].field, language);
}

double
balance_task_column_get_width (guint column)
{
  return columns[column].width;
}
