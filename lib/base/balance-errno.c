/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "base/balance-errno-private.h"

#include <errno.h>

const char *
balance_errno_describe (int             code,
                        BalanceLanguage language)
{
  /* what happens to files; the rest is rare */
  static const struct
  {
    int         code;
    const char *en, *zh;
  } known[] = {
    { ENOENT, "there is no such file or folder", "没有这个文件或文件夹" },
    { EACCES, "permission is denied", "没有访问权限" },
    { EPERM, "permission is denied", "没有访问权限" },
    { EISDIR, "it is a folder", "这是文件夹" },
    { ENOTDIR, "a part of the path is no folder", "路径中有一部分不是文件夹" },
    { ENAMETOOLONG, "the name is too long", "文件名过长" },
    { ELOOP, "the links lead in a circle", "链接循环" },
    { ENOSPC, "the disk is full", "磁盘已满" },
    { EDQUOT, "the quota of the disk is used up", "磁盘配额已用完" },
    { EFBIG, "the file is too large", "文件过大" },
    { EROFS, "the disk may only be read", "磁盘为只读" },
    { EIO, "the device has failed", "设备读写出错" },
    { EBUSY, "another program uses it", "正被其他程序使用" },
    { ETXTBSY, "another program uses it", "正被其他程序使用" },
    { EMFILE, "too many files are open", "打开的文件过多" },
    { ENFILE, "too many files are open", "打开的文件过多" },
    { ENOMEM, "there is not enough memory", "内存不足" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].code == code)
      return language == BALANCE_LANGUAGE_ZH ? known[i].zh : known[i].en;

  return g_strerror (code);
}
