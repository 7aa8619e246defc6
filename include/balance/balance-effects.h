/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#if !defined (BALANCE_INSIDE) && !defined (BALANCE_COMPILATION)
# error "Only <balance/balance.h> can be included directly."
#endif

#include <balance/balance-evaluation.h>
#include <balance/balance-finding.h>
#include <balance/balance-proposal.h>

G_BEGIN_DECLS

/**
 * BalanceEffectKind:
 * @BALANCE_EFFECT_FLIPPED: the verdict is another one
 * @BALANCE_EFFECT_SHRANK: the same verdict with less margin, or a larger gap
 * @BALANCE_EFFECT_GREW: the same verdict with more margin, or a smaller gap
 * @BALANCE_EFFECT_APPEARED: nothing was asked of the subject before, or there was no such subject
 * @BALANCE_EFFECT_GONE: nothing is asked of the subject any more, or there is no such subject
 *
 * What became of one requirement on one subject.
 *
 * Since: 1.0
 */
typedef enum
{
  BALANCE_EFFECT_FLIPPED,
  BALANCE_EFFECT_SHRANK,
  BALANCE_EFFECT_GREW,
  BALANCE_EFFECT_APPEARED,
  BALANCE_EFFECT_GONE,
} BalanceEffectKind;

#define BALANCE_TYPE_EFFECT (balance_effect_get_type ())

BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceEffect, balance_effect, BALANCE, EFFECT, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceEffectKind  balance_effect_get_kind         (BalanceEffect *self);
BALANCE_AVAILABLE_IN_1_0
BalanceFinding    *balance_effect_get_before       (BalanceEffect *self);
BALANCE_AVAILABLE_IN_1_0
BalanceFinding    *balance_effect_get_after        (BalanceEffect *self);
BALANCE_AVAILABLE_IN_1_0
char              *balance_effect_dup_exact_before (BalanceEffect *self);
BALANCE_AVAILABLE_IN_1_0
char              *balance_effect_dup_exact_after  (BalanceEffect *self);

#define BALANCE_TYPE_EFFECTS (balance_effects_get_type ())

/* A list of BalanceEffect. */
BALANCE_AVAILABLE_IN_1_0
G_DECLARE_FINAL_TYPE (BalanceEffects, balance_effects, BALANCE, EFFECTS, GObject)

BALANCE_AVAILABLE_IN_1_0
BalanceEffects *balance_effects_new           (BalanceEvaluation  *before,
                                                     BalanceEvaluation  *after,
                                                     BalanceProposal    *proposal,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_effects_get_before    (BalanceEffects  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceEvaluation *balance_effects_get_after     (BalanceEffects  *self);
BALANCE_AVAILABLE_IN_1_0
BalanceProposal   *balance_effects_get_proposal  (BalanceEffects  *self);
BALANCE_AVAILABLE_IN_1_0
char             **balance_effects_dup_districts (BalanceEffects  *self);
BALANCE_AVAILABLE_IN_1_0
guint              balance_effects_count (BalanceEffects  *self,
                                                     BalanceEffectKind   kind);
BALANCE_AVAILABLE_IN_1_0
char              *balance_effects_to_text       (BalanceEffects  *self,
                                                     const char         *language);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_effects_write_text    (BalanceEffects **alternatives,
                                                     gsize               n_alternatives,
                                                     const char         *language,
                                                     GOutputStream      *stream,
                                                     GCancellable       *cancellable,
                                                     GError            **error);
BALANCE_AVAILABLE_IN_1_0
gboolean           balance_effects_write_json    (BalanceEffects **alternatives,
                                                     gsize               n_alternatives,
                                                     const char         *language,
                                                     GOutputStream      *stream,
                                                     GCancellable       *cancellable,
                                                     GError            **error);

G_END_DECLS
