/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-census-private.h"

G_BEGIN_DECLS

/* The facts of one year while they come in, in the order of the input. Readers and the builder put values
 * here; balance_intake_finish() sorts the rows once and makes plain columns of it.
 *
 * A row number that an intake gives stays valid until it is finished. Values are decimals with a scale of
 * their own, so that nothing is lost before the scale of the whole column is known. */

#define BALANCE_NO_ROW   G_MAXUINT32
#define BALANCE_NO_VALUE 0xff        /* in place of a scale */

typedef struct
{
  BalanceField *field;
  gint64       *digits;
  guint8       *scales;
  guint         first_source;   /* the first source that has the column */
  GArray       *columns;        /* of guint32, as in BalanceColumn.source_columns */
  GArray       *origins;        /* of BalanceOrigin, unsorted; nullable */
} BalanceCells;

/* A row that a source names, and where. */
typedef struct
{
  guint32 row, line;
} BalanceIntakeLine;

typedef struct
{
  guint           n_rows, n_alloc;
  GPtrArray      *cells;         /* of BalanceCells, as they came */
  BalanceCells  **by_field;      /* [index of the field] */
  guint32        *seen_source;   /* [row] the last source that named the row, + 1 */
  guint32        *seen_line;     /* [row] where that source named it first */
  guint8         *joined;        /* [row] several sources named it */
  GPtrArray      *lines;         /* [source] GArray of BalanceIntakeLine; nullable items */
} BalanceIntakeTable;

typedef struct _BalanceIntake BalanceIntake;

struct _BalanceIntake
{
  BalanceDictionary  *dictionary;
  int                 year;
  guint               n_stages;
  GPtrArray          *sources;           /* of BalanceSource; not owned */

  BalanceIntakeTable  tables[BALANCE_LEVEL_REGION + 1];

  GStringChunk       *arena;
  GPtrArray          *texts;
  struct _BalanceIntakeIndex *text_index, *school_index;

  GArray             *district_of_text;  /* guint32 row + 1 */
  GArray             *district_text;     /* guint32: the code */
  GArray             *district_skipped;  /* guint8 */
  gboolean            skipped;

  GArray             *school_district;   /* guint32 */
  GArray             *school_text;       /* guint32: the code */
  GArray             *school_of_text;    /* guint32 row + 1: the first school of that code */
  GArray             *school_section;    /* guint32 row + 1: the last section of the school */

  GArray             *section_school;    /* guint32 */
  GArray             *section_stage;     /* guint8 */
  GArray             *section_before;    /* guint32 row + 1: the section of the same school before it */
};

/* `sources` is shared by the intakes of all years and must outlive them. */
BalanceIntake *balance_intake_new            (BalanceDictionary   *dictionary,
                                              int                  year,
                                              GPtrArray           *sources);
void           balance_intake_free           (BalanceIntake       *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceIntake, balance_intake_free)

guint          balance_intake_intern         (BalanceIntake       *self,
                                              const char          *text,
                                              gsize                length);

/* Each finds the row or makes it. */
guint32        balance_intake_add_district   (BalanceIntake       *self,
                                              const char          *code,
                                              gsize                length);
guint32        balance_intake_add_school     (BalanceIntake       *self,
                                              guint32              district,
                                              const char          *code,
                                              gsize                length);
guint32        balance_intake_add_section    (BalanceIntake       *self,
                                              guint32              school,
                                              guint                stage);
guint32        balance_intake_add_region     (BalanceIntake       *self);
/* BALANCE_NO_ROW if there is none. */
guint32        balance_intake_find_district  (BalanceIntake       *self,
                                              const char          *code,
                                              gsize                length);
guint32        balance_intake_find_school    (BalanceIntake       *self,
                                              guint32              district,
                                              const char          *code,
                                              gsize                length);
guint32        balance_intake_find_section   (BalanceIntake       *self,
                                              guint32              school,
                                              guint                stage);
/* Another district's school of the same code, the first that came; BALANCE_NO_ROW if there is none. */
guint32        balance_intake_find_namesake  (BalanceIntake       *self,
                                              guint32              school);

/* The source names the row on this line. */
void           balance_intake_touch          (BalanceIntake       *self,
                                              BalanceLevel         level,
                                              guint32              row,
                                              guint                source,
                                              guint                line);

/* The values of a field on a level, made on first use. */
BalanceCells  *balance_intake_get_cells      (BalanceIntake       *self,
                                              BalanceLevel         level,
                                              BalanceField        *field);
/* The source has these values in column `number`; stage -1 where the column is for all stages. */
void           balance_intake_set_column     (BalanceIntake       *self,
                                              BalanceCells        *cells,
                                              guint                source,
                                              int                  stage,
                                              guint                number);

/* Does the row hold another value already? */
static inline gboolean
balance_cells_differ (const BalanceCells   *cells,
                      guint32               row,
                      const BalanceDecimal *value)
{
  return cells->scales[row] != BALANCE_NO_VALUE &&
         (cells->digits[row] != value->digits || cells->scales[row] != value->scale);
}

void           balance_intake_note_origin    (BalanceCells        *cells,
                                              guint32              row,
                                              guint                source,
                                              guint                line);

/* Puts a normalized value where none is yet; does nothing if there is one. */
static inline void
balance_intake_put (const BalanceIntakeTable *table,
                    BalanceCells             *cells,
                    guint32                   row,
                    const BalanceDecimal     *value,
                    guint                     source,
                    guint                     line)
{
  if (cells->scales[row] != BALANCE_NO_VALUE)
    return;

  cells->digits[row] = value->digits;
  cells->scales[row] = (guint8) value->scale;
  if (G_UNLIKELY (table->seen_line[row] != line || (table->joined[row] && cells->first_source != source)))
    balance_intake_note_origin (cells, row, source, line);
}

/* Where a value that is there came from; line and column 0 if not known. */
void           balance_intake_find_cell      (BalanceIntake       *self,
                                              BalanceLevel         level,
                                              const BalanceCells  *cells,
                                              guint32              row,
                                              guint               *source,
                                              guint               *line,
                                              guint               *column);

const char    *balance_intake_get_name       (BalanceIntake       *self,
                                              BalanceLevel         level,
                                              guint32              row);   /* code of the row */

/* Checks what only shows when everything is there and makes the facts of it. The intake is empty afterwards
 * and good for balance_intake_free() only. */
BalanceFacts  *balance_intake_finish         (BalanceIntake       *self,
                                              BalanceProblems     *problems);

G_END_DECLS
