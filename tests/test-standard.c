/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rule packs: every fault is found, in its line; what extends another pack changes what it says it changes. */

#include <check.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "standard/balance-scheme-private.h"

#define T "title: {zh: 名, en: Name}"
#define HEAD \
  "pack: test\n" T "\nreference: none\neffective: 2020-01-01\nstages: [primary, junior]\nweight: pupils\n"
#define FIELDS \
  "fields:\n" \
  "- {id: df, level: district, type: flag, title: {zh: 甲一, en: A1}}\n" \
  "- {id: dn, level: district, type: number, min: 0, title: {zh: 甲二, en: A2}}\n"
#define INDICATORS \
  "indicators:\n" \
  "- {id: i1, " T ", unit: teacher/pupil, value: teachers / pupils, at_least: 1}\n" \
  "- {id: i2, " T ", unit: class/pupil, value: classes / pupils, at_most: {primary: 1, junior: 2}}\n" \
  "- {id: i3, " T ", value: 1}\n"
#define R "requirements:\n"
#define OK R "- {id: r, " T ", value: df}\n"

/* -- faults ------------------------------------------------------------------------------------------- */

/* The line that the problem must name ends with "# <<". */
static const struct
{
  const char *name;
  const char *pack;
  const char *kind;   /* NULL: no fault */
} packs[] = {
  { "plain", HEAD FIELDS OK, NULL },
  { "everything", HEAD FIELDS INDICATORS
    R "- {id: r, " T ", each: section, of: [i1, i2], need: 1, floor: 85%}\n"
    "- {id: c, " T ", each: stage, measure: cv, of: [i1, i2], at_most: {primary: 0.5, junior: 0.45}}\n"
    "- {id: m, " T ", each: stage, measure: cv, of: [i1, i2], combine: mean, at_most: 0.5}\n"
    "- {id: s, " T ", each: school, select: {best: 2, within: district, by: [sum(pupils)]}}\n"
    "- {id: d, " T ", value: dn, at_least: [{from: 2020-01-01, is: 1}, {from: 2021-01-01, is: 2}]}\n"
    "- {id: e, " T ", value: df, from: 2020-01-01, until: 2022-12-31, when: dn > 1, binding: false, veto: true}\n", NULL },

  /* -- YAML -- */
  { "no mapping", "[a, b] # <<\n", "type" },
  { "nothing", "", "empty" },
  { "not YAML", HEAD "requirements: [\n", "syntax" },
  { "anchor", HEAD FIELDS R "- &a {id: r, " T ", value: df} # <<\n", "anchor" },
  { "alias", HEAD FIELDS R "- *a # <<\n", "alias" },
  { "tag", HEAD FIELDS R "- !!map {id: r, " T ", value: df} # <<\n", "tag" },
  { "key twice", HEAD FIELDS "weight: classes # <<\n" OK, "duplicate-key" },
  { "key twice in an item", HEAD FIELDS R "- {id: r, " T ", value: df, value: df} # <<\n", "duplicate-key" },

  /* -- the pack -- */
  { "no id", T " # <<\nreference: none\nstages: [primary]\n" FIELDS OK, "missing-key" },
  { "unknown key", HEAD FIELDS "stage: [primary] # <<\n" OK, "unknown-key" },
  { "bad date", "pack: test\n" T "\nreference: none\neffective: 2020-02-30 # <<\nstages: [primary]\n" FIELDS OK, "date" },
  { "no stages", "pack: test # <<\n" T "\nreference: none\n" FIELDS OK, "missing-key" },
  { "unknown stage", "pack: test\n" T "\nreference: none\nstages: [primary, college] # <<\n" FIELDS OK, "unknown-stage" },
  { "stage twice", "pack: test\n" T "\nreference: none\nstages: [primary, primary] # <<\n" FIELDS OK, "duplicate-id" },
  { "no requirements", "pack: test # <<\n" T "\nreference: none\nstages: [primary]\n" FIELDS, "missing-key" },
  { "empty requirements", HEAD FIELDS "requirements: [] # <<\n", "missing-key" },
  { "scope is no condition", HEAD FIELDS "scope: pupils # <<\n" OK, "type" },
  { "scope of a district", HEAD FIELDS "scope: dn > 0\n" OK, NULL },
  { "weight is no number", "pack: test\n" T "\nreference: none\nstages: [primary]\nweight: stage == 'primary' # <<\n" FIELDS OK, "type" },
  { "split without weights", HEAD FIELDS "split: {fields: [books]} # <<\n" OK, "missing-key" },
  { "split by nothing", HEAD FIELDS "split: {fields: [books], weights: {primary: 1}} # <<\n" OK, "missing-key" },
  { "split of a stage unknown", HEAD FIELDS "split: {fields: [books], weights: {college: 1}, by: pupils} # <<\n" OK, "unknown-stage" },
  { "split of no amount", HEAD FIELDS "split: {fields: [kind], weights: {primary: 1}, by: pupils} # <<\n" OK, "unknown-name" },
  { "split by less than nothing", HEAD FIELDS "split: {fields: [books], weights: {primary: -1}, by: pupils} # <<\n" OK, "number" },
  { "split by nonsense", HEAD FIELDS "split:\n  fields: [books]\n  weights: {primary: 1}\n  by: ( # <<\n"
    R "- {id: r, " T ", each: section, value: books, unit: book, at_least: 1}\n", "formula" },
  { "extends nothing", "pack: test\nextends: no-such-pack # <<\n", "not-found" },
  { "extends a path", "pack: test\nextends: ../test # <<\n", "not-found" },
  { "uses nothing", HEAD FIELDS "uses:\n  q: no-such-pack # <<\n" OK, "not-found" },

  /* -- names -- */
  { "name twice", HEAD FIELDS INDICATORS R "- {id: i1, " T ", value: df} # <<\n", "duplicate-id" },
  { "name of the dictionary", HEAD FIELDS R "- {id: pupils, " T ", value: df} # <<\n", "duplicate-id" },
  { "name of the language", HEAD FIELDS R "- {id: over, " T ", value: df} # <<\n", "invalid-id" },
  { "name that formulas cannot say", HEAD FIELDS R "- {id: a-b, " T ", value: df} # <<\n", "invalid-id" },
  { "as_of", HEAD FIELDS R "- {id: as_of, " T ", value: df} # <<\n", "duplicate-id" },
  { "no name", HEAD FIELDS R "- {" T ", value: df} # <<\n", "missing-key" },
  { "unknown name", HEAD FIELDS R "- id: r\n  " T "\n  value: dg # <<\n", "unknown-name" },
  { "unknown key of an item", HEAD FIELDS R "- {id: r, " T ", value: df, at_lest: 1} # <<\n", "unknown-key" },
  { "value depends on itself", HEAD "fields:\n- {id: f, level: section, type: number, " T ", value: g} # <<\n"
    "- {id: g, level: section, type: number, title: {zh: 乙, en: B}, value: f}\n" R "- {id: r, " T ", each: section, value: f > 1}\n", "cycle" },
  { "indicator depends on itself", HEAD FIELDS "indicators:\n- {id: i, " T ", value: i + 1, at_least: 1} # <<\n" OK, "cycle" },
  { "requirement depends on itself", HEAD FIELDS R "- {id: r, " T ", value: r} # <<\n", "cycle" },
  { "requirements depend on each other", HEAD FIELDS R "- {id: r, " T ", value: s} # <<\n- {id: s, " T ", value: df, when: r}\n", "cycle" },
  { "requirement depends on its parent", HEAD FIELDS
    R "- id: r # <<\n  " T "\n  of:\n  - {id: s, " T ", value: df, when: not r}\n", "cycle" },
  { "requirement depends on its child's share", HEAD FIELDS INDICATORS
    R "- id: r\n  " T "\n  each: section\n  scope: s\n  of:\n  - {id: s, " T ", each: section, value: teachers > 1} # <<\n", "cycle" },
  { "scope depends on what it limits", HEAD FIELDS "scope: r\n" R "- {id: r, " T ", each: section, value: teachers > 1} # <<\n", "cycle" },
  { "selection by its own share", HEAD FIELDS
    R "- {id: r, " T ", each: school, select: {best: 1, by: [count(r over schools)]}} # <<\n", "level" },
  { "requirement depends on a sibling", HEAD FIELDS R "- {id: r, " T ", value: s}\n- {id: s, " T ", value: df}\n", NULL },

  /* -- options -- */
  { "option without values", HEAD FIELDS "options:\n- {id: o, " T ", default: a} # <<\n" OK, "option" },
  { "default that is no value", HEAD FIELDS "options:\n- {id: o, " T ", values: [a, b], default: c} # <<\n" OK, "option" },
  { "options are no list", HEAD FIELDS "options: {o: 1} # <<\n" OK, "type" },

  /* -- indicators -- */
  { "indicator without value", HEAD FIELDS "indicators:\n- {id: i, " T ", at_least: 1} # <<\n" OK, "missing-key" },
  { "unit mismatch", HEAD FIELDS "indicators:\n- {id: i, " T ", unit: m2/pupil, value: teachers / pupils, at_least: 1} # <<\n" OK, "unit" },
  { "no unit", HEAD FIELDS "indicators:\n- {id: i, " T ", value: teachers / pupils, at_least: 1} # <<\n" OK, "unit" },
  { "unknown unit", HEAD FIELDS "indicators:\n- {id: i, " T ", unit: parsec, value: teachers, at_least: 1} # <<\n" OK, "unknown-unit" },
  { "limit of another unit", HEAD FIELDS "indicators:\n- id: i\n  " T "\n  unit: teacher\n  value: teachers\n  at_least: 1 pupil # <<\n" OK, "unit" },
  { "limit that is a condition", HEAD FIELDS "indicators:\n- id: i\n  " T "\n  unit: teacher\n  value: teachers\n  at_least: df # <<\n" OK, "type" },
  { "indicator that is a condition", HEAD FIELDS "indicators:\n- {id: i, " T ", value: df, at_least: 1} # <<\n" OK, "type" },
  { "two limits", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, at_least: 1, at_most: 2} # <<\n" OK, "duplicate-key" },
  { "limit of an unknown stage", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, at_least: {senior: 1}} # <<\n" OK, "unknown-stage" },
  { "limits out of order", HEAD FIELDS "indicators:\n- id: i\n  " T "\n  value: 1\n  at_least:\n  - {from: 2021-01-01, is: 1}\n"
    "  - {from: 2020-01-01, is: 2} # <<\n" OK, "date" },
  { "limit without a value", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, at_least: [{from: 2021-01-01}]} # <<\n" OK, "date" },
  { "no limits", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, at_least: []} # <<\n" OK, "missing-key" },
  { "limit for no stage", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, at_least: {}} # <<\n" OK, "type" },
  { "value for no stage", HEAD FIELDS "indicators:\n- {id: i, " T ", value: {}, at_least: 1} # <<\n" OK, "type" },
  { "decimals", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, at_least: 1, decimals: 10} # <<\n" OK, "number" },
  { "level", HEAD FIELDS "indicators:\n- {id: i, " T ", level: class, value: 1} # <<\n" OK, "level" },
  { "value by stage of a school", HEAD FIELDS "indicators:\n- {id: i, " T ", level: school, value: {primary: 1}} # <<\n" OK, "level" },
  { "weight that is a condition", HEAD FIELDS "indicators:\n- {id: i, " T ", value: 1, weight: df} # <<\n" OK, "type" },

  /* -- requirements -- */
  { "two kinds", HEAD FIELDS INDICATORS R "- {id: r, " T ", value: df, of: [i1]} # <<\n", "missing-key" },
  { "no kind", HEAD FIELDS R "- {id: r, " T "} # <<\n", "missing-key" },
  { "value for no stage", HEAD FIELDS R "- {id: r, " T ", each: section, value: {}} # <<\n", "type" },
  { "number without a limit", HEAD FIELDS R "- {id: r, " T ", value: dn} # <<\n", "type" },
  { "condition with a limit", HEAD FIELDS R "- {id: r, " T ", value: df, at_least: 1} # <<\n", "type" },
  { "each", HEAD FIELDS R "- {id: r, " T ", each: class, value: df} # <<\n", "level" },
  { "flag", HEAD FIELDS R "- {id: r, " T ", value: df, veto: maybe} # <<\n", "type" },
  { "scope that is a number", HEAD FIELDS R "- id: r\n  " T "\n  value: df\n  scope: pupils # <<\n", "type" },
  { "when of another level", HEAD FIELDS R "- id: r\n  " T "\n  value: df\n  when: pupils > 1 # <<\n", "level" },
  { "nothing in it", HEAD FIELDS R "- {id: r, " T ", of: []} # <<\n", "missing-key" },
  { "no dispersion of anything", HEAD FIELDS R "- {id: r, " T ", each: stage, measure: cv, of: [], at_most: 1} # <<\n", "missing-key" },
  { "unknown indicator", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of:\n  - i1\n  - i9 # <<\n", "unknown-name" },
  { "indicator twice", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of:\n  - i1\n  - i1 # <<\n", "duplicate-id" },
  { "requirement of elsewhere", HEAD FIELDS R "- {id: s, " T ", value: df}\n- id: r\n  " T "\n  of:\n  - s # <<\n", "unknown-name" },
  { "indicator without limit", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of:\n  - i3 # <<\n", "no-limit" },
  { "more than there are", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of: [i1, i2]\n  need: 3 # <<\n", "number" },
  { "more than bind", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  need: 2 # <<\n  of:\n  - i1\n"
    "  - {id: s, " T ", value: df, binding: false}\n", "number" },
  { "fewer than none", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of: [i1, i2]\n  need: -1 # <<\n", "number" },
  { "part of a need", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of: [i1, i2]\n  need: 1.5 # <<\n", "number" },
  { "floor above the limit", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of: [i1, i2]\n  need: 1\n  floor: 101% # <<\n", "number" },
  { "floor in percent", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of: [i1, i2]\n  need: 1\n  floor: 85 # <<\n", "number" },
  { "floor of nothing", HEAD FIELDS INDICATORS R "- id: r\n  " T "\n  of: [i1, i2]\n  need: 1\n  floor: 0% # <<\n", "number" },
  { "floor of a value", HEAD FIELDS R "- {id: r, " T ", value: df, floor: 85%} # <<\n", "unknown-key" },
  { "need of a dispersion", HEAD FIELDS INDICATORS R "- {id: r, " T ", each: stage, measure: cv, of: [i1], need: 1, at_most: 1} # <<\n", "unknown-key" },
  { "limit of a selection", HEAD FIELDS R "- {id: r, " T ", each: school, select: {best: 1, by: [sum(pupils)]}, at_least: 1} # <<\n", "unknown-key" },
  { "combine without measure", HEAD FIELDS INDICATORS R "- {id: r, " T ", of: [i1], combine: mean} # <<\n", "unknown-key" },
  { "caps without grades", HEAD FIELDS INDICATORS R "- {id: r, " T ", of: [i1], caps: [{when: df, lower: 1}]} # <<\n", "grades" },
  { "stage in a school", HEAD FIELDS R "- id: r\n  " T "\n  each: school\n  of:\n"
    "  - {id: s, " T ", each: stage, value: df} # <<\n", "level" },
  { "dates the wrong way round", HEAD FIELDS "concessions:\n- {id: c, " T ", from: 2022-01-01, until: 2021-01-01} # <<\n" OK, "date" },

  /* -- dispersion and selection -- */
  { "dispersion of a school", HEAD FIELDS INDICATORS R "- {id: r, " T ", each: school, measure: cv, of: [i1], at_most: 1} # <<\n", "level" },
  { "unknown measure", HEAD FIELDS INDICATORS R "- {id: r, " T ", each: stage, measure: gini, of: [i1], at_most: 1} # <<\n", "unknown-value" },
  { "dispersion of nothing known", HEAD FIELDS INDICATORS R "- {id: r, " T ", each: stage, measure: cv, of: [df], at_most: 1} # <<\n", "unknown-name" },
  { "dispersion twice", HEAD FIELDS INDICATORS R "- {id: r, " T ", each: stage, measure: cv, of: [i1, i1], at_most: 1} # <<\n", "duplicate-id" },
  { "dispersion without weight", "pack: test\n" T "\nreference: none\nstages: [primary, junior]\n" FIELDS INDICATORS
    R "- {id: r, " T ", each: stage, measure: cv, of: [i1], at_most: 1} # <<\n", "missing-key" },
  { "combine how", HEAD FIELDS INDICATORS R "- {id: r, " T ", each: stage, measure: cv, of: [i1], combine: max, at_most: 1} # <<\n", "unknown-value" },
  { "best of none", HEAD FIELDS R "- {id: r, " T ", each: school, select: {best: 0, by: [sum(pupils)]}} # <<\n", "number" },
  { "best by nothing", HEAD FIELDS R "- {id: r, " T ", each: school, select: {best: 1, by: []}} # <<\n", "missing-key" },
  { "best by a condition", HEAD FIELDS R "- {id: r, " T ", each: school, select: {best: 1, by: [kind == 'primary']}} # <<\n", "type" },
  { "best of districts", HEAD FIELDS R "- {id: r, " T ", select: {best: 1, by: [dn]}} # <<\n", "level" },
  { "best within a stage", HEAD FIELDS R "- {id: r, " T ", each: school, select: {best: 1, within: stage, by: [sum(pupils)]}} # <<\n", "level" },

  /* -- points and grades -- */
  { "points that do not add up", HEAD FIELDS R "- id: r # <<\n  " T "\n  points: 10\n  of:\n  - {id: s, " T ", points: 4, value: df}\n"
    "  - {id: t, " T ", points: 5.99, value: df}\n", "points" },
  { "points that add up", HEAD FIELDS R "- id: r\n  " T "\n  points: 10\n  of:\n  - {id: s, " T ", points: 4.01, value: df}\n"
    "  - {id: t, " T ", points: 5.99, value: df}\n", NULL },
  { "points that are rescaled", HEAD FIELDS R "- id: r\n  " T "\n  points: 10\n  rescale: true\n  of:\n  - {id: s, " T ", points: 4, value: df}\n", NULL },
  { "points of what does not bind", HEAD FIELDS R "- id: r\n  " T "\n  points: 4\n  of:\n  - {id: s, " T ", points: 4, value: df}\n"
    "  - {id: t, " T ", points: 3, value: df, binding: false}\n", NULL },
  { "points missing", HEAD FIELDS R "- id: r # <<\n  " T "\n  points: 4\n  of:\n  - {id: s, " T ", points: 4, value: df}\n"
    "  - {id: t, " T ", value: df}\n", "points" },
  { "points below zero", HEAD FIELDS R "- {id: r, " T ", points: -1, value: df} # <<\n", "number" },
  { "points beyond all bounds", HEAD FIELDS R "- id: r # <<\n  " T "\n  points: 1\n  of:\n"
    "  - {id: s, " T ", points: 999999999999999999, value: df}\n  - {id: t, " T ", points: 0.000000000000000001, value: df}\n", "points" },
  { "score without points", HEAD FIELDS R "- {id: r, " T ", value: df, score: 1} # <<\n", "missing-key" },
  { "score that is a condition", HEAD FIELDS R "- {id: r, " T ", value: df, points: 1, score: df} # <<\n", "type" },
  { "grades", HEAD FIELDS R "- id: r\n  " T "\n  grades: [{id: a, at_least: 9, title: 甲}, {id: b, at_least: 5, title: 乙}, {id: c, title: 丙}]\n  met_from: b\n"
    "  caps: [{when: df, lower: 1, title: 一}, {when: not df, at_most: b, title: 二}]\n  of: [{id: s, " T ", points: 10, value: df}]\n", NULL },
  { "grades the wrong way round", HEAD FIELDS R "- id: r\n  " T "\n  met_from: b\n  of: [{id: s, " T ", points: 10, value: df}]\n  grades:\n"
    "  - {id: a, at_least: 5}\n  - {id: b, at_least: 9} # <<\n  - {id: c}\n", "grades" },
  { "grade twice", HEAD FIELDS R "- id: r\n  " T "\n  met_from: a\n  of: [{id: s, " T ", points: 10, value: df}]\n  grades:\n"
    "  - {id: a, at_least: 9}\n  - {id: a, at_least: 5} # <<\n  - {id: c}\n", "grades" },
  { "last grade with a limit", HEAD FIELDS R "- id: r\n  " T "\n  met_from: a\n  of: [{id: s, " T ", points: 10, value: df}]\n  grades:\n"
    "  - {id: a, at_least: 9}\n  - {id: b, at_least: 5} # <<\n", "grades" },
  { "no grade is met", HEAD FIELDS R "- id: r # <<\n  " T "\n  met_from: z\n  of: [{id: s, " T ", points: 10, value: df}]\n"
    "  grades: [{id: a, at_least: 9}, {id: b}]\n", "grades" },
  { "cap without a condition", HEAD FIELDS R "- id: r\n  " T "\n  met_from: a\n  of: [{id: s, " T ", points: 10, value: df}]\n"
    "  grades: [{id: a, at_least: 9}, {id: b}]\n  caps:\n  - {lower: 1} # <<\n", "grades" },
  { "cap at an unknown grade", HEAD FIELDS R "- id: r\n  " T "\n  met_from: a\n  of: [{id: s, " T ", points: 10, value: df}]\n"
    "  grades: [{id: a, at_least: 9}, {id: b}]\n  caps:\n  - {when: df, at_most: z} # <<\n", "grades" },

  /* -- concessions -- */
  { "concession", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  from: 2020-01-01\n  items:\n"
    "  - {id: ci, " T ", on: i1, when: df, at_least: 0.5}\n  - {id: cj, " T ", on: i2, value: {primary: 0}}\n" OK, NULL },
  { "concession on nothing", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: i9, value: 1} # <<\n" OK, "unknown-name" },
  { "concession on a combination", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: r, value: 1} # <<\n"
    R "- {id: r, " T ", of: [i1]}\n", "unknown-name" },
  { "concession of nothing", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: i1, when: df} # <<\n" OK, "missing-key" },
  { "concession the other way", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: i1, at_most: 1} # <<\n" OK, "limit" },
  { "concession limits a condition", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: r, at_most: 1} # <<\n" OK, "limit" },
  { "concession of another type", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: r, value: 1} # <<\n" OK, "type" },
  { "concession of another unit", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: i1, value: 1 teacher} # <<\n" OK, "unit" },
  { "concession on what", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", value: 1} # <<\n"
    R "- {id: r, " T ", value: df}\n- {id: q, " T ", value: dn, at_least: 1}\n", "unknown-name" },
  { "concession with a bad formula", HEAD FIELDS INDICATORS "concessions:\n- id: c\n  " T "\n  items:\n  - {id: ci, " T ", on: i1, when: nothing, value: 1} # <<\n" OK, "unknown-name" },
};

static guint
marked_line (const char *text)
{
  const char *mark = strstr (text, "# <<");
  guint line = 1;

  for (const char *p = text; mark != NULL && p < mark; p++)
    line += *p == '\n';

  return mark != NULL ? line : 0;
}

START_TEST (faults)
{
  const char *text = packs[_i].pack;
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GListModel) list = balance_standard_check (bytes, "test.yaml");
  g_autoptr (GError) error = NULL;
  g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "test.yaml", &error);
  guint n = g_list_model_get_n_items (list), line = marked_line (text), n_errors = 0;
  gboolean found = FALSE;
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (list, i);
      g_autofree char *one = balance_problem_to_text (problem, "en");

      g_string_append_printf (all, "; [%s] %s", balance_problem_get_kind (problem), one);
      n_errors += balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR;
      ck_assert_ptr_nonnull (balance_problem_get_message (problem, "zh"));
      if (packs[_i].kind != NULL && strcmp (balance_problem_get_kind (problem), packs[_i].kind) == 0 &&
          (line == 0 || balance_problem_get_row (problem) == line))
        found = balance_problem_get_severity (problem) == BALANCE_SEVERITY_ERROR;
    }

  if (packs[_i].kind == NULL)
    {
      ck_assert_msg (n_errors == 0, "%s:%s", packs[_i].name, all->str);
      ck_assert_ptr_nonnull (standard);
    }
  else
    {
      ck_assert_msg (found, "%s: no %s in line %u:%s", packs[_i].name, packs[_i].kind, line, all->str);
      ck_assert_ptr_null (standard);
      ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_INVALID_PACK));
    }
  g_string_free (all, TRUE);
}
END_TEST

START_TEST (all_faults_at_once)
{
  static const char text[] = HEAD FIELDS R
    "- {id: a, " T ", value: nothing}\n"
    "- {id: b, " T ", value: dn}\n"
    "- {id: c, " T ", value: pupils > 1}\n"
    "- {id: d, " T ", value: dn + df > 1}\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GListModel) list = balance_standard_check (bytes, "test.yaml");

  ck_assert_uint_eq (g_list_model_get_n_items (list), 4);
}
END_TEST

START_TEST (no_bytes)
{
  g_autoptr (GBytes) bytes = g_bytes_new (NULL, 0);
  g_autoptr (GListModel) list = balance_standard_check (bytes, "test.yaml");

  ck_assert_uint_eq (g_list_model_get_n_items (list), 1);
}
END_TEST

START_TEST (huge)
{
  GString *text = g_string_new (HEAD FIELDS OK);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GListModel) list = NULL;
  g_autoptr (BalanceProblem) problem = NULL;

  while (text->len < 2 * 1024 * 1024)
    g_string_append (text, "# a comment that says nothing, again and again\n");
  bytes = g_string_free_to_bytes (text);
  list = balance_standard_check (bytes, "test.yaml");
  ck_assert_uint_eq (g_list_model_get_n_items (list), 1);
  problem = g_list_model_get_item (list, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), "limit");
}
END_TEST

START_TEST (warnings)
{
  static const char text[] = "pack: test\nstages: [primary]\nfields:\n- {id: df, level: district, type: flag, title: {zh: 甲, en: A}}\n"
    R "- {id: r, value: df}\n";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GListModel) list = balance_standard_check (bytes, "test.yaml");
  g_autoptr (BalanceStandard) standard = balance_standard_new_from_bytes (bytes, "test.yaml", NULL);

  /* titles must be, a document for a pack without numbers should be */
  ck_assert_uint_eq (g_list_model_get_n_items (list), 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (list, i);
      gboolean title = strcmp (balance_problem_get_kind (problem), "no-title") == 0;

      ck_assert_int_eq (balance_problem_get_severity (problem), title ? BALANCE_SEVERITY_ERROR : BALANCE_SEVERITY_WARNING);
      ck_assert (title || strcmp (balance_problem_get_kind (problem), "no-reference") == 0);
    }
  ck_assert_ptr_null (standard);
}
END_TEST

/* -- packs that extend others --------------------------------------------------------------------------- */

static char *directory;

static void
make_directory (void)
{
  directory = g_dir_make_tmp ("balance-standard-XXXXXX", NULL);
  ck_assert_ptr_nonnull (directory);
}

static void
remove_directory (void)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  g_rmdir (directory);
  g_clear_pointer (&directory, g_free);
}

static char *
write_pack (const char *id, const char *text)
{
  g_autofree char *name = g_strconcat (id, ".yaml", NULL);
  char *path = g_build_filename (directory, name, NULL);

  ck_assert (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static const char parent_pack[] =
  "pack: parent\n" T "\nreference: 甲\neffective: 2020-01-01\nstages: [primary, junior]\nweight: pupils\n"
  FIELDS INDICATORS
  "options:\n- {id: o, " T ", values: [x, y], default: x}\n"
  "concessions:\n- id: c\n  " T "\n  until: 2022-12-31\n  items:\n  - {id: ci, " T ", on: t, at_least: 0.5}\n"
  "requirements:\n"
  "- id: r\n  " T "\n  each: section\n  need: 1\n  of: [i1, i2]\n"
  "- id: g\n  " T "\n  of:\n"
  "  - {id: s, " T ", value: df}\n"
  "  - {id: t, " T ", value: dn, at_least: 3}\n";

static BalanceStandard *
extend (const char *child)
{
  g_autofree char *parent_path = write_pack ("parent", parent_pack), *text = g_strconcat ("pack: child\nextends: parent\n" T "\n", child, NULL);
  g_autofree char *path = write_pack ("child", text);
  g_autoptr (GError) error = NULL;
  BalanceStandard *standard = balance_standard_new_from_file (path, &error);

  ck_assert_msg (standard != NULL, "%s", error != NULL ? error->message : "");
  return standard;
}

static BalanceRequirement *
find_requirement (GListModel *list, const char *id)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (BalanceRequirement) requirement = g_list_model_get_item (list, i);
      GListModel *children = balance_requirement_get_children (requirement);
      BalanceRequirement *found;

      if (strcmp (balance_requirement_get_id (requirement), id) == 0)
        return g_steal_pointer (&requirement);
      found = find_requirement (children, id);
      if (found != NULL)
        return found;
    }

  return NULL;
}

static BalanceRequirement *
requirement (BalanceStandard *standard, const char *id)
{
  g_autoptr (GListModel) roots = balance_standard_get_requirements (standard);

  return find_requirement (roots, id);
}

START_TEST (extends_unchanged)
{
  g_autoptr (BalanceStandard) standard = extend ("");
  g_autoptr (BalanceRequirement) r = requirement (standard, "t");
  g_auto (GStrv) options = balance_standard_dup_options (standard);

  ck_assert_str_eq (balance_standard_get_id (standard), "child");
  ck_assert_str_eq (balance_standard_get_reference (standard), "甲");
  ck_assert_str_eq (balance_standard_get_effective (standard), "2020-01-01");
  ck_assert_ptr_nonnull (r);
  ck_assert_uint_eq (g_strv_length (options), 1);
}
END_TEST

START_TEST (extends_and_changes)
{
  g_autoptr (BalanceStandard) standard = extend (
    "reference: 乙\n"
    "effective: 2021-01-01\n"
    "change:\n"
    "- {id: i1, at_most: 7}\n"                            /* another kind of limit */
    "- {id: i2, at_most: {junior: 5}, title: {en: Other}}\n" /* one stage, one language */
    "- {id: o, default: y}\n"
    "- {id: t, at_least: 4}\n"
    "remove: [s]\n"
    "indicators:\n"
    "- {id: i4, " T ", value: 2, at_least: 2}\n"
    "requirements:\n"
    "- {id: u, " T ", under: g, value: df}\n"
    "- {id: v, " T ", value: df}\n");
  g_autoptr (BalanceIndicator) i1 = balance_standard_find_indicator (standard, "i1");
  g_autoptr (BalanceIndicator) i2 = balance_standard_find_indicator (standard, "i2");
  g_autoptr (BalanceIndicator) i4 = balance_standard_find_indicator (standard, "i4");
  g_autoptr (BalanceRequirement) s = requirement (standard, "s"), u = requirement (standard, "u"), v = requirement (standard, "v");
  g_autoptr (BalanceRequirement) g = requirement (standard, "g");
  GListModel *children = balance_requirement_get_children (g);
  g_auto (GStrv) options = balance_standard_dup_options (standard);
  g_autofree char *text = balance_standard_to_text (standard, "en");
  const char *comparison = NULL;

  ck_assert_str_eq (balance_standard_get_reference (standard), "乙");
  ck_assert_str_eq (balance_standard_get_effective (standard), "2021-01-01");
  ck_assert_str_eq (balance_indicator_get_limit (i1, NULL, &comparison), "7");
  ck_assert_str_eq (comparison, "at_most");
  ck_assert_str_eq (balance_indicator_get_limit (i2, "primary", NULL), "1");
  ck_assert_str_eq (balance_indicator_get_limit (i2, "junior", NULL), "5");
  ck_assert_str_eq (balance_indicator_get_title (i2, "en"), "Other");
  ck_assert_str_eq (balance_indicator_get_title (i2, "zh"), "名");
  ck_assert_ptr_nonnull (i4);
  ck_assert_ptr_null (s);
  ck_assert_ptr_nonnull (u);
  ck_assert_ptr_nonnull (v);
  ck_assert_uint_eq (g_list_model_get_n_items (children), 2);
  ck_assert_str_eq (options[0], "o=y");
  ck_assert_ptr_nonnull (text);
}
END_TEST

static const struct
{
  const char *name;
  const char *child;
  const char *kind;
} bad_children[] = {
  { "change of nothing", "change:\n- {id: nothing, at_least: 1} # <<\n", "unknown-name" },
  { "change without id", "change:\n- {at_least: 1} # <<\n", "unknown-name" },
  { "change that is no mapping", "change:\n- i1 # <<\n", "unknown-name" },
  { "change that is no list", "change: {id: i1} # <<\n", "unknown-key" },
  { "removal of nothing", "remove: [nothing] # <<\n", "unknown-name" },
  { "removal of a mapping", "remove: [{id: s}] # <<\n", "unknown-name" },
  { "removal of what is needed", "remove: [i1]\n", "unknown-name" },
  { "under nothing", "requirements:\n- {id: u, " T ", under: nothing, value: df} # <<\n", "unknown-name" },
  { "under what has no items", "requirements:\n- {id: u, " T ", under: s, value: df} # <<\n", "unknown-name" },
  { "stages", "stages: [primary] # <<\n", "unknown-key" },
  { "scope", "scope: pupils > 1 # <<\n", "unknown-key" },
  { "unknown key", "nothing: [1] # <<\n", "unknown-key" },
  { "bad limit", "change:\n- id: i1\n  at_least: pupils # <<\n", "unit" },
  { "bad formula", "change:\n- id: s\n  value: df + # <<\n", "formula" },
  { "bad type of change", "change:\n- id: s\n  value: 3 # <<\n", "type" },
};

START_TEST (bad_extensions)
{
  g_autofree char *text = g_strconcat ("pack: child\nextends: parent\n" T "\n", bad_children[_i].child, NULL);
  g_autofree char *parent_path = write_pack ("parent", parent_pack), *path = write_pack ("child", text);
  g_autoptr (GListModel) list = balance_standard_check_file (path);
  guint line = marked_line (text);
  gboolean found = FALSE;
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (list, i);
      g_autofree char *one = balance_problem_to_text (problem, "en");

      g_string_append_printf (all, "; [%s] %s", balance_problem_get_kind (problem), one);
      if (strcmp (balance_problem_get_kind (problem), bad_children[_i].kind) == 0 &&
          (line == 0 || (balance_problem_get_row (problem) == line && g_strcmp0 (balance_problem_get_file (problem), path) == 0)))
        found = TRUE;
    }
  ck_assert_msg (found, "%s: no %s in line %u:%s", bad_children[_i].name, bad_children[_i].kind, line, all->str);
  g_string_free (all, TRUE);
}
END_TEST

static void
check_kind (const char *path, const char *kind)
{
  g_autoptr (GListModel) list = balance_standard_check_file (path);
  g_autoptr (BalanceProblem) problem = NULL;

  ck_assert_uint_ge (g_list_model_get_n_items (list), 1);
  problem = g_list_model_get_item (list, 0);
  ck_assert_str_eq (balance_problem_get_kind (problem), kind);
}

START_TEST (circles)
{
  g_autofree char *self = write_pack ("self", "pack: self\nextends: self\n");
  g_autofree char *a = write_pack ("a", "pack: a\nextends: b\n"), *b = write_pack ("b", "pack: b\nextends: a\n");
  g_autofree char *uses = write_pack ("uses", HEAD FIELDS "uses: {u: uses}\n" OK);
  g_autofree char *last = NULL;

  check_kind (self, "cycle");
  check_kind (a, "cycle");
  check_kind (uses, "cycle");
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *id = g_strdup_printf ("chain%u", i), *text = g_strdup_printf ("pack: chain%u\nextends: chain%u\n", i, i + 1);
      g_autofree char *path = write_pack (id, text);

      if (i == 0)
        last = g_steal_pointer (&path);
    }
  check_kind (last, "cycle");
}
END_TEST

/* A parent with faults is blamed itself, in its own file. */
START_TEST (faulty_parents)
{
  static const char *const parents[] = {
    "pack: parent\n" T "\nreference: none\nstages: [primary]\n" FIELDS "requirements: {a: b}\n",
    "pack: parent\n" T "\nreference: none\nstages: [primary]\n" FIELDS "requirements: a\n",
    "pack: parent\n" T "\nreference: none\nstages: [primary]\n" FIELDS "requirements:\n- {id: g, " T ", of: {a: b}}\n",
    "pack: parent\n" T "\nreference: none\nstages: [primary]\n" FIELDS "requirements:\n- {id: g, " T ", of: s}\n",
    "[1, 2]\n",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (parents); i++)
    {
      g_autofree char *parent = write_pack ("parent", parents[i]);
      g_autofree char *child = write_pack ("child", "pack: child\nextends: parent\nrequirements:\n- {id: u, " T ", value: df}\n"
                                                    "- {id: v, " T ", under: g, value: df}\nchange:\n- {id: g, of: [1]}\n");
      g_autoptr (GListModel) list = balance_standard_check_file (child);
      g_autoptr (BalanceStandard) standard = balance_standard_new_from_file (child, NULL);

      ck_assert_uint_ge (g_list_model_get_n_items (list), 1);
      ck_assert_ptr_null (standard);
    }
}
END_TEST

/* -- what is shipped ------------------------------------------------------------------------------------- */

/* What the checks of shipped and example packs may say: notes, and these only. */
static const struct
{
  const char *pack, *kind, *about;
} notes[] = {
  { "cn-2012-basic", "left-out", "Teaching point, Primary; Special school, Primary" },
  { "cn-2017-quality", "first-applies", "“music_small” and “music_2016”" },
  { "cn-2017-quality", "first-applies", "“art_small” and “art_2016”" },
  { "cn-2017-quality", "first-applies", "“joint_small” and “joint_2016”" },
  { "cn-2020-preschool", "unproved", "“K7”" },     /* a count of schools is asked for */
  { "cn-2020-preschool", "unproved", "“K8”" },
};

static void
check_notes (const char *id, GListModel *list)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (BalanceProblem) problem = g_list_model_get_item (list, i);
      gboolean known = FALSE;

      for (guint k = 0; k < G_N_ELEMENTS (notes); k++)
        known = known || (g_str_has_prefix (id, notes[k].pack) && strcmp (balance_problem_get_kind (problem), notes[k].kind) == 0 &&
                          strstr (balance_problem_get_message (problem, "en"), notes[k].about) != NULL);
      ck_assert_msg (known && balance_problem_get_severity (problem) == BALANCE_SEVERITY_NOTE, "%s: %s", id,
                     balance_problem_get_message (problem, "en"));
    }
}

START_TEST (shipped)
{
  g_auto (GStrv) ids = balance_standard_list_ids ();

  ck_assert_uint_ge (g_strv_length (ids), 3);
  for (guint i = 0; ids[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceStandard) standard = balance_standard_lookup (ids[i], &error);
      g_autofree char *path = NULL;
      g_autofree char *en = NULL, *zh = NULL, *name = g_strconcat (ids[i], ".yaml", NULL);
      g_autoptr (GListModel) list = NULL;

      ck_assert_msg (standard != NULL, "%s: %s", ids[i], error != NULL ? error->message : "");
      ck_assert_str_eq (balance_standard_get_id (standard), ids[i]);
#if __has_include ("base/balance-yaml-shipped-trees.h")
      ck_assert (standard->pack->proved);
#endif
      en = balance_standard_to_text (standard, "en");
      zh = balance_standard_to_text (standard, "zh");
      ck_assert_str_ne (en, zh);
      path = g_build_filename (g_getenv ("BALANCE_DATA_DIR"), "standards", name, NULL);
      list = balance_standard_check_file (path);
      check_notes (ids[i], list);
      for (guint k = 0, n = 0; k < G_N_ELEMENTS (notes); k++)
        ck_assert_uint_ge (g_list_model_get_n_items (list), n += strcmp (notes[k].pack, ids[i]) == 0);
    }
}
END_TEST

/* Whoever changes one, or the dictionary, is told what is wrong with it. */
START_TEST (edited)
{
  g_autofree char *path = g_build_filename (g_getenv ("BALANCE_DATA_DIR"), "standards", "cn-2017-quality.yaml", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *faulty = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (BalanceStandard) standard = NULL;
  g_autoptr (GError) error = NULL;

  ck_assert (g_file_get_contents (path, &text, NULL, NULL));
  parts = g_strsplit (text, "\nweight: ", 2);
  ck_assert_uint_eq (g_strv_length (parts), 2);
  faulty = g_strconcat (parts[0], "\nweight: nobody + ", parts[1], NULL);
  bytes = g_bytes_new (faulty, strlen (faulty));
  standard = balance_standard_new_from_bytes (bytes, path, &error);
  ck_assert_ptr_null (standard);
  ck_assert_msg (strstr (error->message, "nobody") != NULL, "%s", error->message);
}
END_TEST

START_TEST (examples)
{
  g_autofree char *packs_directory = g_build_filename (g_getenv ("BALANCE_SOURCE_DIR"), "examples", "packs", NULL);
  g_autoptr (GDir) dir = g_dir_open (packs_directory, 0, NULL);
  const char *name;
  guint n = 0;

  ck_assert_ptr_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (packs_directory, name, NULL);
      g_autoptr (GListModel) list = NULL;

      if (!g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".map.yaml"))
        continue;
      n++;
      list = balance_standard_check_file (path);
      check_notes (name, list);
    }
  ck_assert_uint_ge (n, 5);
}
END_TEST

START_TEST (lookup_of_nothing)
{
  static const char *const ids[] = { "no-such-standard", "", ".", "..", "../fields", "/etc/passwd", "cn-2017-quality.yaml" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (BalanceStandard) standard = balance_standard_lookup (ids[i], &error);

      ck_assert_ptr_null (standard);
      ck_assert_msg (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND), "%s", ids[i]);
    }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (BalanceStandard) standard = balance_standard_new_from_file ("/nowhere/at/all.yaml", &error);

    ck_assert_ptr_null (standard);
    ck_assert (g_error_matches (error, BALANCE_ERROR, BALANCE_ERROR_NOT_FOUND));
  }
}
END_TEST

int
main (void)
{
  Suite *suite = suite_create ("standard");
  TCase *tests = tcase_create ("faults");
  SRunner *runner;
  int n_failed;

  tcase_set_timeout (tests, 30);
  tcase_add_loop_test (tests, faults, 0, G_N_ELEMENTS (packs));
  tcase_add_test (tests, all_faults_at_once);
  tcase_add_test (tests, no_bytes);
  tcase_add_test (tests, huge);
  tcase_add_test (tests, warnings);
  suite_add_tcase (suite, tests);

  tests = tcase_create ("extends");
  tcase_add_checked_fixture (tests, make_directory, remove_directory);
  tcase_add_test (tests, extends_unchanged);
  tcase_add_test (tests, extends_and_changes);
  tcase_add_loop_test (tests, bad_extensions, 0, G_N_ELEMENTS (bad_children));
  tcase_add_test (tests, circles);
  tcase_add_test (tests, faulty_parents);
  suite_add_tcase (suite, tests);

  tests = tcase_create ("shipped");
  tcase_set_timeout (tests, 30);
  tcase_add_test (tests, shipped);
  tcase_add_test (tests, edited);
  tcase_add_test (tests, examples);
  tcase_add_test (tests, lookup_of_nothing);
  suite_add_tcase (suite, tests);

  runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);

  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
