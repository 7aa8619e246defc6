#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes sample-county-2023.csv from sample-county.csv: the same synthetic county a year earlier.

Pupils, staff and money differ a little, as they do from year to year. Three slips are set by hand, which the
comparison of the two years finds.
"""

import csv
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
YEAR = '2023'
RNG = random.Random(20230901)
KEPT = ['年度', '区县代码', '区县名称', '学校代码', '学校名称', '学校类型', '举办者类型', '城乡类型']
STAGED = ['在校生数', '班级总数', '教职工数', '专任教师总数', '本科学历专任教师数', '县级及以上骨干教师数', '中级及以上职称教师数',
          '体育专任教师数', '音乐专任教师数', '美术专任教师数']
SHARED = ['教学及辅助用房总面积（㎡）', '室内体育用房面积（㎡）', '校内运动场地面积（㎡）', '占地面积（㎡）', '建筑面积（㎡）', '教学仪器设备值（万元）',
          '网络多媒体教室间数', '计算机台数', '图书册数', '公用经费预算总额（万元）', '公用经费决算总额（万元）', '教师培训经费预算（万元）']
MONEY = SHARED[5], *SHARED[9:]


def earlier(cell, low, high):
    return cell and str(round(int(cell) * RNG.uniform(low, high)))


def money(cell, low, high):
    return cell and f'{float(cell) * RNG.uniform(low, high):.2f}'


def main():
    with open(os.path.join(HERE, 'sample-county.csv'), encoding='utf-8', newline='') as f:
        rows = list(csv.DictReader(f))
    header = KEPT + ['小学' + f for f in STAGED] + ['初中' + f for f in STAGED] + ['高中在校生数'] + SHARED
    before = []
    for row in rows:
        old = {field: row[field] for field in header}
        old['年度'] = YEAR
        for stage in ('小学', '初中', '高中'):
            if old.get(stage + '在校生数'):
                old[stage + '在校生数'] = earlier(old[stage + '在校生数'], 0.95, 1.06)
        for field in SHARED:
            if field in MONEY:
                old[field] = money(old[field], 0.88, 1.0)
        for field in ('计算机台数', '图书册数'):
            old[field] = earlier(old[field], 0.92, 1.0)
        before.append(old)

    schools = {row['学校名称']: row for row in before}
    # a third fewer pupils than now
    schools['云台镇中心小学']['小学在校生数'] = '392'
    # yuan in a column of 10 000 yuan
    slip = schools['示例县第二小学']
    slip['教学仪器设备值（万元）'] = f"{float(slip['教学仪器设备值（万元）']) * 10000:.2f}"
    # a site half as large
    site = schools['龙湾镇初级中学']
    site['占地面积（㎡）'] = f"{float(site['占地面积（㎡）']) / 2:.2f}"
    # another code for the same school: found again by its name
    schools['城关镇中心小学']['学校代码'] = '9900019009'

    with open(os.path.join(HERE, 'sample-county-2023.csv'), 'w', encoding='utf-8', newline='') as f:
        writer = csv.DictWriter(f, header, restval='', lineterminator='\n')
        writer.writeheader()
        writer.writerows(before)


if __name__ == '__main__':
    main()
