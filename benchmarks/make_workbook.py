"""Makes a large team workbook, the same for the same size: python benchmarks/make_workbook.py ONE|S|M|L|XL OUT.xlsx [SHARE].

The XML is written directly, as Excel writes it: shared strings, a style on each cell, rows with spans.
"""

from __future__ import annotations

import datetime as dt
import sys
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

SIZES = {
    "ONE": (1, 3, 1),
    "S": (1_000, 3_000, 200),
    "M": (20_000, 60_000, 4_000),
    "L": (100_000, 300_000, 20_000),
    "XL": (200_000, 600_000, 40_000),
}
"""Leads, follow-ups and conversions."""
AS_OF = dt.date(2024, 6, 20)
EPOCH = dt.datetime(1899, 12, 30)
DAY, MINUTE = 1, 2
"""Indices of the cell styles for dates and for dates with a time."""
BAD = 0.01
"""Share of the cells in risky columns that are spoilt, unless another is asked for: 0 for a clean workbook, 1 for no sound row."""

LEADS = (
    "线索编号,来源,联系人,联系方式,公司名称,所在地区,所属行业,需求描述,预算范围,预计成交时间,"
    "需求匹配度,预算充足度,决策权限,线索等级,线索状态,负责人,录入人,录入时间,分配时间,备注"
).split(",")
FOLLOW_UPS = "线索编号,跟进时间,跟进方式,沟通内容,客户反馈,下一步行动,跟进人".split(",")
CONVERSIONS = "线索编号,转化结果,成交金额(万),未成交原因,转化周期(天),负责人,分析总结,成交日期".split(",")

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
TITLES = ("经理", "总监", "主任", "工程师")
GIVEN = "伟芳敏静磊洋勇艳杰娟涛明超霞平刚鹏玲斌宇"
CITIES = "北京 上海 广州 深圳 杭州 苏州 南京 宁波 武汉 成都 重庆 西安 长沙 郑州 合肥 济南 青岛 厦门 天津 佛山".split()
FIRST = "恒瑞鼎宏锦泰盛博创卓凌睿晟铭启腾跃汇诚信联合润丰祥源康健朗逸华东国新中天金百汉"
SECOND = "达远通业图辉程安邦科力特美嘉航宇森海峰洲立正德方舟拓维展扬云凯旺顺成利万隆兴"
TRADES = "机械 电子 汽车零部件 医疗器械 食品 服饰 家居 国际贸易 冷链物流 供应链 建材 软件 新能源 教育 纺织 化工".split()
INDUSTRIES = "制造业 批发和零售业 建筑业 教育 房地产业 住宿和餐饮业 农、林、牧、渔业".split()
NEEDS = "智能仓储系统 CRM系统升级 生产排程 条码与RFID盘点 多仓库存同步 设备联网 经销商订货平台 质量追溯".split()
SOURCES = "官网 官网表单 展会 展会留资 电话咨询 客户推荐 电商平台 线上推广 市场活动".split()
BUDGETS = "5-10万 10-20万 20-30万 30-50万 50-80万 80-120万 20万左右 15万以内 100万以上 待确认".split()
METHODS = "电话 微信 邮件 面谈 线上会议 短信".split()
TALKS = "介绍案例 线上演示 发送报价单 讨论实施周期 解答数据安全 约见分管副总 合同条款沟通 电话未接".split()
FEEDBACK = "有兴趣 需内部审批 对价格敏感 在比较竞品 希望看演示 暂未回复".split()
NEXT = "发送报价单 预约拜访 跟进技术评估 三天后回访 准备合同 补充方案".split()
REASONS = "预算不足 选择竞品 竞品价格低 需求变更 失联".split()
OWNERS = [a + b for a in SURNAMES[:10] for b in "磊娜晨洋"]

Row = list[Any]


class Dice(Random):
    """Chance, which spoils a share of the cells."""

    bad: float


def main(size: str, path: Path, bad: float = BAD, team: str = "") -> None:
    """Writes the workbook of *size* to *path*; another *team* has other leads."""
    leads, touches, closings = SIZES[size]
    rng = Dice(size + team)
    rng.bad = bad
    entries = sorted(AS_OF - dt.timedelta(minutes=rng.randrange(1440, 365 * 1440)) for _ in range(leads))
    tables = (
        ("线索信息表", LEADS, _leads(entries, rng)),
        ("跟进记录表", FOLLOW_UPS, _touches(entries, touches, rng)),
        ("转化分析表", CONVERSIONS, _closings(entries, closings, rng)),
    )
    _write(path, tables)


def _key(number: int) -> str:
    return f"{202300000 + number:09d}"


def _at(entry: dt.date) -> dt.datetime:
    return dt.datetime.combine(entry, dt.time())


def _leads(entries: Sequence[dt.date], rng: Dice) -> Iterator[Row]:
    pick = rng.choice
    for number, entry in enumerate(entries):
        entered = _at(entry) + dt.timedelta(minutes=rng.randrange(540, 1080))
        yield [
            _key(number),
            _spoilt(pick(SOURCES), "朋友圈", rng),
            pick(SURNAMES) + pick(GIVEN) + pick(GIVEN),
            _spoilt(f"1{pick('3578')}{rng.randrange(10**8, 10**9)}", None, rng),
            f"{pick(CITIES)}{pick(FIRST)}{pick(SECOND)}{pick(FIRST)}{pick(TRADES)}有限公司",
            pick(CITIES),
            pick(INDUSTRIES),
            _spoilt(f"{pick(NEEDS)},约{rng.randrange(5, 900)}人使用,希望{rng.randrange(1, 13)}月前上线", "-", rng),
            _spoilt(pick(BUDGETS), "面议", rng),
            _typed_date(entry + dt.timedelta(rng.randrange(20, 200)), rng),
            pick(("完全契合", "部分契合", "不契合")),
            pick(("高于定价", "匹配", "不足")),
            pick(("直接决策人", "有影响者", "无权限")),
            pick("ABCD"),
            pick(("跟进中", "跟进中", "重点跟进", "培育中", "待跟进")),
            _spoilt(pick(OWNERS), "王磊、李娜", rng),
            pick(("周洁", "何静")),
            entered,
            entered + dt.timedelta(minutes=rng.randrange(15, 300)),
            f"第{number % 997}批" if number % 3 == 0 else None,
        ]


def _touches(entries: Sequence[dt.date], count: int, rng: Dice) -> Iterator[Row]:
    pick = rng.choice
    for _ in range(count):
        number = int(len(entries) * rng.random())
        passed = (AS_OF - entries[number]).days
        moment = _at(entries[number]) + dt.timedelta(int(passed * rng.random() ** 2) + 1, minutes=rng.randrange(540, 1080))
        key = _spoilt(_key(number), f"{999000000 + number}", rng)
        talk = f"{pick(TALKS)},{pick(SURNAMES)}{pick(TITLES)}参加,{rng.randrange(5, 120)}分钟"
        step = f"{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日{pick(NEXT)}"
        yield [key, moment, pick(METHODS), talk, pick(FEEDBACK), step, pick(OWNERS)]


def _closings(entries: Sequence[dt.date], count: int, rng: Dice) -> Iterator[Row]:
    pick = rng.choice
    for number in sorted(rng.sample(range(len(entries)), count)):
        days = rng.randrange((AS_OF - entries[number]).days + 1)
        result = pick(("成交", "未成交", "流失"))
        won = result == "成交"
        amount = _spoilt(rng.randrange(50, 2000) / 10, "待定", rng) if won else None
        reason = None if won else pick(REASONS)
        closed = entries[number] + dt.timedelta(days)
        yield [_key(number), result, amount, reason, days, pick(OWNERS), pick(TALKS), closed]


def _spoilt(value: Any, bad: Any, rng: Dice) -> Any:
    return bad if rng.random() < rng.bad else value


def _typed_date(day: dt.date, rng: Dice) -> Any:
    """Mostly a date of Excel, else as text, as a month, or impossible."""
    dice = rng.random()
    if dice < 0.8:
        return day
    if dice < 0.9:
        return f"{day:%Y-%m-%d}"
    return f"{day:%Y-%m}" if dice < 1 - rng.bad else "2024-02-30"


# ---- the package ---------------------------------------------------------------------------------------------------

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="1"><font><sz val="11"/><name val="宋体"/><charset val="134"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _write(path: Path, tables: Sequence[tuple[str, Sequence[str], Iterable[Row]]]) -> None:
    strings: dict[str, int] = {}
    numbers = range(1, len(tables) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        _part(package, "[Content_Types].xml", [_types(numbers)])
        _part(package, "_rels/.rels", [_relations([("officeDocument", "xl/workbook.xml")])])
        _part(package, "xl/workbook.xml", [_workbook([name for name, _, _ in tables])])
        targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        targets += [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml")]
        _part(package, "xl/_rels/workbook.xml.rels", [_relations(targets)])
        _part(package, "xl/styles.xml", [STYLES])
        uses = [0]
        for number, (_, headers, rows) in zip(numbers, tables, strict=True):
            _part(package, f"xl/worksheets/sheet{number}.xml", _sheet(headers, rows, strings, uses))
        _part(package, "xl/sharedStrings.xml", _strings(strings, uses[0]))


def _part(package: zipfile.ZipFile, name: str, pieces: Iterable[str]) -> None:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    with package.open(entry, "w", force_zip64=False) as part:
        part.write(DECLARATION.encode())
        for piece in pieces:
            part.write(piece.encode())


def _types(numbers: Iterable[int]) -> str:
    parts = [("workbook", "sheet.main"), ("styles", "styles"), ("sharedStrings", "sharedStrings")]
    parts += [(f"worksheets/sheet{n}", "worksheet") for n in numbers]
    overrides = (f'<Override PartName="/xl/{name}.xml" ContentType="{KINDS}.{kind}+xml"/>' for name, kind in parts)
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{"".join(overrides)}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    items = (f'<Relationship Id="rId{n}" Type="{OFFICE}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(targets, start=1))
    return f'<Relationships xmlns="{RELATIONS}">{"".join(items)}</Relationships>'


def _workbook(names: Sequence[str]) -> str:
    sheets = "".join(f'<sheet name="{name}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, start=1))
    return f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def _sheet(headers: Sequence[str], rows: Iterable[Row], strings: dict[str, int], uses: list[int]) -> Iterator[str]:
    names = [chr(65 + n) for n in range(len(headers))]
    frozen = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetViews><sheetView workbookViewId="0">{frozen}</sheetView>'
    yield '</sheetViews><sheetFormatPr defaultRowHeight="13.5"/><sheetData>'
    last = 1
    yield _row(1, names, list(headers), strings, uses)
    for last, row in enumerate(rows, start=2):
        yield _row(last, names, row, strings, uses)
    yield f'</sheetData><autoFilter ref="A1:{names[-1]}{last}"/>'
    yield '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/></worksheet>'


def _row(number: int, names: Sequence[str], row: Row, strings: dict[str, int], uses: list[int]) -> str:
    cells = []
    for name, value in zip(names, row, strict=True):
        kind = type(value)
        if kind is str:
            uses[0] += 1
            cells.append(f'<c r="{name}{number}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>')
        elif kind is dt.datetime:
            passed = value - EPOCH
            cells.append(f'<c r="{name}{number}" s="{MINUTE}"><v>{passed.days + passed.seconds / 86400!r}</v></c>')
        elif kind is dt.date:
            cells.append(f'<c r="{name}{number}" s="{DAY}"><v>{value.toordinal() - 693594}</v></c>')
        elif value is not None:
            cells.append(f'<c r="{name}{number}"><v>{value}</v></c>')
    return f'<row r="{number}" spans="1:{len(names)}">{"".join(cells)}</row>'


def _strings(strings: dict[str, int], uses: int) -> Iterator[str]:
    yield f'<sst xmlns="{MAIN}" count="{uses}" uniqueCount="{len(strings)}">'
    for text in strings:
        yield f"<si><t>{escape(text)}</t></si>"
    yield "</sst>"


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in SIZES:
        sys.exit("usage: make_workbook.py ONE|S|M|L|XL OUT.xlsx [SHARE]")
    main(sys.argv[1], Path(sys.argv[2]), *map(float, sys.argv[3:]))
