/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-yaml-pool-private.h"

#include "base/balance-data-private.h"
#include "base/balance-yaml-shipped-private.h"

#include <stdarg.h>
#include <string.h>
#include <yaml.h>

#define MAX_DEPTH 64

/* A file of 16 MiB can hold 8 million two-byte items; no pack that people read has so many. */
#define MAX_NODES 1000000

/* Mappings of more keys than this look for repeated ones in a table. */
#define MANY_KEYS 16

typedef struct
{
  yaml_parser_t     parser;
  const char       *file;
  BalanceProblems  *problems;
  BalanceYamlPool  *pool;
  GPtrArray        *open;       /* items, keys and values of the lists and mappings that are being read */
  guint             n_nodes;
  gboolean          refused;
} Reader;

static void
refuse (Reader     *reader,
        guint       line,
        guint       column,
        const char *kind,
        const char *found,
        const char *message_en,
        const char *message_zh,
        const char *remedy_en,
        const char *remedy_zh)
{
  BalancePlace place = { .file = reader->file, .row = line, .column = column, .found = found };

  reader->refused = TRUE;
  balance_problems_add_literal (reader->problems, BALANCE_SEVERITY_ERROR, kind, &place,
                                message_en, message_zh, NULL, NULL, remedy_en, remedy_zh);
}

static void
refuse_at (Reader            *reader,
           const yaml_mark_t *mark,
           const char        *kind,
           const char        *found,
           const char        *message_en,
           const char        *message_zh,
           const char        *remedy_en,
           const char        *remedy_zh)
{
  refuse (reader, (guint) mark->line + 1, (guint) mark->column + 1, kind, found,
          message_en, message_zh, remedy_en, remedy_zh);
}

/* Line and column, in characters, of a byte of text that is valid UTF-8 up to there. */
static void
locate (const char *data,
        gsize       offset,
        guint      *line,
        guint      *column)
{
  *line = 1;
  *column = 1;
  for (gsize i = 0; i < offset; i++)
    {
      if (data[i] == '\n')
        {
          (*line)++;
          *column = 1;
        }
      else if ((data[i] & 0xc0) != 0x80)
        {
          (*column)++;
        }
    }
}

/* The messages of libyaml that writers of packs meet most. */
static const struct
{
  const char *en;
  const char *zh;
} syntax_messages[] = {
  { "mapping values are not allowed in this context", "此处不能出现“键: 值”（含冒号的文字需加引号）" },
  { "did not find expected ',' or '}'", "缺少“,”或“}”" },
  { "did not find expected ',' or ']'", "缺少“,”或“]”" },
  { "did not find expected key", "此处应为键，请检查缩进" },
  { "did not find expected '-' indicator", "此处应为“-”，请检查缩进" },
  { "did not find expected node content", "此处应有内容" },
  { "could not find expected ':'", "缺少“:”" },
  { "found character that cannot start any token", "出现不能用在开头的字符（缩进不能用制表符，以 % @ ` 开头的文字需加引号）" },
  { "found a tab character that violates indentation", "缩进中出现制表符" },
  { "found unexpected end of stream", "文件意外结束（引号没有配对？）" },
  { "block sequence entries are not allowed in this context", "此处不能出现“-”列表项" },
  { "control characters are not allowed", "含有控制字符" },
};

static void
refuse_syntax (Reader     *reader,
               const char *data)
{
  const yaml_parser_t *parser = &reader->parser;
  const char *problem = parser->problem != NULL ? parser->problem : "unknown error";
  const char *problem_zh = problem;
  BalancePlace place = { .file = reader->file };
  BalanceText message = { NULL, NULL };
  BalanceText remedy = { NULL, NULL };

  if (parser->error == YAML_READER_ERROR)
    {
      locate (data, parser->problem_offset, &place.row, &place.column);
    }
  else
    {
      place.row = (guint) parser->problem_mark.line + 1;
      place.column = (guint) parser->problem_mark.column + 1;
    }

  for (guint i = 0; i < G_N_ELEMENTS (syntax_messages); i++)
    {
      if (strcmp (problem, syntax_messages[i].en) == 0)
        problem_zh = syntax_messages[i].zh;
    }

  /* the two languages need different arguments, so they cannot share one format */
  message.en = g_strdup_printf ("This is not valid YAML: %s.", problem);
  message.zh = g_strdup_printf ("不是有效的 YAML：%s。", problem_zh);
  balance_text_set (&remedy,
                    "Check indentation, quotes, brackets and colons here and in the lines above.",
                    "请检查此处及上方各行的缩进、引号、括号和冒号。");
  reader->refused = TRUE;
  balance_problems_add (reader->problems, BALANCE_SEVERITY_ERROR, "syntax", &place, &message, NULL, &remedy);
}

static BalanceYaml *
new_node (Reader            *reader,
          BalanceYamlType    type,
          const yaml_mark_t *mark)
{
  BalanceYaml *node;

  if (reader->n_nodes >= MAX_NODES)
    {
      refuse_at (reader, mark, "too-large", NULL,
                 "The file has more than a million entries.", "文件的条目超过一百万。",
                 "Split the file.", "请拆分文件。");
      return NULL;
    }

  reader->n_nodes++;
  node = balance_yaml_pool_new_node (reader->pool);
  node->type = type;
  node->file = reader->file;
  node->line = (guint) mark->line + 1;
  node->column = (guint) mark->column + 1;
  return node;
}

static void
check_properties (Reader             *reader,
                  const yaml_event_t *event,
                  const yaml_char_t  *anchor,
                  const yaml_char_t  *tag)
{
  if (anchor != NULL)
    refuse_at (reader, &event->start_mark, "anchor", (const char *) anchor,
               "Anchors (&name) are not allowed.", "不允许使用锚点（&名称）。",
               "Write the content out where it is used; quote a text that begins with &.",
               "请在使用处写出内容；以 & 开头的文字请加引号。");
  if (tag != NULL)
    refuse_at (reader, &event->start_mark, "tag", (const char *) tag,
               "Tags (!name) are not allowed.", "不允许使用标签（!名称）。",
               "Remove it; quote a text that begins with !.",
               "请删除标签；以 ! 开头的文字请加引号。");
}

static BalanceYaml *read_node (Reader       *reader,
                               yaml_event_t *event,
                               const char   *data,
                               guint         depth);

static BalanceYaml *
read_next (Reader     *reader,
           const char *data,
           guint       depth,
           gboolean   *end)
{
  yaml_event_t event;

  if (!yaml_parser_parse (&reader->parser, &event))
    {
      refuse_syntax (reader, data);
      return NULL;
    }
  if (event.type == YAML_SEQUENCE_END_EVENT || event.type == YAML_MAPPING_END_EVENT)
    {
      yaml_event_delete (&event);
      *end = TRUE;
      return NULL;
    }

  return read_node (reader, &event, data, depth);
}

/* Moves the last items that were read into the node, from the one of that number on. */
static void
take_items (Reader      *reader,
            BalanceYaml *node,
            guint        from)
{
  GPtrArray *open = reader->open;
  guint step = node->type == BALANCE_YAML_MAPPING ? 2 : 1;

  node->n_items = node->n_places = (open->len - from) / step;
  node->items = balance_yaml_pool_alloc (reader->pool, node->n_items * sizeof *node->items);
  if (step == 2)
    node->keys = balance_yaml_pool_alloc (reader->pool, node->n_items * sizeof *node->keys);
  for (guint i = 0; i < node->n_items; i++)
    {
      if (step == 2)
        node->keys[i] = g_ptr_array_index (open, from + 2 * i);
      node->items[i] = g_ptr_array_index (open, from + step * i + step - 1);
    }
  g_ptr_array_set_size (open, (int) from);
}

static BalanceYaml *
read_sequence (Reader      *reader,
               BalanceYaml *node,
               const char  *data,
               guint        depth)
{
  guint from = reader->open->len;
  gboolean end = FALSE;

  while (!end)
    {
      BalanceYaml *item = read_next (reader, data, depth + 1, &end);

      if (item != NULL)
        g_ptr_array_add (reader->open, item);
      else if (!end)
        return NULL;
    }
  take_items (reader, node, from);

  return node;
}

/* The line in which the mapping that is being read has the same key already, or 0. */
static guint
find_key (Reader            *reader,
          const BalanceYaml *key,
          guint              from,
          GHashTable       **lines)
{
  guint n = (reader->open->len - from) / 2, line;

  if (n < MANY_KEYS)
    {
      for (guint i = 0; i < n; i++)
        {
          const BalanceYaml *other = g_ptr_array_index (reader->open, from + 2 * i);

          if (other->type == BALANCE_YAML_SCALAR && strcmp (other->text, key->text) == 0)
            return other->line;
        }
      return 0;
    }

  if (*lines == NULL)
    {
      *lines = g_hash_table_new (g_str_hash, g_str_equal);
      for (guint i = 0; i < n; i++)
        {
          const BalanceYaml *other = g_ptr_array_index (reader->open, from + 2 * i);

          if (other->type == BALANCE_YAML_SCALAR && !g_hash_table_contains (*lines, other->text))
            g_hash_table_insert (*lines, (gpointer) other->text, GUINT_TO_POINTER (other->line));
        }
    }
  line = GPOINTER_TO_UINT (g_hash_table_lookup (*lines, key->text));
  if (line == 0)
    g_hash_table_insert (*lines, (gpointer) key->text, GUINT_TO_POINTER (key->line));

  return line;
}

static BalanceYaml *
read_mapping (Reader      *reader,
              BalanceYaml *node,
              const char  *data,
              guint        depth)
{
  g_autoptr(GHashTable) lines = NULL;
  guint from = reader->open->len;
  gboolean end = FALSE;

  for (;;)
    {
      BalanceYaml *key, *value;
      guint line;

      key = read_next (reader, data, depth + 1, &end);
      if (key == NULL && end)
        break;
      if (key == NULL)
        return NULL;

      if (key->type != BALANCE_YAML_SCALAR)
        {
          BalancePlace place = { .file = reader->file, .row = key->line, .column = key->column };

          reader->refused = TRUE;
          balance_problems_add_literal (reader->problems, BALANCE_SEVERITY_ERROR, "key", &place,
                                        "A list or mapping stands where a key should be.",
                                        "键的位置上是列表或映射。",
                                        "a name", "名称",
                                        "Quote a text that begins with a bracket or brace.",
                                        "以方括号或花括号开头的文字请加引号。");
        }
      else if ((line = find_key (reader, key, from, &lines)) != 0)
        {
          BalancePlace place = { .file = reader->file, .row = key->line, .column = key->column, .found = key->text };
          BalanceText message = { NULL, NULL };
          BalanceText remedy = { NULL, NULL };

          reader->refused = TRUE;
          balance_text_printf (&message,
                               "The key \"%s\" is given twice; the first is in line %u.",
                               "键“%s”重复，第一次出现在第 %u 行。",
                               key->text, line);
          balance_text_set (&remedy, "Keep one of them.", "请只保留一个。");
          balance_problems_add (reader->problems, BALANCE_SEVERITY_ERROR, "duplicate-key", &place,
                                &message, NULL, &remedy);
        }

      /* what comes between key and value leaves the list as it finds it */
      value = read_next (reader, data, depth + 1, &end);
      if (value == NULL)
        return NULL;
      g_ptr_array_add (reader->open, key);
      g_ptr_array_add (reader->open, value);
    }
  take_items (reader, node, from);

  return node;
}

/* Takes the event. NULL if reading cannot go on; what was refused but can be stepped over only marks
 * the reader, so that one run shows all faults. */
static BalanceYaml *
read_node (Reader       *reader,
           yaml_event_t *event,
           const char   *data,
           guint         depth)
{
  BalanceYaml *node = NULL;

  if (depth > MAX_DEPTH)
    {
      refuse_at (reader, &event->start_mark, "too-deep", NULL,
                 "Lists and mappings are nested more than 64 deep.", "列表和映射的嵌套超过 64 层。",
                 "Flatten the structure.", "请减少嵌套。");
      yaml_event_delete (event);
      return NULL;
    }

  switch (event->type)
    {
    case YAML_ALIAS_EVENT:
      refuse_at (reader, &event->start_mark, "alias", (const char *) event->data.alias.anchor,
                 "Aliases (*name) are not allowed.", "不允许使用别名引用（*名称）。",
                 "Write the content out; quote a text that begins with *.",
                 "请写出内容；以 * 开头的文字请加引号。");
      node = new_node (reader, BALANCE_YAML_SCALAR, &event->start_mark);
      if (node != NULL)
        node->text = balance_yaml_pool_copy_text (reader->pool, "", 0);
      yaml_event_delete (event);
      return node;

    case YAML_SCALAR_EVENT:
      check_properties (reader, event, event->data.scalar.anchor, event->data.scalar.tag);
      if (memchr (event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
        refuse_at (reader, &event->start_mark, "nul", NULL,
                   "The text contains a NUL character (\\0).", "文字中含有空字符（\\0）。",
                   "Remove it.", "请删除。");
      node = new_node (reader, BALANCE_YAML_SCALAR, &event->start_mark);
      if (node != NULL)
        {
          node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
          node->text = balance_yaml_pool_copy_text (reader->pool, (const char *) event->data.scalar.value,
                                                    event->data.scalar.length);
        }
      yaml_event_delete (event);
      return node;

    case YAML_SEQUENCE_START_EVENT:
      check_properties (reader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
      node = new_node (reader, BALANCE_YAML_SEQUENCE, &event->start_mark);
      yaml_event_delete (event);
      return node != NULL ? read_sequence (reader, node, data, depth) : NULL;

    case YAML_MAPPING_START_EVENT:
      check_properties (reader, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
      node = new_node (reader, BALANCE_YAML_MAPPING, &event->start_mark);
      yaml_event_delete (event);
      return node != NULL ? read_mapping (reader, node, data, depth) : NULL;

    default:
      /* the parser gives nothing else inside a document */
      reader->refused = TRUE;
      yaml_event_delete (event);
      g_return_val_if_reached (NULL);
    }
}

static gboolean
check_bytes (Reader     *reader,
             const char *data,
             gsize       length)
{
  const char *end;
  guint line, column;
  gboolean nul;

  if (length > BALANCE_DATA_MAX_SIZE)
    {
      refuse (reader, 0, 0, "too-large", NULL,
              "The file is larger than 16 MiB.", "文件超过 16 MiB。",
              "Split the file.", "请拆分文件。");
      return FALSE;
    }

  if (g_utf8_validate_len (data, length, &end))
    return TRUE;

  nul = *end == '\0';
  locate (data, (gsize) (end - data), &line, &column);
  if (nul)
    refuse (reader, line, column, "nul", NULL,
            "The file contains a NUL byte.", "文件中含有空字节（NUL）。",
            "Save it as plain text in UTF-8.", "请另存为 UTF-8 编码的纯文本。");
  else
    refuse (reader, line, column, "encoding", NULL,
            "The file is not in UTF-8.", "文件不是 UTF-8 编码。",
            "Save it in UTF-8.", "请另存为 UTF-8 编码。");
  return FALSE;
}

static BalanceYaml *
read_document (Reader     *reader,
               const char *data)
{
  BalanceYaml *root = NULL;
  gboolean seen = FALSE;

  for (;;)
    {
      yaml_event_t event;
      yaml_event_type_t type;

      if (!yaml_parser_parse (&reader->parser, &event))
        {
          refuse_syntax (reader, data);
          return root;
        }

      type = event.type;
      switch (type)
        {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
          yaml_event_delete (&event);
          break;

        case YAML_DOCUMENT_START_EVENT:
          if (event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end)
            refuse_at (reader, &event.start_mark, "tag", NULL,
                       "%TAG directives are not allowed.", "不允许使用 %TAG 指令。",
                       "Remove it.", "请删除。");
          if (seen)
            {
              refuse_at (reader, &event.start_mark, "several-documents", NULL,
                         "A second document begins here.", "此处开始了第二个文档。",
                         "Keep one document in a file; remove the line \"---\".",
                         "一个文件只能有一个文档，请删除“---”行。");
              yaml_event_delete (&event);
              return root;
            }
          seen = TRUE;
          yaml_event_delete (&event);
          break;

        case YAML_STREAM_END_EVENT:
          yaml_event_delete (&event);
          if (!seen)
            refuse (reader, 1, 1, "empty", NULL,
                    "The file is empty.", "文件是空的。",
                    "Check that this is the file you mean.", "请确认文件是否正确。");
          return root;

        default:
          root = read_node (reader, &event, data, 0);
          if (root == NULL)
            return NULL;
          break;
        }
    }
}

/* -- what comes with the library ------------------------------------------------------------------------ */

static gsize
take_number (const guint8 **stream)
{
  gsize number = 0;
  guint shift = 0;

  do
    {
      number |= (gsize) (**stream & 0x7f) << shift;
      shift += 7;
    }
  while (*(*stream)++ & 0x80);

  return number;
}

static BalanceYaml *
read_shipped (const BalanceYamlShipped *shipped,
              const char               *file)
{
  g_autoptr(GPtrArray) open = g_ptr_array_new ();
  Reader reader = { .file = file, .pool = balance_yaml_pool_new (), .open = open };
  const guint8 *p = shipped->stream;
  BalanceYaml *node = NULL;

  while (p < shipped->stream + shipped->n_bytes)
    {
      BalanceYamlRecord record = (BalanceYamlRecord) take_number (&p);
      gsize n;

      node = balance_yaml_pool_new_node (reader.pool);
      node->file = file;
      node->line = (guint) take_number (&p);
      node->column = (guint) take_number (&p);
      n = take_number (&p);
      switch (record)
        {
        case BALANCE_YAML_RECORD_SEQUENCE:
          node->type = BALANCE_YAML_SEQUENCE;
          take_items (&reader, node, open->len - (guint) n);
          break;
        case BALANCE_YAML_RECORD_MAPPING:
          node->type = BALANCE_YAML_MAPPING;
          take_items (&reader, node, open->len - 2 * (guint) n);
          break;
        case BALANCE_YAML_RECORD_PLAIN:
        case BALANCE_YAML_RECORD_QUOTED:
        default:
          node->quoted = record == BALANCE_YAML_RECORD_QUOTED;
          node->text = (const char *) p;
          p += n + 1;
          break;
        }
      g_ptr_array_add (open, node);
    }
  balance_yaml_pool_set_shipped (reader.pool);

  return node;
}

BalanceYaml *
balance_yaml_parse (const char      *data,
                    gsize            length,
                    const char      *file,
                    BalanceProblems *problems)
{
  g_autoptr(GPtrArray) open = NULL;
  Reader reader = { .file = file, .problems = problems };
  const BalanceYamlShipped *shipped = balance_yaml_find_shipped (data, length);
  BalanceYaml *root;

  if (shipped != NULL)
    return read_shipped (shipped, file);

  /* bytes of length 0 may have no address, which the parser does not take */
  if (length == 0)
    data = "";
  if (!check_bytes (&reader, data, length))
    return NULL;

  if (!yaml_parser_initialize (&reader.parser))
    {
      refuse (&reader, 0, 0, "out-of-memory", NULL,
              "There is not enough memory.", "内存不足。", NULL, NULL);
      return NULL;
    }

  reader.pool = balance_yaml_pool_new ();
  reader.open = open = g_ptr_array_new ();
  yaml_parser_set_input_string (&reader.parser, (const unsigned char *) data, length);
  /* otherwise a byte order mark could switch to UTF-16 */
  yaml_parser_set_encoding (&reader.parser, YAML_UTF8_ENCODING);
  root = read_document (&reader, data);
  yaml_parser_delete (&reader.parser);

  /* an explicit document without content is an empty scalar */
  if (root != NULL && !reader.refused && root->type == BALANCE_YAML_SCALAR && *root->text == '\0')
    refuse (&reader, root->line, root->column, "empty", NULL,
            "The document is empty.", "文档是空的。",
            "Check that this is the file you mean.", "请确认文件是否正确。");

  if (!reader.refused && root != NULL)
    return root;

  balance_yaml_pool_free (reader.pool);
  return NULL;
}
