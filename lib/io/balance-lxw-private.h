/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <xlsxwriter.h>

G_BEGIN_DECLS

/* libxlsxwriter is not loaded with this library: it brings a library of cryptography along, and both together cost a
 * process that judges a county a tenth of its time, though hardly one writes a workbook. It is bound to a module of ours, which is
 * loaded with the first workbook; so packages still see what they need, and no name of a file stands in the code. */

/* All that we call of it. */
#define BALANCE_LXW_FUNCTIONS(F) \
  F (format_set_align) \
  F (format_set_bg_color) \
  F (format_set_bold) \
  F (format_set_border) \
  F (format_set_font_name) \
  F (format_set_font_size) \
  F (format_set_num_format) \
  F (format_set_pattern) \
  F (format_set_text_wrap) \
  F (lxw_strerror) \
  F (workbook_add_format) \
  F (workbook_add_worksheet) \
  F (workbook_close) \
  F (workbook_new_opt) \
  F (workbook_set_properties) \
  F (worksheet_autofilter) \
  F (worksheet_center_horizontally) \
  F (worksheet_data_validation_range) \
  F (worksheet_fit_to_pages) \
  F (worksheet_freeze_panes) \
  F (worksheet_merge_range) \
  F (worksheet_repeat_rows) \
  F (worksheet_set_column) \
  F (worksheet_set_footer) \
  F (worksheet_set_h_pagebreaks) \
  F (worksheet_set_landscape) \
  F (worksheet_set_margins) \
  F (worksheet_set_paper) \
  F (worksheet_set_row) \
  F (worksheet_write_blank) \
  F (worksheet_write_comment_opt) \
  F (worksheet_write_datetime) \
  F (worksheet_write_number) \
  F (worksheet_write_string)

typedef struct
{
  gsize size;                       /* of this structure: a module of another version is refused */
#define BALANCE_LXW_MEMBER(name) typeof (name) *name;
  BALANCE_LXW_FUNCTIONS (BALANCE_LXW_MEMBER)
#undef BALANCE_LXW_MEMBER
} BalanceLxw;

/* What the module holds; programs that link all of this statically hold it themselves. */
extern const BalanceLxw balance_lxw_functions;

/* NULL until it was loaded. Whoever has a BalanceXlsx may call it. */
extern const BalanceLxw *balance_lxw;

gboolean balance_lxw_load (GError **error);

G_END_DECLS
