/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* The columns of the workbook of gaps: written by the report, filled in by people, read back here. */
typedef enum
{
  BALANCE_GAP_COLUMN_NUMBER,
  BALANCE_GAP_COLUMN_DISTRICT,
  BALANCE_GAP_COLUMN_SCHOOL,
  BALANCE_GAP_COLUMN_SUBJECT,
  BALANCE_GAP_COLUMN_STAGE,
  BALANCE_GAP_COLUMN_ID,
  BALANCE_GAP_COLUMN_TITLE,
  BALANCE_GAP_COLUMN_VALUE,
  BALANCE_GAP_COLUMN_LIMIT,
  BALANCE_GAP_COLUMN_AMOUNT,
  BALANCE_GAP_COLUMN_FLOOR_AMOUNT,
  BALANCE_GAP_COLUMN_UNIT,
  BALANCE_GAP_COLUMN_TARGET,
  BALANCE_GAP_COLUMN_MEASURE,
  BALANCE_GAP_COLUMN_RESPONSIBLE,
  BALANCE_GAP_COLUMN_PERSON,
  BALANCE_GAP_COLUMN_DEADLINE,
  BALANCE_GAP_COLUMN_STATUS,
  BALANCE_GAP_N_COLUMNS
} BalanceGapColumn;

const char *balance_gap_column_title (BalanceGapColumn column, BalanceLanguage language);

/* The states of an item of rectification, as the store knows them, and as people write them. */
#define BALANCE_GAP_N_STATES 5

const char *balance_gap_state_id    (guint state);
const char *balance_gap_state_title (guint state, BalanceLanguage language);

G_END_DECLS
