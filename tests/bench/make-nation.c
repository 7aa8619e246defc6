/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Writes the school table of a made-up nation, for timing. Every name says that it is synthetic.
 *
 * One row per section with the amounts laid out over the sections, or with --layout school one row per school, whose
 * shared amounts the standard has to split. Rows are in no order. The same arguments give the same bytes.
 *
 * Whatever a school has follows from its own number, so rows are made in the order in which they are written and
 * memory holds four bytes for each, whatever the size of the table. */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

enum
{
  PRIMARY,
  JUNIOR,
  SENIOR,
  N_STAGES
};

static const char *const stage_ids[N_STAGES] = { "primary", "junior", "senior" };

/* what the sections of a school are measured by when an amount is laid out over them */
static const double stage_weights[N_STAGES] = { 1.0, 1.1, 1.32 };

/* what a hundred pupils, or a pupil, have in the middle school of the nation */
static const double teachers_per_hundred[N_STAGES] = { 6.2, 7.9, 8.2 };
static const double teaching_per_pupil[N_STAGES] = { 6.0, 7.6, 8.4 };
static const double sports_per_pupil[N_STAGES] = { 9.6, 13.0, 13.5 };
static const double equipment_per_pupil[N_STAGES] = { 2700, 3500, 4200 };
static const double rooms_per_pupil[N_STAGES] = { 0.031, 0.032, 0.033 };

/* Kinds of schools with their shares in percent, roughly those of the yearly statistics of compulsory education, and the
 * median and largest number of pupils of a section. */
typedef struct
{
  const char *id;
  const char *title;
  double      share;
  guint       stages;           /* bits */
  double      median;
  guint       largest;
} Kind;

static const Kind kinds[] = {
  { "primary", "小学", 61, 1 << PRIMARY, 520, 2400 },
  { "teaching_point", "教学点", 13, 1 << PRIMARY, 45, 160 },
  { "junior", "初级中学", 17, 1 << JUNIOR, 760, 2600 },
  { "nine_year", "九年一贯制学校", 6.5, 1 << PRIMARY | 1 << JUNIOR, 420, 1600 },
  { "complete_secondary", "完全中学", 1.2, 1 << JUNIOR | 1 << SENIOR, 700, 2000 },
  { "twelve_year", "十二年一贯制学校", 0.3, 1 << PRIMARY | 1 << JUNIOR | 1 << SENIOR, 600, 1800 },
  { "special", "特殊教育学校", 1, 1 << PRIMARY | 1 << JUNIOR, 60, 200 },
};

enum
{
  PUPILS,
  CLASSES,
  TEACHERS,
  COLLEGE,
  BACHELOR,
  MASTER,
  DOCTOR,
  BACKBONE,
  PE,
  MUSIC,
  FINE_ARTS,
  ARTS,
  N_COUNTS
};

static const char *const count_ids[N_COUNTS] = {
  "pupils", "classes", "teachers", "teachers_college", "teachers_bachelor", "teachers_master", "teachers_doctor",
  "teachers_backbone", "teachers_pe", "teachers_music", "teachers_fine_arts", "teachers_arts",
};

/* areas in hundredths of square metres, equipment in yuan */
enum
{
  TEACHING_AREA,
  INDOOR_SPORTS,
  SPORTS_GROUND,
  N_AREAS,
  EQUIPMENT = N_AREAS,
  ROOMS,
  N_AMOUNTS
};

static const char *const amount_ids[N_AMOUNTS] = {
  "teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value", "multimedia_rooms",
};

typedef struct
{
  const Kind *kind;
  guint       county;
  guint       number;           /* in its county, from 1 */
  gboolean    private;
  const char *locality;
  guint       counts[N_STAGES][N_COUNTS];
  gint64      amounts[N_AMOUNTS];
} School;

typedef struct
{
  guint  n_schools;
  guint  n_counties;
  guint64 seed;
  guint *county_ends;           /* one past the last school of each county */
} Nation;

/* -- chance ------------------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood 2014): small, and every number of a sequence can be had without the others. */
static guint64
mix (guint64 x)
{
  x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ (x >> 31);
}

static guint64
next (guint64 *state)
{
  *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  return mix (*state);
}

static guint64
sequence (const Nation *nation, guint64 which, guint64 number)
{
  return mix (nation->seed * 3 + which) ^ mix (number + G_GUINT64_CONSTANT (0x632be59bd9b4e019));
}

static double
uniform (guint64 *state, double low, double high)
{
  return low + (high - low) * (double) (next (state) >> 11) * 0x1p-53;
}

static guint
below (guint64 *state, guint n)
{
  return (guint) (((next (state) >> 32) * n) >> 32);
}

/* exp (N (mean, spread)); the sum of twelve numbers of sixteen bits is close enough to normal for a table like this */
static double
lognormal (guint64 *state, double mean, double spread)
{
  guint sum = 0;

  for (guint i = 0; i < 3; i++)
    for (guint64 bits = next (state); bits != 0; bits >>= 16)
      sum += (guint) (bits & 0xffff);
  return exp (mean + spread * (sum / 65536.0 - 6.0));
}

/* -- schools ------------------------------------------------------------------------------------------ */

static void
make_section (guint *counts, guint stage, double wealth, guint64 *state)
{
  double pupils = counts[PUPILS], special = pupils * 0.0115 * wealth;
  guint teachers = MAX (1, (guint) lround (pupils / 100 * teachers_per_hundred[stage] * wealth));
  guint rest;

  counts[CLASSES] = (counts[PUPILS] + 41) / 42;
  counts[TEACHERS] = teachers;
  counts[MASTER] = (guint) lround (teachers * 0.08 * uniform (state, 0, 1));
  counts[DOCTOR] = teachers > 60 && uniform (state, 0, 1) < 0.02;
  rest = teachers - counts[MASTER] - counts[DOCTOR];
  counts[BACHELOR] = (guint) lround (rest * uniform (state, 0.62, 0.95));
  counts[COLLEGE] = stage != SENIOR ? rest - counts[BACHELOR] : 0;
  counts[BACKBONE] = (guint) lround (pupils * 0.0135 * wealth * uniform (state, 0.5, 1.6));
  counts[PE] = (guint) lround (special * 0.45 * uniform (state, 0.7, 1.3));
  counts[MUSIC] = (guint) lround (special * 0.27 * uniform (state, 0.7, 1.3));
  counts[FINE_ARTS] = (guint) lround (special * 0.28 * uniform (state, 0.7, 1.3));
  counts[ARTS] = special > 12 && uniform (state, 0, 1) < 0.3;
}

/* What all pupils of a school would have in the middle school, times what this one has more or less. */
static double
whole (const School *school, const double *per_pupil, double wealth, double spread, guint64 *state)
{
  double sum = 0;

  for (guint stage = 0; stage < N_STAGES; stage++)
    sum += school->counts[stage][PUPILS] * per_pupil[stage];
  return sum * wealth * lognormal (state, 0, spread);
}

static void
make_school (const Nation *nation, guint index, School *school)
{
  guint64 state = sequence (nation, 0, index), county_state;
  guint county = 0, n = nation->n_counties, pupils = 0;
  double wealth, share, sports, gym;

  while (n > 1)
    {
      guint half = n / 2;

      if (nation->county_ends[county + half - 1] <= index)
        county += half;
      n -= half;
    }
  county_state = sequence (nation, 1, county);
  school->county = county;
  school->number = index + 1 - (county > 0 ? nation->county_ends[county - 1] : 0);

  share = uniform (&state, 0, 100);
  for (school->kind = kinds; school->kind < &kinds[G_N_ELEMENTS (kinds) - 1] && share >= school->kind->share; school->kind++)
    share -= school->kind->share;
  school->private = strcmp (school->kind->id, "teaching_point") != 0 && uniform (&state, 0, 1) < 0.06;
  school->locality = ((const char *const[]) { "urban", "town", "rural" })[below (&state, 3)];
  wealth = lognormal (&county_state, 0.05, 0.14) * lognormal (&state, 0, 0.17);

  memset (school->counts, 0, sizeof school->counts);
  for (guint stage = 0; stage < N_STAGES; stage++)
    if (school->kind->stages & 1 << stage)
      {
        double size = round (school->kind->median * lognormal (&state, 0, 0.62));

        school->counts[stage][PUPILS] = (guint) CLAMP (size, 6, school->kind->largest);
        pupils += school->counts[stage][PUPILS];
        make_section (school->counts[stage], stage, wealth, &state);
      }

  sports = whole (school, sports_per_pupil, wealth, 0.16, &state);
  gym = pupils > 600 && uniform (&state, 0, 1) < 0.5 ? sports * 0.12 : 0.0;
  school->amounts[TEACHING_AREA] = llround (100 * (whole (school, teaching_per_pupil, wealth, 0.12, &state) + gym));
  school->amounts[INDOOR_SPORTS] = llround (100 * gym);
  school->amounts[SPORTS_GROUND] = llround (100 * (sports - gym));
  school->amounts[EQUIPMENT] = llround (whole (school, equipment_per_pupil, wealth, 0.2, &state));
  school->amounts[ROOMS] = llround (whole (school, rooms_per_pupil, wealth, 0.12, &state));
}

/* Lays an amount out over the sections of a school so that the parts add up to it. Equal parts would look like a total
 * that was entered twice, and are moved apart by one. */
static void
lay_out (const School *school, gint64 amount, gint64 *parts)
{
  double total = 0;
  gint64 left = amount;
  guint last = 0;

  for (guint stage = 0; stage < N_STAGES; stage++)
    {
      total += school->counts[stage][PUPILS] * stage_weights[stage];
      if (school->kind->stages & 1 << stage)
        last = stage;
    }
  for (guint stage = 0; stage < N_STAGES; stage++)
    {
      double part = (double) amount * school->counts[stage][PUPILS] * stage_weights[stage] / total;

      parts[stage] = stage == last ? left : (gint64) part;
      left -= parts[stage];
    }
  for (guint round = 0; round < N_STAGES; round++)
    for (guint stage = 1; stage < N_STAGES; stage++)
      for (guint other = 0; other < stage; other++)
        if (parts[stage] > 0 && parts[stage] == parts[other])
          {
            parts[other]--;
            parts[stage]++;
          }
}

/* -- rows --------------------------------------------------------------------------------------------- */

static char *
put_text (char *at, const char *text)
{
  size_t n = strlen (text);

  memcpy (at, text, n);
  return at + n;
}

static char *
put_number (char *at, guint64 number, guint min_digits)
{
  char digits[20];
  guint n = 0;

  do
    digits[n++] = (char) ('0' + number % 10);
  while ((number /= 10) > 0);
  while (n < min_digits)
    digits[n++] = '0';
  while (n > 0)
    *at++ = digits[--n];
  return at;
}

static char *
put_amount (char *at, guint amount, gint64 value)
{
  *at++ = ',';
  if (amount >= N_AREAS)
    return put_number (at, (guint64) value, 1);
  at = put_number (at, (guint64) value / 100, 1);
  *at++ = '.';
  return put_number (at, (guint64) value % 100, 2);
}

static char *
put_identity (char *at, const School *school)
{
  at = put_number (at, 900000 + school->county, 6);
  at = put_text (at, ",合成县");
  at = put_number (at, school->county + 1, 4);
  *at++ = ',';
  at = put_number (at, 900000 + school->county, 6);
  at = put_number (at, school->number, 5);
  at = put_text (at, ",合成县");
  at = put_number (at, school->county + 1, 4);
  at = put_text (at, "第");
  at = put_number (at, school->number, 1);
  at = put_text (at, school->kind->title);
  *at++ = ',';
  at = put_text (at, school->kind->id);
  at = put_text (at, school->private ? ",private," : ",county_education,");
  return put_text (at, school->locality);
}

static char *
put_counts (char *at, const School *school, guint stage)
{
  for (guint i = 0; i < N_COUNTS; i++)
    {
      *at++ = ',';
      if (school->kind->stages & 1 << stage)
        at = put_number (at, school->counts[stage][i], 1);
    }
  return at;
}

static char *
put_section_row (char *at, const School *school, guint stage)
{
  at = put_identity (at, school);
  *at++ = ',';
  at = put_text (at, stage_ids[stage]);
  at = put_counts (at, school, stage);
  for (guint i = 0; i < N_AMOUNTS; i++)
    {
      gint64 parts[N_STAGES];

      lay_out (school, school->amounts[i], parts);
      at = put_amount (at, i, parts[stage]);
    }
  *at++ = '\n';
  return at;
}

static char *
put_school_row (char *at, const School *school)
{
  at = put_identity (at, school);
  for (guint stage = 0; stage < N_STAGES; stage++)
    at = put_counts (at, school, stage);
  for (guint i = 0; i < N_AMOUNTS; i++)
    at = put_amount (at, i, school->amounts[i]);
  *at++ = '\n';
  return at;
}

static void
put_header (FILE *file, gboolean by_section)
{
  fputs ("district_code,district_name,school_code,school_name,kind,sponsor,locality", file);
  if (by_section)
    fputs (",stage", file);
  for (guint stage = 0; stage < (by_section ? 1 : N_STAGES); stage++)
    for (guint i = 0; i < N_COUNTS; i++)
      fprintf (file, ",%s%s%s", count_ids[i], by_section ? "" : ".", by_section ? "" : stage_ids[stage]);
  for (guint i = 0; i < N_AMOUNTS; i++)
    fprintf (file, ",%s", amount_ids[i]);
  fputc ('\n', file);
}

/* -- nation ------------------------------------------------------------------------------------------- */

/* Counties differ in size; every one has at least one school. */
static void
make_counties (Nation *nation)
{
  double *ends = g_new (double, nation->n_counties), total = 0;
  guint64 state = sequence (nation, 2, 0);
  guint sum = 0;

  for (guint i = 0; i < nation->n_counties; i++)
    ends[i] = total += lognormal (&state, 0, 0.6);
  nation->county_ends = g_new (guint, nation->n_counties);
  for (guint i = 0; i < nation->n_counties; i++)
    nation->county_ends[i] = 1;
  for (guint i = nation->n_counties; i < nation->n_schools; i++)
    {
      double at = uniform (&state, 0, total);
      guint low = 0, high = nation->n_counties - 1;

      while (low < high)
        {
          guint middle = (low + high) / 2;

          if (ends[middle] <= at)
            low = middle + 1;
          else
            high = middle;
        }
      nation->county_ends[low]++;
    }
  for (guint i = 0; i < nation->n_counties; i++)
    nation->county_ends[i] = sum += nation->county_ends[i];
  g_free (ends);
}

static gboolean
write_nation (const Nation *nation, gboolean by_section, FILE *file)
{
  guint per_school = by_section ? N_STAGES : 1;
  gsize n_rows = (gsize) nation->n_schools * per_school;
  guint32 *order = g_new (guint32, n_rows);
  guint64 state = sequence (nation, 3, 0);
  char row[2048];
  School school;

  for (gsize i = 0; i < n_rows; i++)
    {
      gsize other = below (&state, (guint) (i + 1));

      order[i] = order[other];
      order[other] = (guint32) i;
    }

  put_header (file, by_section);
  for (gsize i = 0; i < n_rows; i++)
    {
      guint stage = order[i] % per_school;
      char *end = row;

      make_school (nation, order[i] / per_school, &school);
      if (!by_section)
        end = put_school_row (row, &school);
      else if (school.kind->stages & 1 << stage)
        end = put_section_row (row, &school, stage);
      fwrite (row, 1, (size_t) (end - row), file);
    }
  g_free (order);
  return !ferror (file);
}

int
main (int argc, char **argv)
{
  int n_schools = 210000, n_counties = 2895;
  gint64 seed = 1;
  g_autofree char *layout = NULL, *output = NULL;
  const GOptionEntry entries[] = {
    { "schools", 0, 0, G_OPTION_ARG_INT, &n_schools, "How many schools", "N" },
    { "counties", 0, 0, G_OPTION_ARG_INT, &n_counties, "In how many counties", "N" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &seed, "Another nation for each number", "N" },
    { "layout", 0, 0, G_OPTION_ARG_STRING, &layout, "What a row is: section (if not given) or school", "LAYOUT" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, "Where to write, if not to standard output", "FILE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("- writes the school table of a made-up nation");
  g_autoptr (GError) error = NULL;
  Nation nation = { 0 };
  FILE *file = stdout;
  gboolean by_section, ok;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      fprintf (stderr, "make-nation: %s\n", error->message);
      return 2;
    }
  by_section = g_strcmp0 (layout, "school") != 0;
  if (argc > 1 || (by_section && layout != NULL && strcmp (layout, "section") != 0) || n_counties < 1 || n_counties > 99999 ||
      n_schools < n_counties || n_schools > 100000000)
    {
      fprintf (stderr, "make-nation: --layout is section or school; 1 to 99999 counties, each with at least one school\n");
      return 2;
    }
  if (output != NULL && (file = fopen (output, "wb")) == NULL)
    {
      fprintf (stderr, "make-nation: %s: %s\n", output, g_strerror (errno));
      return 2;
    }

  nation.n_schools = (guint) n_schools;
  nation.n_counties = (guint) n_counties;
  nation.seed = (guint64) seed;
  make_counties (&nation);
  ok = write_nation (&nation, by_section, file);
  g_free (nation.county_ends);
  if (fclose (file) != 0 || !ok)
    {
      fprintf (stderr, "make-nation: the table could not be written: %s\n", g_strerror (errno));
      return 2;
    }
  return 0;
}
