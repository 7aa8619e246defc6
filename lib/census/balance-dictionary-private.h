/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <balance/balance.h>

#include "base/balance-decimal-private.h"
#include "base/balance-text-private.h"
#include "base/balance-yaml-private.h"
#include "census/balance-words-private.h"

G_BEGIN_DECLS

/* One value of a choice field. Stages are the choices of the field `stage`. */
typedef struct
{
  char        *id;
  int          code;      /* official code number, -1 if none; accepted as a cell value */
  BalanceText  title;
  char       **aliases;   /* nullable */
  char       **stages;    /* kind of school: the stages it has; nullable */
  char       **holds;     /* unsplit stage: the stages it holds at once; nullable */
} BalanceChoice;

struct _BalanceField
{
  GObject            parent_instance;

  char              *id;
  guint              index;       /* position in its dictionary */
  BalanceLevel       level;
  BalanceFieldType   type;
  char              *unit;        /* nullable, e.g. "m2", "yuan/pupil"; NULL = pure number */
  BalanceText        title;
  char             **aliases;     /* nullable */
  GPtrArray         *choices;     /* of BalanceChoice, or NULL */
  BalanceDecimal     min, max;    /* bounds of valid values */
  gboolean           has_min, has_max;
  gboolean           companion;   /* conclusion or evidence of an attested field: made with it, never declared */
  char              *formula;     /* computed fields of a pack: the source text; else NULL */
  guint              line;        /* line in the file that declares it */
};

typedef struct
{
  char         *id;
  BalanceText   title;
  char        **aliases;           /* other spellings of the unit itself, factor 1 */
  char        **multiple_names;    /* 万元 .. */
  BalanceDecimal *multiples;       /* .. 10000 */
} BalanceUnit;

/* Fields that C code may know by name: identity and stage. */
typedef enum
{
  BALANCE_ID_YEAR,
  BALANCE_ID_DISTRICT_CODE,
  BALANCE_ID_DISTRICT_NAME,
  BALANCE_ID_SCHOOL_CODE,
  BALANCE_ID_SCHOOL_NAME,
  BALANCE_ID_STAGE,
  BALANCE_ID_KIND,        /* only to know which stages a school of that kind has */
  BALANCE_N_IDS
} BalanceIdentity;

struct _BalanceDictionary
{
  GObject       parent_instance;

  GPtrArray    *fields;            /* of BalanceField, owned */
  GHashTable   *by_id;             /* id -> BalanceField, not owned */
  GPtrArray    *units;             /* of BalanceUnit */
  BalanceWords *words;             /* of tables */
  BalanceField *identity[BALANCE_N_IDS];
  gboolean      shipped;           /* it is the one that comes with the library, unchanged */
};

/* Stages are numbered by their order in the field `stage`: that number is the stage code everywhere. */
BalanceField      *balance_dictionary_find            (BalanceDictionary *self,
                                                       const char        *id);       /* nullable */
/* The conclusion or the evidence (`part` is one of the names below) of an attested field; nullable. */
#define BALANCE_CONCLUSION "conclusion"
#define BALANCE_EVIDENCE   "evidence"
BalanceField      *balance_dictionary_find_companion  (BalanceDictionary *self,
                                                       BalanceField      *field,
                                                       const char        *part);
guint              balance_dictionary_get_n_stages    (BalanceDictionary *self);
const BalanceChoice *balance_dictionary_get_stage     (BalanceDictionary *self,
                                                       guint              stage);
int                balance_dictionary_find_stage      (BalanceDictionary *self,
                                                       const char        *id);       /* -1 if none; by id only */
int                balance_field_find_choice          (BalanceField      *self,
                                                       const char        *id);       /* by id only; -1 */
/* What a cell may hold: id, titles in both languages, aliases, official code. -1 if none. ASCII case is ignored. */
int                balance_field_match_choice         (BalanceField      *self,
                                                       const char        *text,
                                                       gssize             length);
const BalanceUnit *balance_dictionary_find_unit       (BalanceDictionary *self,
                                                       const char        *id);       /* base unit id only; nullable */
/* Is `text` a way to write the unit of the field (factor 1) or a multiple of it? For a quotient such as
 * yuan/pupil the numerator's names are accepted alone and as NAME/DENOMINATOR. Pure numbers know % and ‰. */
gboolean           balance_dictionary_match_unit      (BalanceDictionary *self,
                                                       BalanceField      *field,
                                                       const char        *text,
                                                       gssize             length,
                                                       BalanceDecimal    *factor);
/* A copy of `base` with the fields of a sequence node (format of data/fields.yaml) and more stages added;
 * used by packs and maps. Each entry is checked; problems are added. A field id that exists is a problem.
 * `stages`: nullable sequence; items are ids of known stages (nothing to do) or {id, title, aliases, holds}: new ones.
 * `words`: nullable, more words of tables. */
BalanceDictionary *balance_dictionary_extend          (BalanceDictionary *base,
                                                       const BalanceYaml *fields,    /* nullable */
                                                       const BalanceYaml *stages,    /* nullable */
                                                       const BalanceYaml *words,     /* nullable */
                                                       const char        *file,
                                                       BalanceProblems   *problems);

G_END_DECLS
