/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "evaluation/balance-evaluation-private.h"
#include "planning/balance-costs-private.h"
#include "planning/balance-linear-private.h"
#include "planning/balance-solver-private.h"

G_BEGIN_DECLS

/* A plan as a mixed-integer program: which decisions there are, what they change, and what has to hold then. The
 * mathematics is in doc/planning.md. */

typedef enum
{
  BALANCE_ROLE_ADD,
  BALANCE_ROLE_OUT,
  BALANCE_ROLE_IN,
} BalanceRole;

/* So many steps of one measure in one place. */
typedef struct
{
  guint        measure;
  BalanceRole  role;
  BalanceLevel level;         /* section, school or district */
  guint        row;           /* absolute */
  int          school;        /* absolute row; -1: the district */
  int          stage;         /* code of the census; -1: the whole school */
  guint        variable;
  double       lower, upper;  /* steps; upper may be infinite */
  gint64       steps;         /* of the solution */
} BalanceDecision;

/* What a decision does to a fact for each step. */
typedef struct
{
  guint          decision;
  guint          fact;
  BalanceDecimal change;
} BalanceChange;

typedef struct
{
  double  constant;
  GArray *terms;              /* of BalanceFormTerm */
} BalanceForm;

typedef struct
{
  guint  fact;
  double coefficient;
} BalanceFormTerm;

/* Something that has to be >= 0 on one row of its rule. */
typedef struct
{
  const BalanceRule *rule;
  guint              row;        /* absolute, of the rule's level */
  int                school;     /* -1: of no single school */
  BalanceForm        form;
  double             relief;     /* what the form may lack where its choice lets it stay */
  double             depth;      /* what it can lack at all */
  int                choice;     /* of those of which some may stay; -1: none */
  gboolean           strict;
  gboolean           met;        /* now */
  guint              stays;      /* variable: 1 lets it stay */
  double             margin;     /* tightening */
} BalancePlanRow;

/* Of these rows so many may stay below. */
typedef struct
{
  const BalanceRule *rule;
  guint              row;
  int                school;
  guint              allowed;
} BalancePlanChoice;

/* sqrt (sum w v^2) <= sqrt (1 + c^2) sum w v, the weights adding up to 1. */
typedef struct
{
  const BalanceRule *rule;
  guint              row;
  guint              n;
  BalanceForm       *values;
  double            *weights;
  double             limit;
  gboolean           met;        /* now */
  gboolean           active;
  double             unit;       /* values are counted in it */
  guint              first_value, first_square, mean;    /* variables */
  double             margin;
} BalancePlanCone;

typedef enum
{
  BALANCE_BARRIER_BUDGET,
  BALANCE_BARRIER_MOST,          /* of a measure in one place */
  BALANCE_BARRIER_TOTAL,         /* of a measure in the district */
  BALANCE_BARRIER_LIMIT,         /* one of the limits */
  BALANCE_BARRIER_RULE,          /* a requirement itself */
} BalanceBarrierKind;

/* A limit that can stand in the way. */
typedef struct
{
  BalanceBarrierKind kind;
  guint              index;      /* measure, limit, or position of the row or cone */
  int                decision;   /* MOST; -1 */
  int                place;      /* LIMIT: a decision of that place; -1: the district */
  gboolean           cone;       /* RULE */
  guint              solver_row;
  int                slack;      /* variable; -1: not relaxed */
  double             allowed;    /* in units, or money */
  double             excess;     /* found to be needed */
  gboolean           whole;
} BalanceBarrier;

typedef enum
{
  BALANCE_BEYOND_UNTOUCHED,      /* no measure changes it */
  BALANCE_BEYOND_MISSING,        /* facts are missing */
  BALANCE_BEYOND_OTHER,          /* it is no linear requirement */
} BalanceBeyondReason;

/* A requirement that the plan cannot see to. */
typedef struct
{
  const BalanceRule  *rule;
  guint               row;
  BalanceBeyondReason reason;
} BalanceBeyond;

typedef struct
{
  BalancePlanGoal goal;
  gboolean        has_budget;
  gint64          budget;        /* parts of a yuan */
  gboolean        moves_only;
  guint           years;
  gboolean        least;         /* not all schools, but some: */
  gboolean        pupils;        /* with `least`: counted by pupils */
  double          weight;        /* with `least`: the sum of weights to be reached instead */
  gboolean        elastic;       /* limits may be exceeded, at a price */
  gboolean        split_years;   /* the years are part of the program */
  const gboolean *first;         /* [school of the district] come first; nullable */
} BalancePlanAsk;

typedef struct
{
  BalanceCosts       *costs;
  BalanceEvaluation  *evaluation;
  BalanceReplay      *replay;
  guint               district;
  GHashTable         *fields;       /* ids that measures change */
  BalanceLinearReader reader;
  GArray             *decisions;    /* of BalanceDecision */
  GArray             *changes;      /* of BalanceChange, decision after decision */
  GArray             *rows;         /* of BalancePlanRow */
  GArray             *choices;      /* of BalancePlanChoice */
  GArray             *cones;        /* of BalancePlanCone */
  GArray             *beyond;       /* of BalanceBeyond */

  /* of one question */
  BalancePlanAsk      ask;
  BalanceSolver      *solver;
  GArray             *barriers;     /* of BalanceBarrier */
  int                *complete;     /* [school of the district] variable: brought to standard; -1: nothing is asked; nullable */
  double             *weights;      /* [school of the district] what it counts; nullable */
  double              tie;          /* what preferring fewer moves can add to the objective, in parts of a yuan */
  guint              *year_first;   /* [decision] first variable of its years; with split_years */
} BalancePlanModel;

/* What a measure can do and what has to hold, for one district. NULL with an error for a goal that there is not, or decided
 * actions that cannot be. */
BalancePlanModel *balance_plan_model_new   (BalanceCosts      *costs,
                                            BalanceEvaluation *evaluation,
                                            guint              district,
                                            gboolean           moves_only,
                                            guint              years,
                                            GError           **error);
void              balance_plan_model_free  (BalancePlanModel  *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BalancePlanModel, balance_plan_model_free)

/* Writes the program of a question, forgetting the one before. */
void              balance_plan_model_build (BalancePlanModel     *self,
                                            const BalancePlanAsk *ask);
/* Adds what the values of a solution violate; how many rows were added. */
guint             balance_plan_model_cut   (BalancePlanModel *self,
                                            const double     *values,
                                            double            tolerance);
/* The values of the cones that follow from those of the decisions. */
void              balance_plan_model_complete (BalancePlanModel *self,
                                               double           *values);
/* Takes the decisions out of the values of a solution. */
void              balance_plan_model_take  (BalancePlanModel *self,
                                            const double     *values);
/* In parts of a yuan. */
gint64            balance_plan_model_get_cost (BalancePlanModel *self);
/* Asks a little more of a row or cone, where rounding left a solution just short of it. */
void              balance_plan_model_tighten_row  (BalancePlanModel *self,
                                                   guint             row);
void              balance_plan_model_tighten_cone (BalancePlanModel *self,
                                                   guint             cone,
                                                   double            margin);
BalanceMeasureCost *balance_plan_model_get_measure (BalancePlanModel *self, const BalanceDecision *decision);
/* Each decision into years, so that the yearly limits hold. FALSE where there is no such way. */
gboolean          balance_plan_model_schedule (BalancePlanModel   *self,
                                               const BalancePlanAsk *ask,
                                               double              seconds,
                                               gint64             *steps,     /* [decision * years + year] */
                                               GCancellable       *cancellable,
                                               GError            **error);

G_END_DECLS
