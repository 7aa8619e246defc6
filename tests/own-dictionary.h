/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <string.h>

#include <check.h>

#include <balance/balance.h>

/* The fields of a suite, read when they are first asked for. */
static BalanceDictionary *
get_own_dictionary (const char *text)
{
  static BalanceDictionary *dictionary;
  g_autoptr(GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr(GError) error = NULL;

  if (dictionary == NULL)
    dictionary = balance_dictionary_new_from_bytes (bytes, "test.yaml", &error);
  ck_assert_msg (dictionary != NULL, "%s", error != NULL ? error->message : "");

  return dictionary;
}
