/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-decimal-private.h"
#include "census/balance-dictionary-private.h"

G_BEGIN_DECLS

/* The facts of one school year as plain columns. Built once, never changed, shared by atomic reference
 * count; the GObjects of the public API are light views of it.
 *
 * Order of rows, whatever the order of the input:
 *   districts  by code (byte order)
 *   schools    by district, then code
 *   sections   by district, then stage, then school code
 *   groups     the runs of sections of one district and stage
 */

/* Where one value stands that is not where the source row and the source column of its place meet. */
typedef struct
{
  guint32 row;             /* of the table */
  guint32 source;
  guint32 source_row;
} BalanceOrigin;

/* One field on one level. Numbers are integers with one decimal scale for the whole column; where no common
 * one fits 64 bits (3607.0 beside 0.0699999928474426), each has its own.
 *   width 1  flag, attested          0 or 1
 *   width 4  gint32: numbers that fit, choice codes, text (index into `texts`), date (days), year
 *   width 8  gint64: numbers
 * Data is 64-byte aligned and readable for 64 bytes past its end; a missing row holds 0. */
typedef struct
{
  BalanceField  *field;
  guint8         width;
  guint8         scale;
  guint8        *scales;     /* [row] instead of `scale`; nullable */
  gpointer       data;
  guint64       *valid;      /* bit per row, little end first; NULL: every row has a value */
  guint          n_valid;
  gint64         min, max;   /* of the valid values as they stand in `data`; 0, 0 if there are none */
  guint32       *source_columns;   /* [source * (n_stages + 1) + stage + 1] or, not per stage, [.. + 0]; column number from 1, 0 = none */
  BalanceOrigin *origins;          /* by row; the exceptions */
  guint          n_origins;
  /* only in facts that were made by editing others */
  gboolean       borrowed;         /* data, valid and scales are those of the facts that were edited */
  guint64       *edited;           /* bit per row: the value is none that a source gave; nullable */
  guint32       *makers;           /* [row] who made an edited value: index in the facts' makers + 1, 0 = nobody; nullable */
} BalanceColumn;

static inline gboolean
balance_column_is_valid (const BalanceColumn *column, guint row)
{
  return column->valid == NULL || (column->valid[row >> 6] >> (row & 63) & 1);
}

static inline gint64
balance_column_get (const BalanceColumn *column, guint row)
{
  switch (column->width)
    {
    case 1:  return ((const guint8 *) column->data)[row];
    case 4:  return ((const gint32 *) column->data)[row];
    default: return ((const gint64 *) column->data)[row];
    }
}

static inline guint
balance_column_get_scale (const BalanceColumn *column, guint row)
{
  return column->scales != NULL ? column->scales[row] : column->scale;
}

/* The rows of a table that one source knows. They are a range, so that a file per district costs no more
 * than one file of all districts. */
typedef struct
{
  guint    first, n;
  guint32 *rows;                 /* row number in the source from 1 of table row first + i, 0 = not there */
} BalanceSourceRows;

/* The columns of one level. Levels: section, school, district, region (one row); not stage. */
typedef struct
{
  guint              n_rows;
  GPtrArray         *columns;       /* of BalanceColumn, only those that a source gives */
  BalanceSourceRows *source_rows;   /* [source] */
  gboolean           shared_rows;   /* the rows are those of the facts' parent */
} BalanceTable;

typedef struct
{
  char *file;                    /* as the caller named it */
  char *sheet;                   /* nullable; CSV files have none */
  char *digest;                  /* SHA-256 of the bytes, hex; nullable for builders */
} BalanceSource;

/* Where a school was found before: under another code, in another district, or as a school of its own. */
typedef struct
{
  const char *district, *code;
  guint32     part;              /* 0: the school itself; else one of several that became part of it */
} BalanceFormer;

typedef struct _BalanceFacts BalanceFacts;

struct _BalanceFacts
{
  gatomicrefcount     ref_count;
  BalanceFacts       *base;             /* nullable: all is its own but columns that were added or edited */
  BalanceFacts       *parent;           /* nullable: owns texts, names and borrowed columns of facts with other rows */

  BalanceDictionary  *dictionary;
  int                 year;             /* 0 = not stated */
  GPtrArray          *sources;          /* of BalanceSource: all that the import read, whatever their year */
  GPtrArray          *makers;           /* of BalanceCell: where it is said that values are to be others; nullable */

  BalanceTable        sections, schools, districts, region;

  char              **texts;            /* [0] is ""; the same text may stand here several times: a number says where a text is, not which */
  guint               n_texts;
  GStringChunk       *arena;            /* holds the texts .. */
  GPtrArray          *pieces;           /* .. or some of them; nullable */

  /* districts */
  const char        **district_codes, **district_names;   /* name may be "" */
  guint32            *district_sections, *district_schools, *district_groups;   /* offsets, n + 1 */
  guint8             *district_skipped;                   /* rows of it were left out on reading */
  gboolean            skipped;                            /* rows were left out that name no district */

  /* schools */
  const char        **school_codes, **school_names;
  guint32            *school_district;
  guint32            *school_sections;  /* offsets into school_section_rows, n + 1 */
  guint32            *school_section_rows;   /* section rows of each school, by stage */
  guint32            *school_formers;   /* offsets into formers, n + 1; nullable */
  BalanceFormer      *formers;

  /* sections */
  guint32            *section_school;
  guint8             *section_stage;
  guint32            *section_group;

  /* groups */
  guint               n_groups;
  guint32            *group_sections;   /* offsets, n + 1 */
  guint32            *group_district;
  guint8             *group_stage;
};

void                 balance_column_free       (gpointer column);
BalanceFacts        *balance_facts_new         (BalanceDictionary *dictionary,
                                                int                year);    /* empty, for those who build */
/* In editable facts, while nobody else has them: a column of `n_rows` missing numbers with one scale for all, ready to be filled: data, valid and n_valid. */
BalanceColumn       *balance_facts_add_column  (BalanceFacts *self,
                                                BalanceLevel  table,
                                                BalanceField *field,
                                                guint         scale);
BalanceFacts        *balance_facts_ref         (BalanceFacts *self);
void                 balance_facts_unref       (BalanceFacts *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceFacts, balance_facts_unref)

BalanceTable        *balance_facts_get_table   (BalanceFacts *self,
                                                BalanceLevel  level);      /* NULL for stage */
/* The row of a district, or of a school in one, by its code; BALANCE_NO_ROW if there is none. */
#define BALANCE_NO_ROW G_MAXUINT32
guint32              balance_facts_find_district (BalanceFacts *self,
                                                  const char   *code);
guint32              balance_facts_find_school (BalanceFacts *self,
                                                guint         district,
                                                const char   *code);
/* By id, so that a standard with an extended dictionary finds its fields; nullable. A field of level school
 * with type count or amount may stand in the section table as well: the section's own part. */
const BalanceColumn *balance_facts_find_column (BalanceFacts *self,
                                                BalanceLevel  table,
                                                const char   *field_id);
/* Where a value came from. FALSE if the row or column has no source. */
gboolean             balance_facts_get_cell    (BalanceFacts        *self,
                                                BalanceLevel         table,
                                                const BalanceColumn *column,
                                                guint                row,
                                                guint               *source,
                                                guint               *source_row,
                                                guint               *source_column);
/* Where a value would stand that is missing: as above if the file has the column, else only the row. */

/* The text of a row that has one. Texts are compared by what they say, never by their numbers: those of most rows come in
 * without anybody looking whether there are others alike. */
static inline const char *
balance_facts_get_text (const BalanceFacts *self, const BalanceColumn *column, guint row)
{
  return self->texts[balance_column_get (column, row)];
}

/* For those who compare many: puts the first number of each text into `first`, under the text. (nullable) (transfer full)
 * [number] the first one of the same text; NULL if each text stands there once. */
gint32              *balance_facts_find_same_texts (const BalanceFacts *self,
                                                    GHashTable         *first);

/* The cell that says that an edited value is to be as it is; NULL where it was not edited, or nobody said where. */
BalanceCell         *balance_facts_get_maker   (BalanceFacts        *self,
                                                const BalanceColumn *column,
                                                guint                row);
/* The runs of sections of one district and stage, once the sections are in order. */
void                 balance_facts_make_groups (BalanceFacts *self);

/* One value as it stands in a column. */
typedef struct
{
  gboolean       valid;
  gboolean       edited;
  BalanceDecimal value;
  guint32        maker;    /* as in BalanceColumn.makers */
} BalanceFact;

/* Facts whose columns can be changed, for one thread alone; what is not changed is shared with `base`. */
BalanceFacts        *balance_facts_new_editable (BalanceFacts *base);
/* The same as they are now, never to change. */
BalanceFacts        *balance_facts_snapshot    (BalanceFacts *self);
/* The table of editable facts as it is now, for other facts with the same rows there, which have its base as their parent. */
void                 balance_facts_share_table (BalanceFacts       *self,
                                                BalanceTable       *to,
                                                const BalanceTable *from);
/* Number of a maker in editable facts; takes a reference. */
guint32              balance_facts_add_maker   (BalanceFacts *self,
                                                BalanceCell  *cell);
/* A column of its own; made where there is none. `added` tells. */
BalanceColumn       *balance_facts_edit_column (BalanceFacts  *self,
                                                BalanceLevel   table,
                                                BalanceField  *field,
                                                gboolean      *added);
/* TRUE if the column has another width, scale or range now, or rows without a value for the first time. */
gboolean             balance_facts_set         (BalanceFacts      *self,
                                                BalanceLevel       table,
                                                BalanceColumn     *column,
                                                guint              row,
                                                const BalanceFact *fact,
                                                BalanceFact       *before);

struct _BalanceCensus
{
  GObject       parent_instance;
  BalanceFacts *facts;
};

BalanceCensus       *balance_census_new_take   (BalanceFacts *facts);

G_END_DECLS
