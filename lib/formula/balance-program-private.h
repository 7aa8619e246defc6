/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "base/balance-number-private.h"
#include "census/balance-census-private.h"
#include "formula/balance-expression-private.h"

G_BEGIN_DECLS

/* Formulas compiled to a graph of column operations.
 *
 * A program is compiled once for a standard, its options and a date. A frame computes columns of that
 * program for some districts of a census (one of them, or all for what is asked of the region). The
 * same nodes serve the bulk evaluation and the explanation of a single finding. */

#define BALANCE_N_LEVELS 5

typedef enum
{
  BALANCE_VALUE_NUMBER,
  BALANCE_VALUE_FLAG,
  BALANCE_VALUE_CHOICE,
  BALANCE_VALUE_TEXT,
  BALANCE_VALUE_DATE,
} BalanceValueType;

#define BALANCE_DIMENSION_SIZE 6

/* Product of powers of base units: yuan/pupil is {yuan 1, pupil -1}. */
typedef struct
{
  guint n;
  struct
  {
    guint16 unit;      /* index in the dictionary */
    gint16  power;
  } items[BALANCE_DIMENSION_SIZE];
} BalanceDimension;

gboolean balance_dimension_parse    (BalanceDimension  *self,
                                     BalanceDictionary *dictionary,
                                     const char        *unit);    /* "m2/pupil", "%", "1", NULL */
gboolean balance_dimension_equal    (const BalanceDimension *a, const BalanceDimension *b);
char    *balance_dimension_to_string (const BalanceDimension *self, BalanceDictionary *dictionary);

/* One formula for all stages, or one per stage (NULL where a stage has none). */
typedef struct
{
  BalanceExpression  *all;
  BalanceExpression **by_stage;     /* [n_stages of the pack] */
  guint               line, column; /* where it stands in the pack */
  gboolean            faulty;       /* there was more than could be read */
} BalanceDefinition;

typedef enum
{
  BALANCE_NAME_FIELD,
  BALANCE_NAME_COMPUTED,      /* a field with a formula, an indicator */
  BALANCE_NAME_OPTION,
  BALANCE_NAME_REQUIREMENT,
} BalanceNameKind;

/* Another formula that takes the place of the usual one where a condition holds. */
typedef struct
{
  const char              *id;       /* for messages */
  const BalanceExpression *when;     /* nullable: always */
  guint                    when_line, when_column;
  const BalanceDefinition *value;
} BalanceAlternative;

typedef struct _BalanceNode BalanceNode;

typedef struct
{
  const char               *id;
  BalanceNameKind           kind;
  BalanceLevel              level;
  BalanceField             *field;         /* FIELD; COMPUTED choice fields */
  const BalanceDefinition  *definition;    /* COMPUTED */
  const char               *unit;          /* COMPUTED */
  gboolean                  has_unit;
  gboolean                  flag;          /* COMPUTED: declared to be a flag */
  const gboolean           *stages;        /* COMPUTED: [n_stages of the pack] where it has a value; NULL = everywhere */
  const BalanceAlternative *alternatives;  /* COMPUTED */
  guint                     n_alternatives;
  const char               *text;          /* OPTION: the value in force */
  char                    **values;        /* OPTION: what it may be */
  guint                     index;         /* REQUIREMENT: number for the host */
  gboolean                  uses_region;   /* REQUIREMENT */
  /* set while compiling */
  BalanceNode              *node;
  gboolean                  busy;
  gboolean                  failed;
  gboolean                  used;
} BalanceName;

typedef struct _BalanceProgram BalanceProgram;
typedef struct _BalanceFrame BalanceFrame;

/* What a formula is compiled for: the level of its rows, and which sections its aggregates see. */
typedef struct
{
  BalanceLevel      level;
  BalanceNode      *mask;        /* flag per section; NULL = the pack's own scope */
  const BalanceDecimal *points;  /* in `score` only */
  const char       *file;
  guint             line, column;
} BalanceContext;

typedef struct
{
  BalanceValueType  type;
  BalanceDimension  dimension;
  gboolean          bare;        /* a number without a unit that takes the unit of its neighbour */
} BalanceTyping;

struct _BalanceProgram
{
  BalanceDictionary *dictionary;     /* with the pack's own fields and stages */
  GHashTable        *names;          /* id -> BalanceName, owned by the caller */
  guint             *stages;         /* stage codes of the pack, in `dictionary` */
  guint              n_stages;
  gint32             as_of;          /* days */
  char             **split_fields;   /* nullable */
  BalanceDecimal    *split_weights;  /* [n_stages of dictionary]; digits 0 = takes nothing */
  const BalanceExpression *split_by; /* what the parts follow */
  guint              split_line, split_column;
  const char        *file;
  GPtrArray         *nodes;          /* of BalanceNode, owned */
  BalanceNode       *base_mask;      /* stage in stages, and scope */
  BalanceNode       *split_pupils;
  guint              depth;          /* of what is being compiled */
  BalanceProblems   *problems;
};

BalanceProgram    *balance_program_new      (BalanceDictionary *dictionary,
                                             GHashTable        *names,
                                             const char        *file,
                                             BalanceProblems   *problems);
void               balance_program_free     (BalanceProgram    *self);

/* Sets which sections the pack looks at: those of its stages, in its scope (nullable). Call before any other compilation. */
gboolean           balance_program_set_scope (BalanceProgram         *self,
                                             const BalanceExpression *scope,
                                             guint                    line,
                                             guint                    column);
/* All return NULL after adding problems. */
BalanceNode       *balance_program_compile  (BalanceProgram          *self,
                                             const BalanceExpression *expression,
                                             const BalanceContext    *context,
                                             BalanceTyping           *typing);
BalanceNode       *balance_program_compile_definition (BalanceProgram          *self,
                                                       const BalanceDefinition *definition,
                                                       const BalanceContext    *context,
                                                       BalanceTyping           *typing);
BalanceNode       *balance_program_compile_flag (BalanceProgram          *self,
                                                 const BalanceExpression *expression,
                                                 const BalanceContext    *context);
/* The column of a name on its own level. */
BalanceNode       *balance_program_get_name (BalanceProgram *self, BalanceName *name);
BalanceNode       *balance_program_and      (BalanceProgram *self, BalanceNode *a, BalanceNode *b);
BalanceNode       *balance_program_if       (BalanceProgram *self, BalanceNode *condition, BalanceNode *yes, BalanceNode *no);
/* The formula that holds for each row: the first alternative whose condition holds, else `node`. NULL where `node` is. */
BalanceNode       *balance_program_choose   (BalanceProgram           *self,
                                             BalanceNode              *node,
                                             const BalanceAlternative *alternatives,
                                             guint                     n_alternatives,
                                             const BalanceContext     *context,
                                             const char               *unit);
/* Is a row of a level in a section mask? A coarser row is if one of its sections is. */
BalanceNode       *balance_program_mask_at  (BalanceProgram *self, BalanceNode *mask, BalanceLevel level);
gboolean           balance_program_check_unit (BalanceProgram *self, const BalanceTyping *typing, const char *unit,
                                               const BalanceDefinition *definition, const char *what);

/* The name behind previous(FIELD): the same fact in the year before, where the host has such names. (transfer full) */
#define BALANCE_PREVIOUS_PREFIX "previous("
char              *balance_program_previous_id (const char *field);

guint              balance_node_get_index   (BalanceNode *node);
BalanceLevel       balance_node_get_level   (BalanceNode *node);
BalanceValueType   balance_node_get_type_of (BalanceNode *node);
gboolean           balance_node_uses_region (BalanceNode *node);
/* Constant truth, or UNKNOWN where it depends on the data. */
BalanceTruth       balance_node_get_constant (BalanceNode *node);

/* Every field that stands behind a node, with the level on which its rows are read. */
typedef void     (*BalanceFieldFunc)        (BalanceField *field, BalanceLevel level, gboolean aggregated, gpointer data);
void               balance_node_foreach_field (BalanceNode *node, BalanceFieldFunc func, gpointer data);

/* -- frames ------------------------------------------------------------------------------------------ */

/* The host gives the columns of requirements, which formulas may name: verdicts as flags, scores as numbers. */
typedef const guint8        *(*BalanceFrameFlags)   (BalanceFrame *frame, guint requirement, gpointer data);
typedef const BalanceNumber *(*BalanceFrameNumbers) (BalanceFrame *frame, guint requirement, gpointer data);

/* A program on a census: which columns its nodes read. Shared by all frames, never changed. */
typedef struct
{
  BalanceProgram       *program;
  BalanceFacts         *facts;
  struct
  {
    const BalanceColumn *column;    /* of its own level */
    const BalanceColumn *part;      /* school amounts: the sections' own parts */
  }                    *fields;     /* [node] */
  gint32              **codes;      /* [node] constants as codes of this census; NULL if none */
  gint32               *same;       /* [text of the census] the first one that is the same; NULL if each stands there once, or nobody compares any */
  int                  *stage_map;  /* stage code of the dictionary -> of the census, -1 = absent */
  int                  *stage_back; /* stage code of the census -> position in the pack's stages, -1 = not one */
  BalanceDecimal       *split_weights; /* by stage code of the census */
} BalanceBinding;

BalanceBinding      *balance_binding_new    (BalanceProgram *program, BalanceFacts *facts);
void                 balance_binding_free   (BalanceBinding *self);

/* A value in the place of a missing fact, to see what would follow from it. */
typedef struct
{
  BalanceLevel  level;
  guint         row;       /* absolute */
  const char   *field;     /* id */
  BalanceNumber number;    /* of numeric fields; small */
  gint32        code;      /* of flags, choices, texts and dates, as columns hold them */
} BalanceFill;

typedef struct _BalanceFrameMark BalanceFrameMark;

/* Rows of a level that are computed: all, or those that fills may change. */
typedef struct
{
  guint          n;
  const guint32 *at;     /* NULL: the first n */
} BalancePicked;

#define BALANCE_FOR_EACH_PICKED(i, picked) \
  for (guint i##_at = 0, i; i##_at < (picked)->n && (i = (picked)->at != NULL ? (picked)->at[i##_at] : i##_at, TRUE); i##_at++)

struct _BalanceFrame
{
  BalanceBinding     *binding;
  BalanceFacts       *facts;
  BalanceFrame       *region;              /* frame of all districts, nullable */
  guint               offset[BALANCE_N_LEVELS];
  guint               n_rows[BALANCE_N_LEVELS];
  BalanceNumberPool   pool;
  gpointer           *vectors;             /* [node] */
  GPtrArray          *blocks;              /* memory of the vectors, reused from district to district */
  GPtrArray          *large;               /* vectors too long for a block */
  gsize               block, used;
  BalanceFrameFlags   get_flags;
  BalanceFrameNumbers get_scores;
  gpointer            host;
  const BalanceFill  *fills;               /* borrowed */
  guint               n_fills;
  BalanceFrameMark   *mark;                /* borrowed; the last one; nullable */
  GArray             *changed[2];          /* of guint32, rows of sections and schools that fills change; nullable */
  gboolean            few_changed;         /* only these change, and what is computed of them */
};

BalanceFrame        *balance_frame_new      (BalanceBinding *binding, BalanceFrame *region);
void                 balance_frame_free     (BalanceFrame *self);
/* Forgets everything and turns to other districts; keeps its memory. */
void                 balance_frame_reset    (BalanceFrame *self, guint first_district, guint n_districts);
gpointer             balance_frame_alloc    (BalanceFrame *self, gsize size);   /* zeroed, 16-byte aligned, until reset */

/* What a frame has computed so far. Going back to it forgets what was computed since, and costs little: so many
 * fills can be tried one after the other. Columns that depend on facts missing in the frame are computed again after that;
 * where all that fills of a few schools change lies within these schools, only their rows are. */
BalanceFrameMark    *balance_frame_mark     (BalanceFrame *self);
/* What was computed since, without fills, is part of it too. */
void                 balance_frame_extend_mark (BalanceFrame *self, BalanceFrameMark *mark);
void                 balance_frame_go_back  (BalanceFrame *self, const BalanceFrameMark *mark);
void                 balance_frame_mark_free (BalanceFrameMark *mark);
/* Values for missing facts, borrowed until the next call; what was computed before is not forgotten by it. */
void                 balance_frame_set_fills (BalanceFrame *self, const BalanceFill *fills, guint n_fills);
/* Beside the last mark: are rows of the schools that have fills all that these change of a column? Which rows are that? */
gboolean             balance_frame_is_narrow  (const BalanceFrame *self, const BalanceNode *node);
BalancePicked        balance_frame_pick_changed (const BalanceFrame *self, BalanceLevel level);
/* Used by the frame: a column with missing facts behind it as it is without fills; NULL where that is not known. */
gconstpointer        balance_frame_mark_get_plain (const BalanceFrameMark *self, const BalanceNode *node);
/* Used by the frame on each field's column. */
void                 balance_frame_fill     (BalanceFrame *self, const BalanceNode *node, gpointer out);

const BalanceNumber *balance_frame_get_numbers (BalanceFrame *self, BalanceNode *node);
const guint8        *balance_frame_get_flags   (BalanceFrame *self, BalanceNode *node);   /* of BalanceTruth */
const gint32        *balance_frame_get_codes   (BalanceFrame *self, BalanceNode *node);   /* choice -1, date G_MININT32 when missing */

/* Which part of a school's amount goes to a section by a SPLIT node: 1 where the section has its own figure. */
BalanceNumber        balance_frame_get_split_share (BalanceFrame      *self,
                                                    const BalanceNode *node,
                                                    guint              row);

/* Rows of a finer level under one row, as indexes into the frame. `rows` is NULL where they are first .. first + n - 1. */
guint                balance_frame_get_rows (BalanceFrame   *self,
                                             BalanceLevel    level,
                                             guint           row,
                                             BalanceLevel    finer,
                                             guint          *first,
                                             const guint32 **rows);
/* The row of a coarser level that holds a row. */
guint                balance_frame_get_parent (BalanceFrame *self,
                                               BalanceLevel  level,
                                               guint         row,
                                               BalanceLevel  coarser);

G_END_DECLS
