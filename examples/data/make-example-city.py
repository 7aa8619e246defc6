#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes example-city.csv beside this file: a city with schools of its own, a district and a county that do not exist.

The schools are made by the same rules as those of the sample county, with another seed; the city's own are better off, so
that handing them over changes the balance of whoever gets them. Everything in it is made up.
"""

import importlib.util
import os
import random

HERE = os.path.dirname(os.path.abspath(__file__))
P, J, N = '小学', '初中', '九年一贯制'
URBAN, TOWN, RURAL = '城区', '镇区', '乡村'

# code, name, sponsor, how much better off, schools (name, kind, locality, pupils by stage)
DISTRICTS = [
    ('990100', '样例市市直（合成数据）', '地级教育部门', 1.25, [
        ('样例市实验小学', P, URBAN, 1620), ('样例市第一小学', P, URBAN, 1380), ('样例市师范附属小学', P, URBAN, 1490),
        ('样例市机关小学', P, URBAN, 940), ('样例市第一中学初中部', J, URBAN, 1560), ('样例市第二中学初中部', J, URBAN, 1310),
        ('样例市外国语学校', N, URBAN, 980, 860), ('样例市实验学校', N, URBAN, 1210, 1090)]),
    ('990101', '样例市东区（合成数据）', '县级教育部门', 1.0, [
        ('东区第一小学', P, URBAN, 1240), ('东区第二小学', P, URBAN, 1080), ('东区第三小学', P, URBAN, 1120), ('东区滨江小学', P, URBAN, 890),
        ('东区城北小学', P, URBAN, 760), ('东区柳林小学', P, TOWN, 520), ('东区新桥小学', P, TOWN, 450), ('东区大湾小学', P, RURAL, 210),
        ('东区第一初级中学', J, URBAN, 1180), ('东区第二初级中学', J, URBAN, 990), ('东区柳林初级中学', J, TOWN, 560),
        ('东区滨江学校', N, URBAN, 820, 690), ('东区新桥学校', N, TOWN, 380, 290)]),
    ('990102', '样例市西县（合成数据）', '县级教育部门', 1.0, [
        ('西县实验小学', P, URBAN, 1180), ('西县城关小学', P, URBAN, 960), ('西县石门镇小学', P, TOWN, 640), ('西县黄田镇小学', P, TOWN, 580),
        ('西县青龙镇小学', P, TOWN, 430), ('西县白果小学', P, RURAL, 230), ('西县杨家坪小学', P, RURAL, 160), ('西县沙河小学', P, RURAL, 120),
        ('西县高山小学', P, RURAL, 74), ('西县城关初级中学', J, URBAN, 1130), ('西县石门镇初级中学', J, TOWN, 620),
        ('西县黄田镇初级中学', J, TOWN, 540), ('西县青龙镇学校', N, TOWN, 360, 310), ('西县沙河学校', N, RURAL, 170, 140)]),
]


def main():
    spec = importlib.util.spec_from_file_location('county', os.path.join(HERE, 'make-sample-county.py'))
    county = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(county)
    county.RNG = random.Random(20260901)
    county.YEAR = 2026
    rows = []
    for code, name, sponsor, factor, schools in DISTRICTS:
        county.CODE, county.COUNTY, county.PUBLIC = code, name, sponsor
        for number, school in enumerate(schools):
            row = county.build(number + 1, *school)
            for field in county.SHARED:
                if row[field] and field.endswith(('（㎡）', '（万元）')):
                    row[field] = county.hundredths(round(row[field] * factor))
            if school[0] == '样例市机关小学':
                # an old school in the centre: two of seven indicators below, so that who has it fails
                row.update({'教学及辅助用房总面积（㎡）': '3572.00', '室内体育用房面积（㎡）': '0.00', '校内运动场地面积（㎡）': '4136.00'})
            rows.append(row)
    county.save('example-city.csv', county.HEADER, rows)


if __name__ == '__main__':
    main()
