# SPDX-License-Identifier: LGPL-2.1-or-later
"""The HTML report in a browser, as a reader uses it: mouse, keyboard, both languages, light and dark, paper.

BALANCE_TOOL names the built tool, BALANCE_SOURCE_DIR the tree. Pictures of what was seen go to BALANCE_PICTURES, where
that is set."""

import os
import subprocess
import sys
import tempfile
import unittest

from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from browser import Browser

SOURCE = os.environ["BALANCE_SOURCE_DIR"]
SAMPLE = ["examples/data/sample-county.csv", "examples/data/sample-county-facts.csv"]

folder = tempfile.TemporaryDirectory()


def setUpModule():
    global page
    page = write_report("report.html", *SAMPLE, "--as-of", "2024-09-01", "--lang", "zh")


def tearDownModule():
    folder.cleanup()


def write_report(name, *arguments, command="evaluate"):
    path = os.path.join(folder.name, name)
    done = subprocess.run([os.environ["BALANCE_TOOL"], command, *arguments, "--format", "html", "--output", path], cwd=SOURCE, capture_output=True, text=True)
    if done.returncode > 1:
        raise AssertionError(done.stdout + done.stderr)
    return path


# The ratio of WCAG 2: everything that holds text of its own against the background that it stands on.
CONTRAST = """
const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
const parse = (text) => text.match(/[\\d.]+/g).map(Number);
const light = (c) => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0.99) return c; } return [255, 255, 255]; };
const bad = [];
for (const e of document.querySelectorAll('#report *')) {
  if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
  const a = light(parse(getComputedStyle(e).color)), b = light(ground(e));
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (ratio < 4.5) bad.push(`${e.tagName}.${e.className} ${e.textContent.slice(0, 20)} ${ratio.toFixed(2)}`);
}
return bad;
"""


class BrowserCase(unittest.TestCase):
    size = (1280, 900)
    dark = False

    def setUp(self):
        self.browser = Browser(*self.size, dark=self.dark)
        self.addCleanup(self.browser.quit)
        self.browser.open(page)

    def tearDown(self):
        if os.environ.get("BALANCE_PICTURES"):
            self.browser.picture(os.path.join(os.environ["BALANCE_PICTURES"], self.id().split(".")[-1] + ".png"))
        self.assertEqual(self.browser.complaints(), [])
        self.assertEqual(self.browser.fetched(), [])

    def find(self, selector):
        return self.browser.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        return self.browser.driver.find_elements(By.CSS_SELECTOR, selector)

    def press(self, *keys):
        for key in keys:
            self.browser.driver.switch_to.active_element.send_keys(key)

    def click(self, selector):
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", self.find(selector))
        self.find(selector).click()

    def panel(self):
        return self.find("#explanation")

    def names(self):
        return [e.text for e in self.all(".heat:first-of-type tbody th bdi")]


class Reading(BrowserCase):
    def test_verdict_comes_first(self):
        self.assertEqual(self.find("h1").text, "示例县（合成数据）")
        self.assertEqual(self.find("main > section:first-child h2").text, "结论")
        self.assertIn("未达标", self.find(".hero").text)
        self.assertIn("8 项要求未达到，另有 5 项因缺少数据无法判定", self.find(".hero").text)
        # synthetic data say so wherever the report is looked at
        self.assertIn("合成数据", self.browser.driver.title)

    def test_cell_leads_to_its_explanation(self):
        self.click('td[data-path="schools/9900010013/primary/R6"]')
        shown = self.panel().text
        for expected in ("白塔镇中心小学（小学）", "生均教学仪器设备值", "未达标", "1699.75 元/人", "≥ 2000 元/人", "差 300.25", "≥ 1700.00，未达到",
                         "679900 ÷ 400 = 1699.75", "sample-county.csv!CT14", "sample-county.csv!Q14", "教督〔2017〕6号 资源配置第6项", "修约"):
            self.assertIn(expected, shown)
        # the panel stands beside the cell, not over it
        self.assertTrue(self.browser.run("""
            const cell = document.querySelector('td[data-path="schools/9900010013/primary/R6"]').getBoundingClientRect();
            return cell.left > 0 && cell.right <= document.querySelector('#explanation').getBoundingClientRect().left;"""))
        self.press(Keys.ESCAPE)
        self.assertFalse(self.panel().is_displayed())
        # back where one was
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("data-path"), "schools/9900010013/primary/R6")

    def test_school_leads_to_all_that_is_asked_of_it(self):
        row = next(e for e in self.all(".heat tbody th button") if "白塔镇中心小学" in e.text)
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", row)
        row.click()
        self.assertIn("对这所学校的全部要求", self.panel().text)
        first = self.panel().find_element(By.CSS_SELECTOR, ".parts button")
        self.assertIn("至少6项达标", first.text)
        first.click()
        self.assertIn("1699.75", self.panel().text)
        self.find("#explanation .back").click()
        self.assertIn("对这所学校的全部要求", self.panel().text)

    def test_requirement_leads_to_its_explanation(self):
        self.click('#requirements button[data-path="districts/990001/G12"]')
        self.assertIn("99.97", self.panel().text)
        self.assertIn("修约", self.panel().text)

    def test_missing_is_shown_as_missing(self):
        cell = self.find('td[data-path="schools/9900010047/junior/R6"]')
        self.assertIn("缺", cell.text)
        self.assertIn("undetermined", cell.get_attribute("class"))
        self.click('td[data-path="schools/9900010047/junior/R6"]')
        self.assertIn("缺失", self.panel().text)
        self.assertIn("CT48", self.panel().text)

    def test_what_would_decide(self):
        self.browser.open(page, "#districts/990001/junior/dispersion.R5")
        self.assertIn("补齐哪些数据即可判定", self.panel().text)
        self.assertIn("可能判为", self.find("#explanation .deciding").text)

    def test_tree_opens_and_closes(self):
        row = next(e for e in self.all("#requirements tbody tr") if "至少6项达标" in e.text)
        toggle = row.find_element(By.CSS_SELECTOR, "button.toggle")
        before = len(self.all("#requirements tbody tr"))
        self.browser.run("arguments[0].scrollIntoView({block: 'center'})", toggle)
        toggle.click()
        self.assertGreater(len(self.all("#requirements tbody tr")), before + 30)
        self.assertEqual(toggle.get_attribute("aria-expanded"), "true")
        toggle.click()
        self.assertEqual(len(self.all("#requirements tbody tr")), before)

    def test_address_names_what_is_shown(self):
        self.browser.open(page, "#districts/990001/junior/dispersion.R2")
        self.assertIn("0.45021707183825854", self.panel().text)

    def test_charts_are_drawn(self):
        if not self.browser.run("return typeof echarts !== 'undefined'"):
            self.skipTest("built without ECharts")
        self.browser.run("document.querySelector('.chart').scrollIntoView()")
        self.browser.wait("return document.querySelector('.chart canvas')")
        self.assertEqual(self.find(".chart").get_attribute("role"), "img")
        self.assertEqual(len(self.all("details.alternative")), 2)

        # a point leads to its school
        x, y = self.browser.run("""
            const box = document.querySelector('.chart'), place = box.getBoundingClientRect();
            const point = box.chart.getOption().series.find((one) => one.data[0].entry).data[0];
            const at = box.chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, point.value);
            return [place.left + at[0], place.top + at[1]];""")
        self.browser.command("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)
        named = self.browser.wait("return document.querySelector('.note bdi')?.textContent")
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.command("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.browser.wait("return !document.querySelector('#explanation').hidden")
        self.assertIn("R1 每百名学生拥有高于规定学历教师数", self.panel().text)
        self.assertIn(named, self.find("#explanation .over").text)


class Tables(BrowserCase):
    def test_search(self):
        self.find("#query").send_keys("白塔镇")
        self.assertTrue(self.names())
        self.assertTrue(all("白塔镇" in name for name in self.names()))
        self.find("#query").clear()
        self.find("#query").send_keys("9900010013")
        self.assertEqual([e.text for e in self.all(".heat tbody th bdi")], ["白塔镇中心小学"])

    def test_filter(self):
        self.find('#filter option[value="undetermined"]').click()
        self.assertIn("清泉乡中心小学", self.names())
        self.assertNotIn("示例县实验小学", self.names())

    def test_sort(self):
        def values():
            return [float(e.text) for e in self.all(".stages > :first-child tbody td:nth-of-type(7) .figure") if e.text[0].isdigit()]

        for order, ordered in (("ascending", sorted), ("descending", lambda list: sorted(list, reverse=True))):
            self.click(".stages > :first-child th.indicator:nth-child(8) button")
            self.assertEqual(self.find(".stages > :first-child th.indicator:nth-child(8)").get_attribute("aria-sort"), order)
            self.assertGreater(len(values()), 40)
            self.assertEqual(values(), ordered(values()))
        self.click(".stages > :first-child th.indicator:nth-child(8) button")
        self.assertEqual(self.names()[0], "示例县实验小学")


class Keyboard(BrowserCase):
    def test_arrows_enter_escape(self):
        self.browser.run("document.querySelector('.heat tbody th button').focus()")
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ARROW_DOWN)
        active = self.browser.driver.switch_to.active_element
        self.assertEqual(active.get_attribute("data-path"), "schools/9900010002/primary/R1")
        self.assertEqual(active.get_attribute("role"), "gridcell")
        self.press(Keys.ENTER)
        self.assertTrue(self.panel().is_displayed())
        self.press(Keys.ESCAPE)
        self.assertFalse(self.panel().is_displayed())
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("data-path"), "schools/9900010002/primary/R1")
        self.press(Keys.END)
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("data-path"), "schools/9900010002/primary/R7")

    def test_tab_reaches_everything_once(self):
        # a table of cells is one stop, not five hundred
        self.assertEqual(self.browser.run("return document.querySelectorAll('.heat tbody [tabindex=\"0\"]').length"), len(self.all(".heat")))
        self.press(Keys.TAB)
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("class"), "skip")
        self.press(Keys.TAB)
        self.assertEqual(self.browser.driver.switch_to.active_element.get_attribute("id"), "language")
        outline = self.browser.run("const s = getComputedStyle(document.activeElement); return s.outlineStyle + parseFloat(s.outlineWidth)")
        self.assertEqual(outline, "solid3")


class Languages(BrowserCase):
    def test_switch(self):
        self.assertEqual(self.find("html").get_attribute("lang"), "zh-CN")
        self.find("#language").click()
        self.assertEqual(self.find("html").get_attribute("lang"), "en")
        self.assertEqual(self.find("main > section:first-child h2").text, "Conclusion")
        self.click('td[data-path="schools/9900010013/primary/R6"]')
        for expected in ("Teaching equipment per pupil", "1699.75 yuan/pupil", "300.25 short", "Teaching equipment at book value", "sample-county.csv!CT14"):
            self.assertIn(expected, self.panel().text)
        self.press(Keys.ESCAPE)
        self.browser.run("window.scrollTo(0, 0)")
        self.find("#language").click()
        self.assertEqual(self.find("main > section:first-child h2").text, "结论")

    def test_no_wording_is_missing(self):
        for _ in range(2):
            shown = self.browser.run("return document.body.innerText")
            self.assertNotRegex(shown, r"undefined|\bNaN\b|\[object|\{\w+\}")
            self.find("#language").click()


class Colours(BrowserCase):
    def ground(self):
        return self.browser.run("return getComputedStyle(document.body).backgroundColor")

    def test_switch(self):
        light = self.ground()
        self.find("#theme").click()
        self.assertNotEqual(self.ground(), light)
        self.find("#theme").click()
        self.assertEqual(self.ground(), light)

    def test_contrast(self):
        self.click('td[data-path="schools/9900010047/junior/R6"]')
        self.assertEqual(self.browser.run(CONTRAST), [])


class Dark(Colours):
    dark = True

    def test_follows_the_system(self):
        self.assertEqual(self.find("html").get_attribute("data-theme"), "dark")


class Phone(BrowserCase):
    size = (390, 844)

    def test_fits(self):
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 390)
        self.click('td[data-path="schools/9900010001/primary/R1"]')
        self.assertEqual(self.browser.run("return document.querySelector('#explanation').getBoundingClientRect().width"), 390)
        self.find("#explanation .close").click()
        self.assertFalse(self.panel().is_displayed())


class Paper(BrowserCase):
    dark = True

    def test_print(self):
        document = self.browser.pdf()
        self.assertTrue(document.startswith(b"%PDF"))
        path = os.path.join(folder.name, "report.pdf")
        with open(path, "wb") as file:
            file.write(document)
        # what was changed for paper is changed back
        self.assertEqual(self.find("html").get_attribute("data-theme"), "dark")
        self.assertEqual(self.all("#printed"), [])

    def test_what_is_printed(self):
        self.browser.run("window.dispatchEvent(new Event('beforeprint'))")
        self.browser.command("Emulation.setEmulatedMedia", media="print")
        self.assertEqual(self.find("html").get_attribute("data-theme"), "light")
        printed = self.find("#printed").text
        for expected in ("未达标和无法判定事项的说明", "白塔镇中心小学（小学）：R6 生均教学仪器设备值", "sample-county.csv!CT14", "缺失"):
            self.assertIn(expected, printed)
        self.assertFalse(self.find(".controls").is_displayed())
        self.assertTrue(self.find(".legend").is_displayed())


class PlanCase(BrowserCase):
    def setUp(self):
        super().setUp()
        self.browser.open(write_report("plan.html", *SAMPLE, "--as-of", "2024-09-01", "--lang", "zh", "--costs", "example", "--years", "3", command="plan"))


class Plan(PlanCase):
    def rows(self):
        return {e.find_element(By.CSS_SELECTOR, "th bdi").text: e for e in self.all("#before-after tbody tr")}

    def test_order(self):
        titles = [e.text for e in self.all("main > section > h2:first-child")]
        self.assertEqual(titles[:6], ["结论", "整改方案", "整改前后", "费用", "进度安排", "各校指标"])
        self.assertIn("共 4 项措施，合计14.305万元", self.find("#plan .hero").text)

    def test_halves(self):
        row = self.rows()["白塔镇中心小学"]
        self.assertEqual(row.find_element(By.CSS_SELECTOR, "td.verdict").text.replace("\n", ""), "✗未达标→✓达标")
        pair = row.find_element(By.CSS_SELECTOR, ".pair.changed")
        # the sign tells the verdict without colour, the figure how far it is
        self.assertEqual([e.text for e in pair.find_elements(By.CSS_SELECTOR, ".half")], ["−15.0%✗", "−14.9%△"])
        self.assertIn("1699.75", pair.get_attribute("aria-label"))
        self.assertIn("整改后", pair.get_attribute("aria-label"))
        self.browser.run("arguments[0].scrollIntoView({block: 'center'}); arguments[0].click()", pair)
        for expected in ("1702.25", "对该校的措施", "调拨教学仪器设备 1000元，由大坪乡高坡小学调出", "第 1 年"):
            self.assertIn(expected, self.panel().text)
        self.panel().find_element(By.CSS_SELECTOR, ".part").click()
        self.assertIn("679900 ÷ 400", self.panel().text)

    def test_choices(self):
        before = len(self.rows())
        self.click("#change-only")
        self.assertGreater(len(self.rows()), before + 30)
        self.find('#change-show option[value="value"]').click()
        self.assertIn("1699.75", self.rows()["白塔镇中心小学"].text)
        self.find('#change-show option[value="verdict"]').click()
        self.assertNotIn("1699.75", self.rows()["白塔镇中心小学"].text)
        self.assertIn("△", self.rows()["白塔镇中心小学"].text)

    def test_keyboard(self):
        self.browser.run("document.querySelector('#before-after tbody th button').focus()")
        self.press(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT, Keys.ENTER)
        self.assertIn("R1", self.panel().text)
        self.press(Keys.ESCAPE)
        self.assertIn("pair", self.browser.driver.switch_to.active_element.get_attribute("class"))

    def test_costs_and_time(self):
        self.assertIn("新建运动场地", self.find("#costs").text)
        shares = [float(e.text.rstrip(" %")) for e in self.all("#costs table:last-of-type tbody td:last-child") if e.text != "–"]
        self.assertAlmostEqual(sum(shares) / 2, 100, delta=0.5)
        self.assertEqual([e.text for e in self.all("#timeline thead th")], ["学校", "措施", "第 1 年", "第 2 年", "第 3 年"])
        self.assertEqual(len(self.all("#timeline .bar-of")), 4)
        self.assertIn("解决：R6", self.find("#timeline").text)

    def test_both_languages(self):
        self.find("#language").click()
        self.assertIn("4 things to do, 143050 yuan in all", self.find("#plan .hero").text)
        self.assertNotRegex(self.browser.run("return document.body.innerText"), r"undefined|\bNaN\b|\[object|\{\w+\}")
        self.find("#language").click()
        self.assertNotRegex(self.browser.run("return document.body.innerText"), r"undefined|\bNaN\b|\[object|\{\w+\}")

    def test_contrast(self):
        self.assertEqual(self.browser.run(CONTRAST), [])


class DarkPlan(PlanCase):
    dark = True

    def test_contrast(self):
        self.assertEqual(self.browser.run(CONTRAST), [])


class PlanOnAPhone(PlanCase):
    size = (390, 844)

    def test_fits(self):
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 390)


class Tasks(BrowserCase):
    """A store whose plan became tasks, one of them done, one late, one under way."""

    def tool(self, *arguments):
        done = subprocess.run([os.environ["BALANCE_TOOL"], *arguments], cwd=SOURCE, capture_output=True, text=True)
        self.assertLessEqual(done.returncode, 1, done.stderr)

    def setUp(self):
        super().setUp()
        store = os.path.join(folder.name, f"{self.id()}.balance")
        self.tool("import", *SAMPLE, "--store", store)
        self.tool("plan", store, "--as-of", "2024-09-01", "--costs", "example", "--lang", "zh", "--tasks", "--start", "2024-09-01", "--who", "王芳")
        self.tool("tasks", "set", store, "1", "status=done", "finished=2024-12-20", "evidence=验收单", "--who", "王芳")
        self.tool("tasks", "set", store, "2", "status=under_way", "progress=40", "deadline=2024-12-31", "responsible_unit=基建科", "--who", "王芳")
        page = os.path.join(folder.name, f"{self.id()}.html")
        self.tool("tasks", "list", store, "--as-of", "2024-09-01", "--date", "2025-02-10", "--format", "html", "--lang", "zh", "--output", page)
        self.browser.open(page)

    def rows(self):
        return self.all("#tasks tbody tr")

    def test_open_and_late(self):
        self.assertEqual([e.text for e in self.all("main > section > h2:first-child")][:3], ["结论", "整改任务", "任务进度（按季度）"])
        self.assertEqual(len(self.rows()), 3)
        late = self.find("#tasks tr.late").text
        for expected in ("龙湾镇中心小学", "基建科", "整改中", "40 %", "逾期", "2024-12-31"):
            self.assertIn(expected, late)
        self.find('#task-show option[value="done"]').click()
        self.assertEqual(len(self.rows()), 1)
        self.assertIn("佐证：验收单", self.rows()[0].text)
        self.find('#task-show option[value=""]').click()
        self.find("#task-query").send_keys("体育")
        self.assertEqual(len(self.rows()), 1)

    def test_sorts(self):
        self.find('#task-show option[value=""]').click()
        self.click("#tasks thead th:nth-child(7) button")
        self.assertIn("2024-12-31", self.rows()[0].text)

    def test_quarters(self):
        self.assertEqual([[e.text for e in row.find_elements(By.CSS_SELECTOR, "th, td")][:5] for row in self.all(".quarters tr")][1:],
                         [["2024 年第 4 季度", "1", "0", "0", "! 1"], ["2025 年第 3 季度", "3", "1", "0", "0"], ["合计", "4", "1", "0", "! 1"]])
        self.assertEqual(self.find(".quarterly thead .now").text, "2025 年第 1 季度\n本季度")
        bars = self.all(".quarterly .bar-of")
        self.assertEqual(len(bars), 4)
        # from the quarter of the start to that of the deadline
        cells = [row.find_elements(By.CSS_SELECTOR, "td[colspan]")[0].get_attribute("colspan") for row in self.all(".quarterly tbody tr")]
        self.assertEqual(cells, ["2", "5", "5", "5"])
        self.assertIn("late", bars[0].get_attribute("class"))

    def test_both_languages(self):
        for _ in range(2):
            self.assertNotRegex(self.browser.run("return document.body.innerText"), r"undefined|\bNaN\b|\[object|\{\w+\}")
            self.find("#language").click()

    def test_contrast(self):
        self.assertEqual(self.browser.run(CONTRAST), [])


class DarkTasks(Tasks):
    dark = True


class TasksOnAPhone(Tasks):
    size = (390, 844)

    def test_fits(self):
        self.assertLessEqual(self.browser.run("return document.documentElement.scrollWidth"), 390)


class ManyDistricts(BrowserCase):
    def setUp(self):
        super().setUp()
        rows = ["district_code,district_name,school_code,school_name,stage,pupils,teachers"]
        rows += [f"D{d:02},第{d}县（合成）,D{d:02}S{s},第{s}小学,primary,100,{d + s}" for d in range(3) for s in range(3)]
        table = os.path.join(folder.name, "table.csv")
        with open(table, "w", encoding="utf-8") as file:
            file.write("\n".join(rows) + "\n")
        self.browser.open(write_report("districts.html", table, "--only", "resources"))

    def test_choose(self):
        self.assertEqual(len(self.all(".overview tbody tr")), 3)
        self.assertIn("第0县", self.find("h1").text)
        next(e for e in self.all(".overview tbody button") if "第2县" in e.text).click()
        self.assertIn("第2县", self.find("h1").text)
        self.find("#district-query").send_keys("第1县")
        self.assertEqual(len(self.all(".overview tbody tr")), 1)
