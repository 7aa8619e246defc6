/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-applied-concession.h>
#include <balance/balance-census.h>
#include <balance/balance-cell.h>
#include <balance/balance-deciding-set.h>
#include <balance/balance-types.h>

G_BEGIN_DECLS

#define BALANCE_TYPE_OPERAND (balance_operand_get_type ())

/* One fact that a finding rests on. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceOperand, balance_operand, BALANCE, OPERAND, GObject)

BALANCE_AVAILABLE_IN_1_0
const char   *balance_operand_get_field     (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_operand_get_title     (BalanceOperand *self,
                                             const char     *language);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel  balance_operand_get_level     (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
const char   *balance_operand_get_unit      (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
char         *balance_operand_dup_unit_title (BalanceOperand *self,
                                             const char     *language);
BALANCE_AVAILABLE_IN_1_0
int           balance_operand_get_year      (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
gboolean      balance_operand_get_missing   (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
double        balance_operand_get_number    (BalanceOperand *self);
/* the value as it is written in the data, exact; choices by their title; "" when missing */
BALANCE_AVAILABLE_IN_1_0
char         *balance_operand_dup_text      (BalanceOperand *self,
                                             const char     *language);
/* whose fact: "示例小学（小学部）"; for the subject itself the subject's name */
BALANCE_AVAILABLE_IN_1_0
char         *balance_operand_dup_subject   (BalanceOperand *self,
                                             const char     *language);
/* where the fact stands: "districts/CODE/schools/CODE/STAGE/FIELD" and the like */
BALANCE_AVAILABLE_IN_1_0
char         *balance_operand_dup_path      (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
BalanceCell  *balance_operand_get_cell      (BalanceOperand *self);
/* what belongs to an attested fact; NULL for other facts */
BALANCE_AVAILABLE_IN_1_0
BalanceOperand *balance_operand_get_conclusion (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
BalanceOperand *balance_operand_get_evidence   (BalanceOperand *self);
BALANCE_AVAILABLE_IN_1_0
char        **balance_operand_dup_documents (BalanceOperand *self);

#define BALANCE_TYPE_FINDING (balance_finding_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceFinding, balance_finding, BALANCE, FINDING, GObject)

BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_path            (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_id              (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_title           (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_reference       (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
BalanceLevel   balance_finding_get_level           (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
char          *balance_finding_dup_subject         (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_district_code   (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_school_code     (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_stage           (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict balance_finding_get_verdict         (BalanceFinding *self);
/* the verdict without any concession; differs from the verdict where a concession decides */
BALANCE_AVAILABLE_IN_1_0
BalanceVerdict balance_finding_get_strict_verdict  (BalanceFinding *self);
/* the concession that applied to it; nullable */
BALANCE_AVAILABLE_IN_1_0
BalanceAppliedConcession *balance_finding_get_concession (BalanceFinding *self);
/* why it is not applicable or undetermined, or which concession applied; nullable */
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_reason          (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_finding_get_binding         (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_finding_get_at_floor        (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_finding_get_value           (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_finding_get_value_low       (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_finding_get_value_high      (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_finding_get_limit           (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_finding_get_floor           (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
double         balance_finding_get_margin          (BalanceFinding *self);
/* "at_least", "at_most", "above", "below"; nullable */
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_comparison      (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_unit            (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
int            balance_finding_get_decimals        (BalanceFinding *self);
/* would the verdict be another one if the value were rounded as the official form prints it? */
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_finding_get_rounding_flips  (BalanceFinding *self);
/* value and limit as the official form prints them ("3.57 m2/pupil", "97.1 %"); nullable */
BALANCE_AVAILABLE_IN_1_0
char          *balance_finding_dup_value_text      (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
char          *balance_finding_dup_limit_text      (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
const char    *balance_finding_get_formula         (BalanceFinding *self);
/* is it met or unmet although facts are missing, whatever they are? */
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_finding_get_despite_missing (BalanceFinding *self);
/* which missing facts would decide it */
BALANCE_AVAILABLE_IN_1_0
guint          balance_finding_get_n_missing       (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
GListModel    *balance_finding_get_deciding_sets   (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
guint          balance_finding_get_n_deciding_sets (BalanceFinding *self,
                                                    BalanceVerdict  verdict);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_finding_get_deciding_exact  (BalanceFinding *self);
/* of attested items */
BALANCE_AVAILABLE_IN_1_0
char          *balance_finding_dup_conclusion      (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
char         **balance_finding_dup_evidence        (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
gboolean       balance_finding_get_lacks_evidence  (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
GListModel    *balance_finding_get_operands        (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
GListModel    *balance_finding_get_children        (BalanceFinding *self);
BALANCE_AVAILABLE_IN_1_0
char          *balance_finding_to_text             (BalanceFinding *self,
                                                    const char     *language);
BALANCE_AVAILABLE_IN_1_0
char          *balance_finding_to_json             (BalanceFinding *self);

G_END_DECLS
