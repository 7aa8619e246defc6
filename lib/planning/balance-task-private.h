/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-decimal-private.h"
#include "base/balance-text-private.h"

G_BEGIN_DECLS

/* What a task says of itself. Every field has one canonical text, or NULL where it is empty; that text is what stands
 * in the store, in the history and in what programs read. The order is that of the table of the store. */
typedef enum
{
  BALANCE_TASK_YEAR,
  BALANCE_TASK_DISTRICT,
  BALANCE_TASK_DISTRICT_NAME,
  BALANCE_TASK_SCHOOL,
  BALANCE_TASK_SCHOOL_NAME,
  BALANCE_TASK_GIVER,
  BALANCE_TASK_GIVER_NAME,
  BALANCE_TASK_STAGE,
  BALANCE_TASK_KIND,
  BALANCE_TASK_MEASURE,
  BALANCE_TASK_TITLE,
  BALANCE_TASK_REQUIREMENTS,
  BALANCE_TASK_TARGET,
  BALANCE_TASK_QUANTITY,
  BALANCE_TASK_UNIT,
  BALANCE_TASK_COST,
  BALANCE_TASK_EFFECTS,
  BALANCE_TASK_PHASE,
  BALANCE_TASK_RESPONSIBLE_UNIT,
  BALANCE_TASK_RESPONSIBLE_PERSON,
  BALANCE_TASK_START,
  BALANCE_TASK_DEADLINE,
  BALANCE_TASK_DEPENDS_ON,
  BALANCE_TASK_STATUS,
  BALANCE_TASK_PROGRESS,
  BALANCE_TASK_FINISHED,
  BALANCE_TASK_VERIFIED_YEAR,
  BALANCE_TASK_REASON,
  BALANCE_TASK_EVIDENCE,
  BALANCE_TASK_N_FIELDS
} BalanceTaskField;

struct _BalanceTask
{
  GObject  parent_instance;

  gint64   id;                                /* 0: in no store yet */
  gint64   revision;                          /* of the ledger that it was read from */
  char    *values[BALANCE_TASK_N_FIELDS];     /* nullable */
  guint64  stated;                            /* bit per field: what is to count where the same work is in a ledger already */
};

/* What a unit of the quantity does to one fact of the school where it is done. */
typedef struct
{
  char           *field;
  BalanceDecimal  amount;
  gboolean        has_before;
  BalanceDecimal  before;     /* when the task was made */
} BalanceTaskEffect;

/* Something that is wrong with a task, in one field. */
typedef void (*BalanceTaskFault) (BalanceTaskField   field,
                                  const BalanceText *message,
                                  const BalanceText *expected,
                                  gpointer           user_data);

/* -- fields (balance-task-fields.c) */
const char *balance_task_field_get_id    (BalanceTaskField  field);
/* By id, or by title in either language; BALANCE_TASK_N_FIELDS if there is none. */
BalanceTaskField balance_task_field_find (const char       *name);
const char *balance_task_field_get_title (BalanceTaskField  field,
                                          BalanceLanguage   language);
/* The column of an INTEGER in the store. */
gboolean    balance_task_field_is_number (BalanceTaskField  field);
/* May people change it, as opposed to what the library knows of where the task came from? */
gboolean    balance_task_field_is_edited (BalanceTaskField  field);
/* A text as people and programs write it, made canonical; NULL where it is empty. FALSE with what is expected where it
 * cannot be understood. `dictionary` (nullable) knows stages and units by their titles. */
gboolean    balance_task_field_read      (BalanceTaskField   field,
                                          BalanceDictionary *dictionary,
                                          const char        *text,
                                          char             **value,
                                          BalanceText       *expected);
/* (transfer full) A canonical text as people read it; "" for NULL. */
char       *balance_task_field_show      (BalanceTaskField   field,
                                          BalanceDictionary *dictionary,
                                          const char        *value,
                                          BalanceLanguage    language);
const char *balance_task_status_word     (BalanceTaskStatus  status,
                                          BalanceLanguage    language);
const char *balance_task_status_id       (BalanceTaskStatus  status);
const char *balance_task_kind_word       (BalanceTaskKind    kind,
                                          BalanceLanguage    language);
const char *balance_task_kind_id         (BalanceTaskKind    kind);
/* "2026-01-31", by the clock; (transfer full) */
char       *balance_task_dup_today       (void);
/* "2026Q1" of a date; (transfer full), NULL for NULL */
char       *balance_task_dup_quarter     (const char        *date);

/* -- tasks (balance-task.c) */
/* Takes values, which are canonical, over. */
BalanceTask *balance_task_new_take       (gint64             id,
                                          gint64             revision,
                                          char             **values);
/* A copy with another value in one field, canonical or NULL. */
BalanceTask *balance_task_copy           (BalanceTask       *self);
void         balance_task_set            (BalanceTask       *self,      /* a copy that nobody else has */
                                          BalanceTaskField   field,
                                          const char        *value);
/* Made by a program: only the figures are to count, and what is `more` (nullable, by field). */
void         balance_task_state_figures  (BalanceTask       *self,
                                          const char *const *more);
/* What follows of a change by itself: a percentage only while it is under way, a day on which it was finished only
 * where it is, `as_of` if none is given. */
void         balance_task_settle         (BalanceTask       *self,
                                          const char        *as_of);
/* What does not go together. */
void         balance_task_check          (BalanceTask       *self,
                                          BalanceTaskFault   fault,
                                          gpointer           user_data);
/* What people may not do from one state to the next; `before` NULL: a new task. */
void         balance_task_check_change   (BalanceTask       *before,
                                          BalanceTask       *after,
                                          BalanceTaskFault   fault,
                                          gpointer           user_data);
/* In parts of a yuan; FALSE where it is not known. */
gboolean     balance_task_get_money      (BalanceTask       *self,
                                          gint64            *parts);
/* (transfer full) of BalanceTaskEffect, amounts of the whole quantity */
GArray      *balance_task_dup_effects    (BalanceTask       *self);
char        *balance_task_effects_to_string (GArray         *effects);
/* Are they about the same work: the same plan or gap, place and year? For a hash table of tasks, with the hash of that. */
gboolean     balance_task_is_same_work   (gconstpointer      one,
                                          gconstpointer      other);
guint        balance_task_hash_work      (gconstpointer      task);

G_END_DECLS
