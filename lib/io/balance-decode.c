/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "io/balance-decode-private.h"

#include "io/balance-csv-private.h"

#include <string.h>

/* What a guess is made on. */
#define SAMPLE       (1 << 16)
#define MAX_CELLS    400

/* So many bytes that do not fit are slips in a UTF-8 file; more is another encoding. */
#define MAX_SLIPS    16
#define SLIPS_SAMPLE (1 << 20)

/* So much is looked at first, and is enough with so many characters beyond ASCII. */
#define SLIPS_FIRST  (1 << 15)
#define SLIPS_ENOUGH 256

/* Shares in hundredths: a text in the right encoding is mostly of common characters, in a wrong one of rare ones. */
#define MIN_SHARE    12
#define CLEAR_SHARE  8

/* In the order in which they are preferred. */
static const char *const candidates[] = { "GB18030", "BIG5-HKSCS" };

/* Characters that names of schools, places and tables are full of, simplified and traditional. */
static const char common[] =
  "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
  "小校中学区县市省镇乡村街道路号楼院园部班级教师生数人名总计额率代码名称类型学段初高幼儿特殊职业一二三四五六七八九十百千万亿元平方米间台册套个所"
  "东西南北新城山江河湖海林石龙马王李张陈刘赵杨黄周吴徐孙朱胡郭何高罗阳光明华文化育才实验第附属完全民族希望红星双合金银水泉塘桥岭坪坝湾沟坡庄屯寨营堡店集场口头"
  "學國個們來時為這會對發過說產種後經區縣鎮鄉號樓園級師數總計額類型稱職業億間冊東龍馬張陳劉趙楊黃吳孫羅陽華實驗屬雙銀橋嶺壩灣溝莊營鋪場頭"
  "英聖德仁愛信義禮智勇和平安樂福壽天主基督佛道官立資助私立直津紀念書社會灣仔九龍新界荃沙田元朗屯門北島油尖旺深水埗觀塘離葵青"
  "女男公办办民資設施備面積教室圖書計算機運動場經費預決算建築用地合計填報單位審核負責日期说明备注";

static GHashTable *
get_common (void)
{
  static gsize once;
  static GHashTable *set;

  if (g_once_init_enter (&once))
    {
      set = g_hash_table_new (NULL, NULL);
      for (const char *p = common; *p != '\0'; p = g_utf8_next_char (p))
        g_hash_table_add (set, GUINT_TO_POINTER (g_utf8_get_char (p)));
      g_once_init_leave (&once, 1);
    }

  return set;
}

static guint
count_lines (const char *text,
             gsize       length)
{
  guint n = 1;

  for (gsize i = 0; i < length; i++)
    n += text[i] == '\n' || (text[i] == '\r' && (i + 1 == length || text[i + 1] != '\n'));

  return n;
}

/* (transfer full) (nullable) `taken` becomes the bytes that could be converted. */
static char *
convert (const char *text,
         gsize       length,
         const char *encoding,
         gsize      *taken,
         gsize      *written)
{
  g_autoptr(GError) error = NULL;
  char *utf8 = g_convert (text, (gssize) length, "UTF-8", encoding, taken, written, &error);

  return utf8;
}

/* A character that the end of the sample cuts is no fault. */
static char *
convert_head (const char *text,
              gsize       length,
              const char *encoding,
              gsize      *taken,
              gsize      *written)
{
  char *utf8 = convert (text, length, encoding, taken, written);

  if (utf8 == NULL && *taken + 4 > length && *taken > 0)
    utf8 = convert (text, *taken, encoding, taken, written);

  return utf8;
}

static guint
count_headers (const char   *text,
               gsize         length,
               BalanceNames *names)
{
  BalanceCsv csv;
  guint n = 0, n_cells = 0;

  balance_csv_init (&csv, text, length);
  while (n_cells < MAX_CELLS && balance_csv_next (&csv))
    for (guint i = 0; i < csv.cells->len && csv.fault == BALANCE_CSV_FINE; i++)
      {
        const BalanceSpan *cell = &g_array_index (csv.cells, BalanceSpan, i);
        gboolean ascii = TRUE;

        for (gsize j = 0; j < cell->length && ascii; j++)
          ascii = (guchar) cell->text[j] < 128;
        n_cells++;
        /* what is ASCII is the same in all of them and tells nothing */
        if (!ascii)
          n += balance_names_know (names, cell->text, cell->length);
      }
  balance_csv_clear (&csv);

  return n;
}

/* Hundredths of the characters that are common; -1 where the text has none at all to judge by. */
static int
common_share (const char *text,
              gsize       length)
{
  GHashTable *set = get_common ();
  const char *end = text + length;
  guint n = 0, n_common = 0;

  for (; text < end; text = g_utf8_next_char (text))
    {
      gunichar c = g_utf8_get_char (text);

      if (c < 128 || (c >= 0x2000 && c < 0x2e80) || (c >= 0x3000 && c < 0x3040) || c >= 0xff00)
        continue;
      n++;
      n_common += g_hash_table_contains (set, GUINT_TO_POINTER (c));
    }

  return n > 0 ? (int) (100 * n_common / n) : -1;
}

/* Bytes that do not fit UTF-8, and characters beyond ASCII that do. */
static void
count_slips (const char *text,
             gsize       length,
             guint      *n_slips,
             guint      *n_fine)
{
  const char *end = text + length;

  for (*n_slips = *n_fine = 0; text < end && *n_slips <= MAX_SLIPS * 64;)
    {
      const char *stop;
      gboolean valid = g_utf8_validate_len (text, (gsize) (end - text), &stop);

      for (; text < stop; text++)
        *n_fine += ((guchar) *text & 0xc0) == 0xc0;
      if (valid)
        break;
      (*n_slips)++;
      text++;
    }
}

/* UTF-16 without a mark: the separators and digits of a table have one byte zero, always on the same side. */
static const char *
guess_utf16 (const char *text,
             gsize       length)
{
  gsize n = MIN (length, 4096) & ~(gsize) 1, even = 0, odd = 0;

  for (gsize i = 0; i < n; i += 2)
    {
      even += text[i] == '\0';
      odd += text[i + 1] == '\0';
    }
  if (length % 2 != 0 || n < 8)
    return NULL;
  if (odd * 5 > n / 2 && even * 50 < n)
    return "UTF-16LE";
  if (even * 5 > n / 2 && odd * 50 < n)
    return "UTF-16BE";

  return NULL;
}

static void
take_as_it_is (BalanceDecoding *self,
               GBytes          *bytes,
               gsize            skip)
{
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  self->owner = g_bytes_ref (bytes);
  self->text = text != NULL ? text + skip : "";
  self->length = length - skip;
  self->encoding = "UTF-8";
}

/* Everything from `skip` on in the encoding that is settled. */
static void
take_converted (BalanceDecoding *self,
                GBytes          *bytes,
                const char      *encoding,
                gsize            skip,
                gboolean         is_head)
{
  gsize length, taken = 0, written = 0;
  const char *text = g_bytes_get_data (bytes, &length);
  char *utf8 = is_head ? convert_head (text + skip, length - skip, encoding, &taken, &written)
                       : convert (text + skip, length - skip, encoding, &taken, &written);

  self->encoding = encoding;
  /* iconv takes the last bytes of a cut character for unread input */
  if (utf8 != NULL && (is_head || taken == length - skip))
    {
      self->owner = g_bytes_new_take (utf8, written);
      self->text = utf8;
      self->length = written;
      return;
    }

  g_free (utf8);
  utf8 = convert (text + skip, taken, encoding, &taken, &written);
  self->result = BALANCE_DECODE_FAILED;
  self->offset = skip + taken;
  self->line = utf8 != NULL ? count_lines (utf8, written) : 1;
  g_free (utf8);
}

static void
guess (BalanceDecoding *self,
       GBytes          *bytes,
       gboolean         is_head,
       BalanceNames    *names)
{
  gsize length, first;
  const char *text = g_bytes_get_data (bytes, &length);
  const char *best = NULL, *broken = NULL;
  guint best_headers = 0, broken_headers = 0;
  int best_share = 0, second_share = -1;
  gboolean unclear = FALSE;
  guint n_slips, n_fine;
  const char *zero;

  self->guessed = TRUE;
  best = guess_utf16 (text, length);
  if (best != NULL)
    {
      take_converted (self, bytes, best, 0, is_head);
      return;
    }

  for (first = 0; first < length && (guchar) text[first] < 128; first++)
    ;
  for (guint i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      gsize taken, written = 0;
      gsize from = first > SAMPLE / 2 ? first - SAMPLE / 2 : 0;
      g_autofree char *utf8 = NULL;
      gboolean whole;
      guint headers;
      int share;

      /* from a line on, so that no character is cut */
      while (from > 0 && text[from - 1] != '\n')
        from--;
      utf8 = convert_head (text + from, MIN (length - from, SAMPLE), candidates[i], &taken, &written);
      whole = utf8 != NULL;
      if (!whole && taken > 0)
        utf8 = convert (text + from, taken, candidates[i], &taken, &written);
      if (utf8 == NULL)
        continue;

      headers = count_headers (utf8, written, names);
      if (!whole)
        {
          if (headers > broken_headers)
            {
              broken = candidates[i];
              broken_headers = headers;
            }
          continue;
        }
      share = common_share (utf8, written);
      if (headers > best_headers || (headers == best_headers && share > best_share))
        {
          unclear = best != NULL && best_headers == headers && best_share >= MIN_SHARE && share - best_share < CLEAR_SHARE;
          second_share = best_share;
          best = candidates[i];
          best_headers = headers;
          best_share = share;
        }
      else if (headers == best_headers && share >= MIN_SHARE && best_share - share < CLEAR_SHARE)
        {
          unclear = TRUE;
          second_share = share;
        }
    }

  if (best != NULL && (best_headers > 0 || best_share >= MIN_SHARE) && !(unclear && second_share >= 0))
    {
      take_converted (self, bytes, best, 0, is_head);
      return;
    }

  /* headers that are known leave no doubt of the encoding, and then it can be said which bytes are wrong */
  if (best_headers == 0 && broken != NULL)
    {
      take_converted (self, bytes, broken, 0, is_head);
      return;
    }

  count_slips (text, length, &n_slips, &n_fine);
  if (!unclear && n_slips <= MAX_SLIPS)
    {
      take_as_it_is (self, bytes, 0);
      return;
    }
  self->result = unclear ? BALANCE_DECODE_UNCLEAR : BALANCE_DECODE_UNKNOWN;
  self->encoding = unclear ? best : NULL;
  self->offset = first;
  self->line = count_lines (text, first);
  zero = memchr (text, '\0', MIN (length, SAMPLE));
  if (zero != NULL)
    {
      self->result = BALANCE_DECODE_BINARY;
      self->offset = (gsize) (zero - text);
      self->line = 0;
    }
}

/* Valid but for a character that the end of the head cuts. */
static gboolean
is_utf8 (const char *text,
         gsize       length,
         gboolean    is_head)
{
  const char *end = text;

  return g_utf8_validate_len (text, length, &end) || (is_head && *end != '\0' && (gsize) (end - text) + 4 > length);
}

/* The beginning is enough: it has characters beyond ASCII, and they are UTF-8. */
static gboolean
begins_as_utf8 (const char *text,
                gsize       length)
{
  guint n_slips, n_fine;

  count_slips (text, MIN (length, SLIPS_FIRST), &n_slips, &n_fine);
  if (n_slips + n_fine < SLIPS_ENOUGH && length > SLIPS_FIRST)
    count_slips (text, MIN (length, SLIPS_SAMPLE), &n_slips, &n_fine);

  return n_slips <= MAX_SLIPS && n_fine > n_slips;
}

gboolean
balance_decode_is_settled (GBytes     *head,
                           const char *encoding)
{
  gsize length;
  const char *text = g_bytes_get_data (head, &length);

  if (encoding != NULL)
    return g_ascii_strcasecmp (encoding, "UTF-8") == 0;
  if (length >= 4 && (memcmp (text, "\x84\x31\x95\x33", 4) == 0 || memcmp (text, "\xff\xfe", 2) == 0 ||
                      memcmp (text, "\xfe\xff", 2) == 0))
    return FALSE;

  return (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0) || begins_as_utf8 (text, length);
}

void
balance_decode (BalanceDecoding *self,
                GBytes          *bytes,
                const char      *encoding,
                gboolean         is_head,
                BalanceNames    *names)
{
  static const struct
  {
    const char *mark;
    guint       length;
    const char *encoding;
  } marks[] = {
    { "\xef\xbb\xbf", 3, "UTF-8" },
    { "\x84\x31\x95\x33", 4, "GB18030" },
    { "\xff\xfe", 2, "UTF-16LE" },
    { "\xfe\xff", 2, "UTF-16BE" },
  };
  gsize length;
  const char *text = g_bytes_get_data (bytes, &length);

  memset (self, 0, sizeof *self);
  if (length == 0)
    {
      take_as_it_is (self, bytes, 0);
      return;
    }

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    if (length >= marks[i].length && memcmp (text, marks[i].mark, marks[i].length) == 0 &&
        (encoding == NULL || g_ascii_strcasecmp (encoding, marks[i].encoding) == 0 ||
         (i >= 2 && g_ascii_strcasecmp (encoding, "UTF-16") == 0)))
      {
        if (i == 0)
          take_as_it_is (self, bytes, marks[i].length);
        else
          take_converted (self, bytes, marks[i].encoding, marks[i].length, is_head);
        return;
      }

  if (encoding != NULL && g_ascii_strcasecmp (encoding, "UTF-8") != 0)
    {
      take_converted (self, bytes, encoding, 0, is_head);
      return;
    }
  if (encoding != NULL)
    {
      take_as_it_is (self, bytes, 0);
      return;
    }

  /* this settles nearly every file by its beginning; what is all ASCII up to there has to be looked at to its end */
  if (begins_as_utf8 (text, length) || is_utf8 (text, length, is_head))
    take_as_it_is (self, bytes, 0);
  else
    guess (self, bytes, is_head, names);
}

void
balance_decoding_clear (BalanceDecoding *self)
{
  g_clear_pointer (&self->owner, g_bytes_unref);
  self->text = NULL;
  self->length = 0;
}

gboolean
balance_encoding_is_known (const char *encoding)
{
  gsize written;
  g_autofree char *text = convert ("", 0, encoding, NULL, &written);

  return text != NULL;
}

void
balance_decoding_report (const BalanceDecoding *self,
                         const char            *file,
                         BalanceProblems       *problems)
{
  BalancePlace place = { .file = file, .row = self->line };
  BalanceText message = { NULL, NULL }, expected = { NULL, NULL }, remedy = { NULL, NULL };

  switch (self->result)
    {
    case BALANCE_DECODE_FINE:
      if (!self->guessed || g_str_equal (self->encoding, "UTF-8"))
        return;
      balance_text_printf (&message, "the text is read as %s, which the file does not state",
                           "按%s编码读取（文件未标明编码，自动识别）", self->encoding);
      balance_text_set (&remedy, "if characters look wrong, state the encoding (--encoding)",
                        "如文字不正确，请指定编码（--encoding）");
      balance_problems_add (problems, BALANCE_SEVERITY_NOTE, "encoding-guessed", &place, &message, NULL, &remedy);
      return;

    case BALANCE_DECODE_UNKNOWN:
      balance_text_printf (&message, "the text is in no encoding that is known; the first byte that is no ASCII is number %" G_GSIZE_FORMAT,
                           "无法识别文本编码；第一个非ASCII字节是第%" G_GSIZE_FORMAT "个字节", self->offset + 1);
      break;

    case BALANCE_DECODE_UNCLEAR:
      balance_text_printf (&message, "it is not clear which encoding the text is in; the first byte that is no ASCII is number %" G_GSIZE_FORMAT,
                           "无法确定文本编码；第一个非ASCII字节是第%" G_GSIZE_FORMAT "个字节", self->offset + 1);
      break;

    case BALANCE_DECODE_FAILED:
      message.en = g_strdup_printf ("byte number %" G_GSIZE_FORMAT " is not valid in %s", self->offset + 1, self->encoding);
      message.zh = g_strdup_printf ("第%" G_GSIZE_FORMAT "个字节不是有效的%s文本", self->offset + 1, self->encoding);
      if (self->guessed)
        balance_text_set (&remedy, "correct that line, or state the encoding (--encoding)", "请改正该行，或指定编码（--encoding）");
      break;

    case BALANCE_DECODE_BINARY:
      balance_text_printf (&message, "the file is no text: byte number %" G_GSIZE_FORMAT " is zero", "这不是文本文件：第%" G_GSIZE_FORMAT "个字节为零",
                           self->offset + 1);
      balance_text_set (&expected, "a text file (CSV) or a workbook (XLSX, XLS, ODS, DBF)", "文本文件（CSV）或工作簿（XLSX、XLS、ODS、DBF）");
      balance_text_set (&remedy, "choose another file, or open it in the program that made it and save it as XLSX or “CSV UTF-8”",
                        "请选择其他文件，或用生成该文件的程序打开后另存为XLSX或“CSV UTF-8”");
      balance_problems_add (problems, BALANCE_SEVERITY_ERROR, "encoding", &place, &message, &expected, &remedy);
      return;
    }

  balance_text_set (&expected, "UTF-8, GB18030 (GBK), Big5 or UTF-16 text", "UTF-8、GB18030（GBK）、Big5或UTF-16文本");
  if (remedy.en == NULL)
    balance_text_set (&remedy, "state the encoding (--encoding), or save the file as “CSV UTF-8”",
                      "请指定编码（--encoding），或将文件另存为“CSV UTF-8”");
  balance_problems_add (problems, BALANCE_SEVERITY_ERROR, "encoding", &place, &message, &expected, &remedy);
}
