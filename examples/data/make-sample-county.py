#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes sample-county.csv and sample-county-facts.csv beside this file.

The county and everything in it is made up; the same program makes the same
files. Most figures come from a fixed seed; the schools at the limits, and the
cells that are missing, are set by hand below so that they stay where they are.
"""

import csv
import os
import random

COUNTY, CODE, YEAR = '示例县（合成数据）', '990001', 2024
RNG = random.Random(20240901)

IDENTITY = ['年度', '区县代码', '区县名称', '学校代码', '学校名称', '学校类型', '举办者类型', '城乡类型', '建校年', '是否寄宿制',
            '是否2010年及之前规划并建成', '是否2016年及之前规划并建成', '是否人口密度过高的大城市中心城区学校',
            '是否50人及以上不足100人的乡村小规模学校或教学点', '是否最大班额低于30人的农村小规模学校', '校区是否仅含一个学段']
BANDS = ['25人及以下班级数', '26-30人班级数', '31-35人班级数', '36-40人班级数', '41-45人班级数', '46-50人班级数',
         '51-55人班级数', '56-60人班级数', '61-65人班级数', '66人及以上班级数']
SECTION = ['在校生数', '年级数', '随迁子女在校生', '划片范围内在校生', '班级总数', *BANDS, '教职工数', '专任教师总数',
           '专科学历专任教师数', '本科学历专任教师数', '硕士学历专任教师数', '博士学历专任教师数', '县级及以上骨干教师数',
           '中级及以上职称教师数', '持教师资格证专任教师数', '近5年培训满360学时专任教师数', '交流轮岗教师数', '体育专任教师数',
           '音乐专任教师数', '美术专任教师数', '艺术专任教师数', '交流轮岗、兼职、走教体育教师数', '交流轮岗、兼职、走教音乐教师数',
           '交流轮岗、兼职、走教美术教师数', '交流轮岗、兼职、走教艺术教师数']
COHORT = ['毕业生数', '三年前该年级入学数', '三年转入数', '三年转出数', '三年死亡数']
SHARED = ['教学及辅助用房总面积（㎡）', '室内体育用房面积（㎡）', '校内运动场地面积（㎡）', '校外租赁场馆面积（㎡）', '校园其他运动场地面积（㎡）',
          '占地面积（㎡）', '建筑面积（㎡）', '教学仪器设备值（万元）', '网络多媒体教室间数', '计算机台数', '图书册数',
          '96平方米及以上音乐教室数', '73-96平方米音乐教室数', '61-73平方米音乐教室数', '54-61平方米音乐教室数',
          '90平方米及以上美术教室数', '67-90平方米美术教室数', '61-67平方米美术教室数', '54-61平方米美术教室数',
          '核定公用经费（万元）', '公用经费预算总额（万元）', '公用经费决算总额（万元）', '教师培训经费预算（万元）']
HEADER = (IDENTITY + ['小学' + f for f in SECTION] + ['初中' + f for f in SECTION] + ['初中' + f for f in COHORT]
          + ['高中在校生数'] + SHARED)

STAGES = {'小学': ['小学'], '教学点': ['小学'], '初中': ['初中'], '九年一贯制': ['小学', '初中'], '完全中学': ['初中', '高中'],
          '十二年一贯制': ['小学', '初中', '高中'], '特殊教育': ['小学', '初中'], '职业学校': ['高中']}
GRADES = {'小学': 6, '初中': 3}
LARGEST = {'小学': 45, '初中': 50}
NORM = {'小学': 720, '初中': 940}
SPLIT = {'小学': 1.0, '初中': 1.1, '高中': 1.32}
# what a pupil has in the middle school of the county
TEACHERS = {'小学': 6.4, '初中': 8.3}
TEACHING = {'小学': 6.4, '初中': 8.0, '高中': 8.2}
SPORTS = {'小学': 10.4, '初中': 14.0, '高中': 13.0}
EQUIPMENT = {'小学': 2900, '初中': 3700, '高中': 3800}
ROOMS = {'小学': 0.033, '初中': 0.034, '高中': 0.03}

URBAN, TOWN, RURAL = '城区', '镇区', '乡村'
PUBLIC, PRIVATE = '县级教育部门', '民办'

# name, kind, locality, pupils by stage
SCHOOLS = [
    ('示例县实验小学', '小学', URBAN, 1986), ('示例县第一小学', '小学', URBAN, 1742), ('示例县第二小学', '小学', URBAN, 1520),
    ('示例县第三小学', '小学', URBAN, 1388), ('示例县第四小学', '小学', URBAN, 1204), ('示例县育才小学', '小学', URBAN, 1000),
    ('示例县东城小学', '小学', URBAN, 1000), ('示例县滨河小学', '小学', URBAN, 2180), ('城关镇中心小学', '小学', TOWN, 980),
    ('柳河镇中心小学', '小学', TOWN, 842), ('青山镇中心小学', '小学', TOWN, 716), ('石桥镇中心小学', '小学', TOWN, 400),
    ('白塔镇中心小学', '小学', TOWN, 400), ('龙湾镇中心小学', '小学', TOWN, 655), ('云台镇中心小学', '小学', TOWN, 588),
    ('双河镇中心小学', '小学', TOWN, 534), ('清泉乡中心小学', '小学', RURAL, 312), ('大坪乡中心小学', '小学', RURAL, 286),
    ('柳河镇张家湾小学', '小学', RURAL, 164), ('柳河镇新民小学', '小学', RURAL, 131), ('青山镇李庄小学', '小学', RURAL, 118),
    ('青山镇红旗小学', '小学', RURAL, 96), ('石桥镇杨柳小学', '小学', RURAL, 88), ('石桥镇前进小学', '小学', RURAL, 143),
    ('白塔镇王岗小学', '小学', RURAL, 175), ('龙湾镇渡口小学', '小学', RURAL, 127), ('云台镇松林小学', '小学', RURAL, 79),
    ('双河镇陈集小学', '小学', RURAL, 152), ('大坪乡高坡小学', '小学', RURAL, 64),
    ('清泉乡石门教学点', '教学点', RURAL, 50), ('大坪乡梨园教学点', '教学点', RURAL, 57), ('云台镇竹溪教学点', '教学点', RURAL, 72),
    ('清泉乡上坝教学点', '教学点', RURAL, 49), ('龙湾镇沙洲教学点', '教学点', RURAL, 31), ('双河镇岭下教学点', '教学点', RURAL, 12),
    ('示例县第一初级中学', '初中', URBAN, 1836), ('示例县第二初级中学', '初中', URBAN, 1518), ('示例县第三初级中学', '初中', URBAN, 1247),
    ('示例县第四初级中学', '初中', URBAN, 1000), ('城关镇初级中学', '初中', TOWN, 1062), ('柳河镇初级中学', '初中', TOWN, 893),
    ('青山镇初级中学', '初中', TOWN, 742), ('石桥镇初级中学', '初中', TOWN, 618), ('白塔镇初级中学', '初中', TOWN, 524),
    ('龙湾镇初级中学', '初中', TOWN, 567), ('云台镇初级中学', '初中', TOWN, 436), ('双河镇初级中学', '初中', TOWN, 389),
    ('清泉乡九年一贯制学校', '九年一贯制', RURAL, 240, 166), ('大坪乡九年一贯制学校', '九年一贯制', RURAL, 205, 148),
    ('示例县城南学校', '九年一贯制', URBAN, 1320, 1180), ('示例县经济开发区学校', '九年一贯制', TOWN, 1012, 596),
    ('青山镇东岭学校', '九年一贯制', RURAL, 166, 210), ('双河镇河口学校', '九年一贯制', RURAL, 178, 121),
    ('示例县第一中学', '完全中学', URBAN, 812, 1960), ('示例县第五中学', '完全中学', URBAN, 574, 1128),
    ('示例县育英学校（民办）', '十二年一贯制', URBAN, 684, 592, 440), ('示例县启航小学（民办）', '小学', URBAN, 468),
    ('示例县博雅学校（民办）', '九年一贯制', TOWN, 386, 318), ('示例县特殊教育学校', '特殊教育', URBAN, 62, 27),
    ('示例县职业技术学校', '职业学校', URBAN, 1430),
]


def class_sizes(pupils, largest):
    """Classes as even as they can be, a little below the largest that is allowed."""
    n = max(1, -(-pupils // (largest - RNG.randint(1, 6))))
    return [pupils // n + (i < pupils % n) for i in range(n)]


def band(size):
    return 0 if size <= 25 else min(9, (size - 21) // 5)


def section(stage, kind, pupils, own, locality, private):
    """The cells of one section by title; `own` is how much better off the school is than the middle one."""
    sizes = class_sizes(pupils, 12 if kind == '特殊教育' else LARGEST[stage])
    cells = dict.fromkeys(BANDS, 0)
    for size in sizes:
        cells[BANDS[band(size)]] += 1
    factor = 3.0 if kind == '特殊教育' else 1.0
    teachers = max(len(sizes), round(pupils * TEACHERS[stage] / 100 * own * factor), 3)
    master = round(teachers * RNG.uniform(0, 0.06))
    bachelor = round((teachers - master) * (RNG.uniform(0.6, 0.85) if stage == '小学' else RNG.uniform(0.86, 0.98)))
    college = teachers - master - bachelor - (RNG.random() < 0.3 and teachers > 12)
    arts = pupils * 1.25 / 100 * own
    pe, music, fine = (max(int(pupils >= 50), round(arts * part * RNG.uniform(0.85, 1.15))) for part in (0.44, 0.28, 0.28))
    cells.update({
        '在校生数': pupils, '年级数': GRADES[stage], '班级总数': len(sizes),
        '随迁子女在校生': round(pupils * {URBAN: 0.14, TOWN: 0.06, RURAL: 0.01}[locality]),
        '划片范围内在校生': 0 if private else pupils if stage == '小学' else round(pupils * 0.97),
        '教职工数': teachers + max(1, round(teachers * 0.07)), '专任教师总数': teachers, '专科学历专任教师数': max(0, college),
        '本科学历专任教师数': bachelor, '硕士学历专任教师数': master, '博士学历专任教师数': 0,
        '县级及以上骨干教师数': max(1, round(pupils * 1.5 / 100 * RNG.uniform(0.75, 1.4))),
        '中级及以上职称教师数': round(teachers * RNG.uniform(0.4, 0.62)), '持教师资格证专任教师数': teachers,
        '近5年培训满360学时专任教师数': teachers, '交流轮岗教师数': 0 if private else round(teachers * 0.06),
        '体育专任教师数': pe, '音乐专任教师数': music, '美术专任教师数': fine, '艺术专任教师数': 0,
        '交流轮岗、兼职、走教体育教师数': 0, '交流轮岗、兼职、走教音乐教师数': 0, '交流轮岗、兼职、走教美术教师数': 0,
        '交流轮岗、兼职、走教艺术教师数': 0})
    return cells


def cohort(pupils):
    entrants = max(4, round(pupils / 3 * RNG.uniform(0.95, 1.05)))
    moved_in, moved_out = round(entrants * 0.03), round(entrants * 0.04)
    left = round(entrants * RNG.uniform(0, 0.03))
    return dict(zip(COHORT, (entrants + moved_in - moved_out - left, entrants, moved_in, moved_out, 0)))


def shared(kind, stages, pupils, classes, own, locality):
    """Areas in hundredths, money in hundreds of yuan: both are written with two decimals."""
    def whole(per_pupil, spread):
        return sum(n * per_pupil[s] for s, n in zip(stages, pupils)) * own * RNG.uniform(1 - spread, 1 + spread)
    total = sum(pupils)
    sports, gym = whole(SPORTS, 0.25), 0.0
    if total > 900 and RNG.random() < 0.6:
        gym = sports * 0.08
    teaching = whole(TEACHING, 0.2)
    need = -(-classes // 12)
    budget = sum(n * NORM.get(s, 1000) for s, n in zip(stages, pupils)) / 100 * RNG.uniform(1.0, 1.1)
    cells = dict(zip(SHARED, [
        round(100 * (teaching + gym)), round(100 * gym), round(100 * (sports - gym)), 0, 0,
        round(100 * teaching * 3.6), round(100 * teaching * 1.7), round(whole(EQUIPMENT, 0.25) / 100),
        max(1, round(whole(ROOMS, 0.15))), round(total * 0.14), round(total * RNG.uniform(26, 34)),
        need, 0, 0, 0, need, 0, 0, 0, '', round(budget), round(budget * 0.99), round(budget * 0.056)]))
    if total < 100 and kind != '特殊教育':
        cells['核定公用经费（万元）'] = NORM['初中' if '初中' in stages else '小学']
    return cells


def hundredths(value):
    return value if value == '' else f'{value // 100}.{value % 100:02d}'


def build(number, name, kind, locality, *pupils):
    stages = STAGES[kind]
    private = '民办' in name
    total = sum(pupils)
    own = RNG.uniform(0.94, 1.14) if total > 200 else RNG.uniform(1.1, 1.5)
    founded = RNG.choice((1952, 1958, 1963, 1976, 1985, 1998, 2006, 2009, 2013, 2018))
    row = dict(zip(IDENTITY, (
        YEAR, CODE, COUNTY, f'{CODE}{number:04d}', name, kind, PRIVATE if private else PUBLIC, locality, founded,
        '是' if kind in ('完全中学', '十二年一贯制') or (stages[0] != '小学' and locality != URBAN) else '否',
        '是' if founded <= 2010 else '否', '是' if founded <= 2016 else '否', '否',
        '是' if locality == RURAL and 50 <= total < 100 else '否', '', '否')))
    classes, largest = 0, 0
    for stage, n in zip(stages, pupils):
        if stage == '高中':
            row['高中在校生数'] = n
            continue
        cells = section(stage, kind, n, own, locality, private)
        classes += cells['班级总数']
        largest = max(largest, -(-n // cells['班级总数']))
        row.update({stage + f: v for f, v in cells.items()})
        if stage == '初中':
            row.update({stage + f: v for f, v in cohort(n).items()})
    row['是否最大班额低于30人的农村小规模学校'] = '是' if locality == RURAL and total < 200 and largest < 30 else '否'
    row.update(shared(kind, stages, pupils, classes, own, locality))
    return row


def teachers_at(row, stage, college, bachelor, backbone, pe, music, fine):
    row.update({stage + '专科学历专任教师数': college, stage + '本科学历专任教师数': bachelor, stage + '硕士学历专任教师数': 0,
                stage + '县级及以上骨干教师数': backbone, stage + '体育专任教师数': pe, stage + '音乐专任教师数': music,
                stage + '美术专任教师数': fine})


def at_the_limits(rows):
    """The schools whose figures lie on a limit, just beside one, or are missing."""
    area, gym, ground, money = SHARED[0], SHARED[1], SHARED[2], SHARED[7]
    rooms = '网络多媒体教室间数'

    # all seven exactly on the limit
    school = rows['示例县育才小学']
    teachers_at(school, '小学', 12, 30, 10, 4, 3, 2)
    school.update({area: 450000, gym: 0, ground: 750000, money: 20000, rooms: 23})
    # one teacher short of the first limit, the rest as above: six of seven and the seventh above 85 %
    school = rows['示例县东城小学']
    teachers_at(school, '小学', 11, 30, 10, 4, 3, 2)
    school.update({area: 450000, gym: 0, ground: 750000, money: 20000, rooms: 23})
    # equipment exactly at 85 % of the limit, and 100 yuan in all below it
    rows['石桥镇中心小学'][money] = 6800
    rows['白塔镇中心小学'][money] = 6799
    # two indicators below their limits: five of seven
    school = rows['龙湾镇中心小学']
    school.update({area: 285000, gym: 0, ground: 460000})
    # prints as 7.50 and is not: 7.4999 m2 per pupil
    rows['示例县滨河小学'].update({gym: 0, ground: 1634978})
    # junior: exactly on, and one room short
    school = rows['示例县第四初级中学']
    teachers_at(school, '初中', 2, 53, 10, 4, 3, 2)
    school.update({area: 580000, gym: 0, ground: 1020000, money: 25000, rooms: 24})
    rows['示例县第三初级中学'][rooms] = 29
    # most backbone teachers sit in two schools of the town: 0.4501, which prints as 0.450
    rows['示例县第一初级中学']['初中县级及以上骨干教师数'] = 75
    rows['示例县第二初级中学']['初中县级及以上骨干教师数'] = 41
    # school size: 2180 pupils, built in 2009; 2500 pupils of two stages are just allowed
    rows['示例县滨河小学'].update({'建校年': 2009, IDENTITY[10]: '是', IDENTITY[11]: '是'})
    # a class of 46 in a primary school
    school = rows['示例县第三小学']
    school['小学36-40人班级数'] -= 1
    school['小学46-50人班级数'] += 1
    # music room of 80 m2 in a school of 1998: enough only under the concession
    rows['城关镇中心小学'].update({'96平方米及以上音乐教室数': rows['城关镇中心小学']['96平方米及以上音乐教室数'] - 1,
                             '73-96平方米音乐教室数': 1, '建校年': 1998, IDENTITY[10]: '是', IDENTITY[11]: '是'})
    # visiting teachers in a small rural school: 79 pupils, none of its own
    school = rows['云台镇松林小学']
    school.update({'小学体育专任教师数': 0, '小学音乐专任教师数': 0, '小学美术专任教师数': 0,
                   '小学交流轮岗、兼职、走教体育教师数': 1, '小学交流轮岗、兼职、走教音乐教师数': 1})
    # funded below 100 pupils
    rows['大坪乡高坡小学']['核定公用经费（万元）'] = 719
    # training budget exactly 5 %, and just below
    rows['柳河镇中心小学'].update({'公用经费预算总额（万元）': 6400, '教师培训经费预算（万元）': 320})
    rows['青山镇中心小学'].update({'公用经费预算总额（万元）': 5600, '教师培训经费预算（万元）': 279})
    # one teacher without certificate
    rows['双河镇陈集小学']['小学持教师资格证专任教师数'] -= 1
    # missing cells
    rows['清泉乡中心小学']['小学县级及以上骨干教师数'] = ''
    rows['双河镇初级中学'][money] = ''
    rows['白塔镇王岗小学']['54-61平方米美术教室数'] = ''
    rows['示例县博雅学校（民办）'][ground] = ''


# What the county says of its attested items, and the documents that it names: made up like everything else here.
ATTESTED = {
    '学校规划布局合理': ('学校布局专项规划覆盖全部9个乡镇，服务半径符合要求（合成示例）', '示例县学校布局专项规划.pdf；示例县学校布局图.pdf'),
    '城乡四项标准统一': ('建设、编制、公用经费和装备四项标准城乡一致（合成示例）', '示例县义务教育城乡统一标准文件汇编.pdf'),
    '足额核定绩效工资总量': ('绩效工资总量按规定足额核定（合成示例）', '示例县教师绩效工资核定表.xlsx'),
    '统筹分配各校编制和岗位': ('编制和岗位由教育局在总量内统筹（合成示例）', '示例县教职工编制统筹方案.pdf、示例县岗位设置表.xlsx'),
    '名额向农村初中倾斜': ('分配到农村初中的名额占分配名额一半以上（合成示例）', '示例县优质高中名额分配方案.pdf'),
    '留守儿童关爱体系健全': ('建有关爱档案，结对帮扶到人（合成示例）', '示例县留守儿童关爱服务工作方案.pdf'),
    '所有学校制定章程并实现管理与教学信息化': ('各校章程均已核准，管理与教学平台全覆盖（合成示例）', '示例县学校章程核准名册.xlsx'),
    '教师熟练运用信息化手段': ('', ''),
    '德育与校园文化良好以上': ('各校评估等级均为良好以上（合成示例）', '示例县德育工作评估结果.pdf；示例县校园文化建设评估结果.pdf'),
    '课程开齐开足': ('课程计划执行检查未发现缺课（合成示例）', '示例县课程计划执行检查报告.pdf'),
    # stated, but without a document: the evaluation points it out
    '无过重课业负担': ('作业与考试管理抽查符合规定（合成示例）', ''),
    '认定后年度监测持续保持较高水平': ('近三年年度监测均保持较高水平（合成示例）', '示例县基本均衡年度监测报告.pdf'),
    '学校达到省定办学基本标准': ('各校均达到省定办学基本标准（合成示例）', '示例县学校办学基本标准核查表.xlsx'),
}


def facts(rows):
    """The one row of what the county itself states."""
    def total(field):
        return sum(int(r[s + field]) for r in rows for s in ('小学', '初中') if r.get(s + field) not in (None, ''))
    rotated = total('交流轮岗教师数')
    special = next(r for r in rows if r['学校类型'] == '特殊教育')
    pupils = special['小学在校生数'] + special['初中在校生数']
    row = {'年度': YEAR, '区县代码': CODE, '区县名称': COUNTY,
           '人口总数（万）': '38.62', '农业人口（万）': '21.05', '乡镇数': 9, '行政村数': 142, '人均GDP（元）': 58210,
           '人均地方财政收入（元）': 3986, '农民人均纯收入（元）': 21874, '城镇居民人均可支配收入（元）': 41260,
           '小学生均公用经费基准定额（元）': NORM['小学'], '初中生均公用经费基准定额（元）': NORM['初中'],
           '特殊教育学校公用经费总额（万元）': hundredths(pupils * 80), '特殊教育学校学生数': pupils,
           '义务教育教师年平均工资（元）': 98640, '当地公务员年平均工资（元）': 98640,
           '符合交流条件教师数': rotated * 10, '实际交流教师数': rotated, '交流骨干教师数': -(-rotated // 5),
           '优质高中招生计划数': 1200, '优质高中分配名额': 612, '分配到农村初中的名额': 335,
           '符合条件随迁子女数': 2000, '随迁子女公办就读数': 1580, '随迁子女政府购买服务民办就读数': 120,
           '适龄残疾儿童少年数': 240, '残疾儿童少年入学数': 229, '残疾儿童少年特殊教育学校就读数': pupils}
    for subject, level, gap in (('语文', 3, '0.112'), ('数学', 3, '0.149'), ('科学', 3, '0.131'), ('体育', 4, '0.088'),
                                ('艺术', '', ''), ('德育', '', '')):
        row.update({subject + '是否监测': '是' if gap else '否', subject + '学业水平等级': level, subject + '校际差异率': gap})
    row.update({'问卷总数': 3000, '回收有效问卷数': 2864, '问卷满意数': 2533, '实地走访人数': 180, '走访满意人数': 161,
                '家长问卷总数': 1800, '家长回收有效问卷数': 1733, '家长问卷满意数': 1541, '家长实地走访人数': 95,
                '家长走访满意人数': 86})
    for item in ('学校规划布局合理', '城乡四项标准统一', '足额核定绩效工资总量', '统筹分配各校编制和岗位', '名额向农村初中倾斜', '留守儿童关爱体系健全',
                 '所有学校制定章程并实现管理与教学信息化', '教师熟练运用信息化手段', '德育与校园文化良好以上', '课程开齐开足', '无过重课业负担',
                 '认定后年度监测持续保持较高水平', '学校达到省定办学基本标准'):
        row[item] = '是'
        row[item + '简要结论'], row[item + '佐证材料'] = ATTESTED[item]
    row['教师熟练运用信息化手段'] = ''
    row['基本均衡认定日期'] = '2017-12-20'
    for item in ('以考试方式招生', '违规择校行为', '重点学校或重点班', '有编不补或长期聘用编外教师', '重大安全责任事故和严重违纪违规事件', '弄虚作假',
                 '规范治理校外培训机构及减轻课外负担不力'):
        row[item] = '否'
    return row


def save(name, header, rows):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    with open(path, 'w', encoding='utf-8', newline='') as f:
        writer = csv.DictWriter(f, header, restval='', lineterminator='\n')
        writer.writeheader()
        writer.writerows(rows)


def main():
    rows = [build(i + 1, *school) for i, school in enumerate(SCHOOLS)]
    at_the_limits({r['学校名称']: r for r in rows})
    county = facts(rows)
    for r in rows:
        for field in SHARED:
            if field.endswith(('（㎡）', '（万元）')):
                r[field] = hundredths(r[field])
    save('sample-county.csv', HEADER, rows)
    save('sample-county-facts.csv', list(county), [county])


if __name__ == '__main__':
    main()
