#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The kernels on another architecture: built for aarch64, run in an emulator, every bit as on this machine.
set -euo pipefail
for tool in aarch64-linux-gnu-gcc qemu-aarch64; do
  command -v "$tool" > /dev/null || { echo "no $tool"; exit 77; }
done
[ "$(uname -m)" = x86_64 ] || { echo "compares with x86-64"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
build=build-test


# Types and macros alone come from GLib's headers: both are 64-bit, little-endian and LP64.
read -ra glib < <(pkg-config --cflags gobject-2.0)
flags=(-std=gnu11 -O3 -ffp-contract=off -fno-math-errno -Wall -Wextra -Werror -Wno-unused-parameter -Wno-psabi -DBALANCE_COMPILATION
  -DBALANCE_KERNELS_NAME=baseline -Iinclude -Ilib -Iinclude/balance "-I$build/include" "-I$build/include/balance" "-I$build/lib" "${glib[@]}")
for gcc in gcc aarch64-linux-gnu-gcc; do
  "$gcc" -static "${flags[@]}" tests/kernel-bits.c lib/formula/balance-kernels.c -o "$work/$gcc"
done
"$work/gcc" > "$work/here"
qemu-aarch64 "$work/aarch64-linux-gnu-gcc" > "$work/there"
[ "$(wc -l < "$work/here")" -gt 10 ]
diff -u "$work/here" "$work/there"
echo "same bits from $(wc -l < "$work/here") sets of kernels"
