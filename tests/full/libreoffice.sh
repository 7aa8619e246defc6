#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# What counties get to see and to print: LibreOffice opens the workbooks, and each sheet takes the pages that it should.
set -euo pipefail
command -v soffice > /dev/null && command -v pdfinfo > /dev/null || { echo "no LibreOffice"; exit 77; }
tool=build-test/tools/balance
work=build-test/libreoffice
rm -rf "$work"
mkdir -p "$work"
samples=(examples/data/sample-county.csv examples/data/sample-county-facts.csv --as-of 2024-09-01)

for language in zh en; do
  status=0
  "$tool" evaluate "${samples[@]}" --lang "$language" --format xlsx --output "$work/tables-$language.xlsx" || status=$?
  [ "$status" -le 1 ] || { echo "evaluate failed with $status"; exit 1; }
  status=0
  "$tool" gaps "${samples[@]}" --lang "$language" --format xlsx --output "$work/gaps-$language.xlsx" || status=$?
  [ "$status" -le 1 ] || { echo "gaps failed with $status"; exit 1; }
  "$tool" template --language "$language" --output "$work/template-$language.xlsx"
done

# Own settings, so that a running office or its first start is not in the way.
soffice "-env:UserInstallation=file://$PWD/$work/settings" --headless --convert-to pdf --outdir "$work" "$work"/*.xlsx \
  > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }

# FILE LEAST MOST: pages, all of them A4 and landscape
check ()
{
  local pages
  pages=$(pdfinfo "$work/$1.pdf" | sed -n 's/^Pages: *//p')
  echo "$1: $pages pages"
  [ "$pages" -ge "$2" ] && [ "$pages" -le "$3" ] || { echo "$1: $2 to $3 pages were expected"; exit 1; }
  pdfinfo -f 1 -l "$pages" "$work/$1.pdf" | grep '^Page.*size:' | grep -qv '841.89 x 595' && { echo "$1: not all pages are A4 landscape"; exit 1; }
  return 0
}

for language in zh en; do
  # seven tables, of which the schools take two or three pages, how it was judged, problems of the data
  check "tables-$language" 9 12
  check "gaps-$language" 2 5
done

# Tables on one page each show their last column, and header rows come again on the second page of the schools.
pdftotext -layout "$work/tables-zh.pdf" "$work/tables.txt"
for word in 表Ⅰ 表Ⅱ-1 表Ⅱ-2 表Ⅲ 表Ⅳ 表Ⅴ 表Ⅵ L24 是否达标 备注 走访满意度; do
  grep -q "$word" "$work/tables.txt" || { echo "$word is not printed"; exit 1; }
done
[ "$(grep -c 'L15' "$work/tables.txt")" -ge 3 ] || { echo "the header is not repeated"; exit 1; }
pdftoppm -r 70 -png "$work/tables-zh.pdf" "$work/tables-zh"
pdftoppm -r 70 -png "$work/gaps-zh.pdf" "$work/gaps-zh"
