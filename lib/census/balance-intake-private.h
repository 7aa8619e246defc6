/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-problem-private.h"
#include "census/balance-census-private.h"

#include <string.h>

G_BEGIN_DECLS

/* The facts of one year while they come in, in the order of the input. Readers and the builder put values
 * here; balance_intake_finish() sorts the rows once and makes plain columns of it.
 *
 * A row number that an intake gives stays valid until it is finished. */

typedef struct
{
  BalanceField *field;
  gpointer      values;         /* [row] gint32 or gint64 as long as they fit; the smallest one: missing */
  guint8       *scales;         /* [row] where no scale fits all values; else NULL, and .. */
  guint8        scale;          /* .. all have this one */
  guint8        width;          /* 4 or 8 */
  guint         n_alloc;
  guint         first_source;   /* the first source that has the column */
  GArray       *columns;        /* of guint32, as in BalanceColumn.source_columns */
  GArray       *origins;        /* of BalanceOrigin, unsorted; nullable */
} BalanceCells;

BalanceCells  *balance_cells_new      (BalanceField         *field,
                                       guint                 n_alloc);
void           balance_cells_free     (gpointer              cells);
/* Room for more rows, all missing. */
void           balance_cells_grow     (BalanceCells         *self,
                                       guint                 n_alloc);
/* Puts a normalized value, be there one already or not. */
void           balance_cells_set      (BalanceCells         *self,
                                       guint32               row,
                                       const BalanceDecimal *value);
/* The same of many rows: digits[picked[0]] at one scale for rows[0] and so on; G_MININT64 leaves the row as it is. */
void           balance_cells_set_picked (BalanceCells       *self,
                                         const guint32      *rows,
                                         const gint64       *digits,
                                         const guint32      *picked,
                                         guint               scale,
                                         guint               n);
/* All rows get a value, which is no decimal fraction. */
void           balance_cells_fill     (BalanceCells         *self,
                                       const gint32         *values,
                                       guint                 n);
void           balance_cells_clear    (BalanceCells         *self,
                                       guint32               row);
/* Room for exactly `n` rows of one scale, for the caller to fill; there were none. */
void           balance_cells_begin    (BalanceCells         *self,
                                       guint                 n,
                                       guint                 width,
                                       guint                 scale);
/* The value, normalized; FALSE if there is none. */
gboolean       balance_cells_get      (const BalanceCells   *self,
                                       guint32               row,
                                       BalanceDecimal       *value);
/* Takes the memory of the values, which becomes that of `n` of them and 64 zero bytes behind; for g_aligned_free(). The cells
 * have no rows then. */
gpointer       balance_cells_steal_values (BalanceCells     *self,
                                           guint             n);
/* The scale becomes the coarsest that holds all values, as if they had come at once; one of its own for each stays
 * only where that must be. */
void           balance_cells_settle   (BalanceCells         *self,
                                       guint                 n);

static inline gint64
balance_cells_get_raw (const BalanceCells *self,
                       guint32             row)
{
  return self->width == 4 ? ((const gint32 *) self->values)[row] : ((const gint64 *) self->values)[row];
}

static inline gboolean
balance_cells_has (const BalanceCells *self,
                   guint32             row)
{
  return balance_cells_get_raw (self, row) != (self->width == 4 ? G_MININT32 : G_MININT64);
}

static inline guint
balance_cells_get_scale (const BalanceCells *self,
                         guint32             row)
{
  return self->scales != NULL ? self->scales[row] : self->scale;
}

/* A row that a source names, and where. */
typedef struct
{
  guint32 row, line;
} BalanceIntakeLine;

/* In place of a line where no source has named the row. */
#define BALANCE_INTAKE_UNSEEN G_MAXUINT32

typedef struct
{
  guint           n_rows, n_alloc;
  GPtrArray      *cells;         /* of BalanceCells, as they came */
  BalanceCells  **by_field;      /* [index of the field] */
  guint           only_source;   /* the only source that named any row so far, + 1; 0: none did */
  guint32        *seen_source;   /* [row] the last source that named the row, + 1; NULL while there is only one */
  guint32        *seen_line;     /* [row] where that source named it first, or BALANCE_INTAKE_UNSEEN */
  guint8         *joined;        /* [row] several sources named it; NULL while there is only one */
  GPtrArray      *lines;         /* [source] GArray of BalanceIntakeLine that were not the last to name their row; nullable items */
  guint           n_listed;      /* rows whose last line is among those too */
  guint           n_expected;    /* rows that it will have as it seems; 0: not known */
} BalanceIntakeTable;

typedef struct _BalanceIntake BalanceIntake;

static inline guint64
balance_hash_mix (guint64 hash,
                  guint64 word)
{
  unsigned __int128 product = (unsigned __int128) (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (guint64) product ^ (guint64) (product >> 64);
}

/* A text of at most eight bytes as a word, which is that of no other text of its length. */
static inline guint64
balance_text_get_word (const char *text,
                       gsize       length)
{
  guint64 word = 0;

  if (length == 8)
    {
      memcpy (&word, text, 8);
    }
  else if (length >= 4)
    {
      guint32 first, last;

      memcpy (&first, text, 4);
      memcpy (&last, text + length - 4, 4);
      word = (guint64) last << 32 | first;
    }
  else if (length > 0)
    {
      word = (guint64) (guchar) text[0] | (guint64) (guchar) text[length / 2] << 8 | (guint64) (guchar) text[length - 1] << 16;
    }

  return word;
}

static inline guint32
balance_text_hash (const char *text,
                   gsize       length)
{
  const char *end = text + length;
  guint64 hash = length ^ G_GUINT64_CONSTANT (0xd6e8feb86659fd93);
  guint64 words[2];

  if (length <= 8)
    return (guint32) balance_hash_mix (hash, balance_text_get_word (text, length));

  for (; end - text > 16; text += 16)
    {
      memcpy (words, text, 16);
      hash = balance_hash_mix (hash, words[0]) ^ words[1] * G_GUINT64_CONSTANT (0xa0761d6478bd642f);
    }
  /* the last sixteen bytes, of which some may have been taken before, or of a shorter text its two ends */
  memcpy (&words[0], length > 16 ? end - 16 : text, 8);
  memcpy (&words[1], end - 8, 8);

  return (guint32) balance_hash_mix (balance_hash_mix (hash, words[0]), words[1]);
}

struct _BalanceIntake
{
  BalanceDictionary  *dictionary;
  int                 year;
  guint               n_stages;
  guint               n_threads;         /* that may finish it, 0: one a processor */
  GPtrArray          *sources;           /* of BalanceSource; not owned */

  BalanceIntakeTable  tables[BALANCE_LEVEL_REGION + 1];

  GStringChunk       *arena;
  GPtrArray          *texts;
  struct _BalanceIntakeIndex *text_index, *school_index;
  gboolean            unindexed;         /* some texts and schools are not in them yet */

  GPtrArray          *pieces;            /* further memory that texts are in; nullable */
  char               *piece;             /* what is left of the last one .. */
  gsize               n_piece;           /* .. and how much */

  struct _BalanceIntakeDraft *draft;     /* nullable */
  guint               n_placed[2];       /* [level] the first sections and schools, which came in the order of the facts .. */
  guint               placed_source;     /* .. from this source */

  GArray             *district_of_text;  /* guint32 row + 1 */
  GArray             *district_text;     /* guint32: the code */
  GArray             *district_hash;     /* guint32: of the code */
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

/* `hash` is balance_text_hash() of the text; whoever has it already saves reckoning it again. */
guint          balance_intake_intern_hashed  (BalanceIntake       *self,
                                              const char          *text,
                                              gsize                length,
                                              guint32              hash);

/* Memory for texts, which the facts will have. */
char          *balance_intake_get_text_memory (BalanceIntake      *self,
                                               gsize               size);
/* Numbers for texts that the caller then puts into `texts`: they may be those of others. Gives the first one. */
guint          balance_intake_number_texts   (BalanceIntake       *self,
                                              guint                n);

/* The first rows, at once, for the caller to fill in all that is known of them, and to make room for their values. */
void           balance_intake_add_rows       (BalanceIntake       *self,
                                              BalanceLevel         level,
                                              guint                n,
                                              guint                source);

/* A new row, of which nothing is known yet. */
guint32        balance_intake_add_row        (BalanceIntake       *self,
                                              BalanceLevel         level);
/* Each finds the row or makes it. */
guint32        balance_intake_add_district_hashed (BalanceIntake  *self,
                                                   const char     *code,
                                                   gsize           length,
                                                   guint32         hash);
guint32        balance_intake_add_school_hashed   (BalanceIntake  *self,
                                                   guint32         district,
                                                   const char     *code,
                                                   gsize           length,
                                                   guint32         hash);
/* Of a school that is known to be new. */
guint32        balance_intake_add_new_school (BalanceIntake       *self,
                                              guint32              district,
                                              const char          *code,
                                              gsize                length,
                                              guint32              hash);
guint32        balance_intake_add_section    (BalanceIntake       *self,
                                              guint32              school,
                                              guint                stage);
/* The same of a section that is known to be new. */
guint32        balance_intake_add_new_section (BalanceIntake      *self,
                                               guint32             school,
                                               guint               stage);
guint32        balance_intake_add_region     (BalanceIntake       *self);
/* BALANCE_NO_ROW if there is none. */
guint32        balance_intake_find_district_hashed (BalanceIntake *self,
                                                    const char    *code,
                                                    gsize          length,
                                                    guint32        hash);
guint32        balance_intake_find_school_hashed   (BalanceIntake *self,
                                                    guint32        district,
                                                    const char    *code,
                                                    gsize          length,
                                                    guint32        hash);
guint32        balance_intake_find_section   (BalanceIntake       *self,
                                              guint32              school,
                                              guint                stage);
/* Another district's school of the same code, the first that came; BALANCE_NO_ROW if there is none. */
guint32        balance_intake_find_namesake  (BalanceIntake       *self,
                                              guint32              school);

static inline guint
balance_intake_intern (BalanceIntake *self,
                       const char    *text,
                       gsize          length)
{
  return balance_intake_intern_hashed (self, text, length, balance_text_hash (text, length));
}

static inline guint32
balance_intake_add_district (BalanceIntake *self,
                             const char    *code,
                             gsize          length)
{
  return balance_intake_add_district_hashed (self, code, length, balance_text_hash (code, length));
}

static inline guint32
balance_intake_add_school (BalanceIntake *self,
                           guint32        district,
                           const char    *code,
                           gsize          length)
{
  return balance_intake_add_school_hashed (self, district, code, length, balance_text_hash (code, length));
}

static inline guint32
balance_intake_find_district (BalanceIntake *self,
                              const char    *code,
                              gsize          length)
{
  return balance_intake_find_district_hashed (self, code, length, balance_text_hash (code, length));
}

static inline guint32
balance_intake_find_school (BalanceIntake *self,
                            guint32        district,
                            const char    *code,
                            gsize          length)
{
  return balance_intake_find_school_hashed (self, district, code, length, balance_text_hash (code, length));
}

/* Soon one of the above will be asked for the text, or for the school: hides that memory is slow. */
void           balance_intake_expect_text    (BalanceIntake       *self,
                                              guint32              hash);
void           balance_intake_expect_school  (BalanceIntake       *self,
                                              guint32              district_hash,
                                              guint32              code_hash);

/* The last source that named the row, + 1, or 0 .. */
static inline guint
balance_intake_get_source (const BalanceIntakeTable *table,
                           guint32                   row)
{
  if (table->seen_source != NULL)
    return table->seen_source[row];

  return table->seen_line[row] != BALANCE_INTAKE_UNSEEN ? table->only_source : 0;
}

/* .. and where it did, or 0. */
static inline guint
balance_intake_get_line (const BalanceIntakeTable *table,
                         guint32                   row)
{
  return table->seen_line[row] != BALANCE_INTAKE_UNSEEN ? table->seen_line[row] : 0;
}

static inline gboolean
balance_intake_is_joined (const BalanceIntakeTable *table,
                          guint32                   row)
{
  return table->joined != NULL && table->joined[row];
}

/* A further source names the row: what the one before it said is kept. */
void           balance_intake_displace       (BalanceIntakeTable  *table,
                                              guint32              row,
                                              guint                source,
                                              guint                line);

/* The source names the row on this line. */
static inline void
balance_intake_touch (BalanceIntake *self,
                      BalanceLevel   level,
                      guint32        row,
                      guint          source,
                      guint          line)
{
  BalanceIntakeTable *table = &self->tables[level];

  if (G_UNLIKELY (table->only_source != source + 1))
    balance_intake_displace (table, row, source, line);
  else if (table->seen_line[row] == BALANCE_INTAKE_UNSEEN)
    table->seen_line[row] = line;
}

/* Puts the last line that named each row on the lists of the tables as well. */
void           balance_intake_list_lines     (BalanceIntake       *self);

/* Rows that are in the order of the intake, into that in which a source named them first: so what is said about them
 * comes as they did, although those of a draft are in the order of the facts. */
void           balance_intake_sort_as_named  (BalanceIntake       *self,
                                              BalanceLevel         level,
                                              guint32             *rows,
                                              guint                n);

/* So much of all that is going to come is there: the tables grow at once to what they will be, not by and by. */
void           balance_intake_expect         (BalanceIntake       *self,
                                              double               share);

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
  BalanceDecimal known;

  return balance_cells_get (cells, row, &known) && (known.digits != value->digits || known.scale != value->scale);
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
  if (balance_cells_has (cells, row))
    return;

  balance_cells_set (cells, row, value);
  if (G_UNLIKELY (table->seen_line[row] != line || (balance_intake_is_joined (table, row) && cells->first_source != source)))
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

/* No more rows and texts come: lets go of what it takes to find them. */
void           balance_intake_close          (BalanceIntake       *self);

/* Who belongs to whom is known elsewhere: lets go of that as well. */
void           balance_intake_forget_links   (BalanceIntake       *self);

/* Checks what only shows when everything is there and makes the facts of it. The intake is empty afterwards
 * and good for balance_intake_free() only. */
BalanceFacts  *balance_intake_finish         (BalanceIntake       *self,
                                              BalanceProblems     *problems);

G_END_DECLS
