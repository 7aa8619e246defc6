#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every public header compiles alone and with nothing but the flags a user has, in C and in C++; none can be
# included past the umbrella header. Arguments: include directories of source and build, then the C compiler.
set -eu
source_include=$1
build_include=$2
shift 2
flags="-I$source_include -I$build_include $(pkg-config --cflags gio-2.0)"
count=0
status=0

report ()
{
  count=$((count + 1))
  if [ "$1" -eq 0 ]; then
    echo "ok $count - $2"
  else
    echo "not ok $count - $2"
    status=1
  fi
}

check ()
{
  result=0
  # shellcheck disable=SC2086
  "$@" $flags -Wall -Wextra -Werror -fsyntax-only - || result=$?
}

for header in "$source_include"/balance/*.h "$build_include"/balance/*.h; do
  name=$(basename "$header")
  result=0
  printf '#define BALANCE_INSIDE\n#include <balance/%s>\n' "$name" > header-test.txt
  check "$@" -std=gnu11 -Wstrict-prototypes -x c < header-test.txt
  report "$result" "$name in C"
  check c++ -std=c++17 -x c++ < header-test.txt
  report "$result" "$name in C++"
done

printf '#include <balance/balance.h>\nint main (void) { return BALANCE_MAJOR_VERSION * 0; }\n' > header-test.txt
check "$@" -std=gnu11 -pedantic -x c < header-test.txt
report "$result" "the umbrella header in C"
check c++ -std=c++17 -pedantic -x c++ < header-test.txt
report "$result" "the umbrella header in C++"

printf '#include <balance/balance-types.h>\n' > header-test.txt
check "$@" -x c < header-test.txt 2> /dev/null
[ "$result" -ne 0 ] && result=0 || result=1
report "$result" "a single header is refused"

rm -f header-test.txt
echo "1..$count"
exit "$status"
