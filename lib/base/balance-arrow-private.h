/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

/* The Arrow C data and C stream interface: https://arrow.apache.org/docs/format/CDataInterface.html
 * The structures are the interface; names, guards and order are prescribed by it. */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE           2
#define ARROW_FLAG_MAP_KEYS_SORTED    4

struct ArrowSchema
{
  const char          *format;
  const char          *name;
  const char          *metadata;
  int64_t              flags;
  int64_t              n_children;
  struct ArrowSchema **children;
  struct ArrowSchema  *dictionary;
  void               (*release) (struct ArrowSchema *);
  void                *private_data;
};

struct ArrowArray
{
  int64_t             length;
  int64_t             null_count;
  int64_t             offset;
  int64_t             n_buffers;
  int64_t             n_children;
  const void        **buffers;
  struct ArrowArray **children;
  struct ArrowArray  *dictionary;
  void              (*release) (struct ArrowArray *);
  void               *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream
{
  int          (*get_schema)     (struct ArrowArrayStream *, struct ArrowSchema *);
  int          (*get_next)       (struct ArrowArrayStream *, struct ArrowArray *);
  const char * (*get_last_error) (struct ArrowArrayStream *);
  void         (*release)        (struct ArrowArrayStream *);
  void          *private_data;
};

#endif

/* ---- giving tables away */

/* Rows in a batch. So few that the 32-bit offsets of texts suffice even where each is as long as a cell may be. */
#define BALANCE_ARROW_BATCH 8192

typedef enum
{
  BALANCE_ARROW_TEXT,        /* utf8 */
  BALANCE_ARROW_WORD,        /* dictionary of utf8: one of a few words */
  BALANCE_ARROW_DOUBLE,
  BALANCE_ARROW_INT32,
  BALANCE_ARROW_INT64,
  BALANCE_ARROW_BOOL,
  BALANCE_ARROW_DATE,        /* days since 1970-01-01 */
} BalanceArrowKind;

/* One column of the batch that is being filled. */
typedef struct _BalanceArrowColumn BalanceArrowColumn;

/* The columns of a table, as a stream gives them. */
typedef struct _BalanceArrowTable BalanceArrowTable;

/* Puts at most BALANCE_ARROW_BATCH rows into every column and returns how many; 0 at the end, -1 and an error where it
 * fails. */
typedef int (*BalanceArrowFill) (BalanceArrowTable  *table,
                                 gpointer            data,
                                 GError            **error);

BalanceArrowTable  *balance_arrow_table_new        (void);
void                balance_arrow_table_free       (BalanceArrowTable        *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalanceArrowTable, balance_arrow_table_free)
/* Columns are numbered as they are added. `words` is copied and only for words. */
guint               balance_arrow_table_add        (BalanceArrowTable        *self,
                                                    const char               *name,
                                                    BalanceArrowKind          kind,
                                                    const char *const        *words,
                                                    guint                     n_words);
/* Each appends one row to a column; NULL, -1 and NaN are missing. */
void                balance_arrow_table_put_text   (BalanceArrowTable        *self,
                                                    guint                     column,
                                                    const char               *text);
void                balance_arrow_table_put_word   (BalanceArrowTable        *self,
                                                    guint                     column,
                                                    int                       word);
void                balance_arrow_table_put_double (BalanceArrowTable        *self,
                                                    guint                     column,
                                                    double                    value);
/* Integers, truth values and dates. */
void                balance_arrow_table_put_int    (BalanceArrowTable        *self,
                                                    guint                     column,
                                                    gboolean                  valid,
                                                    gint64                    value);

/* Many rows at once: of each the text of which `which` is the number. Empty ones are missing if `empty_is_missing`. */
void                balance_arrow_table_put_texts  (BalanceArrowTable        *self,
                                                    guint                     column,
                                                    const char *const        *texts,
                                                    const guint32            *which,
                                                    guint                     n,
                                                    gboolean                  empty_is_missing);
/* The same of doubles, and words of which there are no more than 127, none of them missing. The caller writes these. */
void                balance_arrow_table_put_doubles (BalanceArrowTable       *self,
                                                     guint                    column,
                                                     const double            *values,
                                                     guint                    n);
gint8              *balance_arrow_table_add_words  (BalanceArrowTable        *self,
                                                    guint                     column,
                                                    guint                     n);

/* Makes a stream in `stream`, which holds nothing yet. The stream takes the table and `data`. */
void                balance_arrow_table_export     (BalanceArrowTable        *self,
                                                    BalanceArrowFill          fill,
                                                    gpointer                  data,
                                                    GDestroyNotify            free_data,
                                                    struct ArrowArrayStream  *stream);

G_END_DECLS
