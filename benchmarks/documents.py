"""Times of writing a report to a file: ``python -m benchmarks.documents [--keep FOLDER]``.

A made-up report of 22 pages with a table and two annexes, 40 times in each format, and
the time of the first, which reads the style sheet. Nothing but the processor is needed.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

from app.report.compose.outline import compose
from app.report.facts import Options
from app.report.files.formats import FORMATS, WORD, Format, file_name
from app.report.files.model import (
    Annex,
    Document,
    DocumentParagraph,
    DocumentVariant,
    Element,
    Heading,
    Run,
    Table,
)
from benchmarks.rounds import spread
from benchmarks.table import Line
from tests.report.special_years import full
from tests.report.test_properties import make_year

ROUNDS = 40
WORD_MS, COMPOSED_MS = 300.0, 50.0
BRANCH_RECORDS = 300
SENTENCE = "召开党建工作专题会议两次，研究议题六项，议定事项均明确了责任人和完成时限。"
MARKS = ("一", "二", "三", "四", "五", "六", "七")


def report() -> Document:
    """Make a report like those of a year: seven parts, two tables, two annexes."""
    body: list[Element] = []
    for mark in MARKS:
        body.append(Heading(1, f"{mark}、工作情况"))
        for part in MARKS[:2]:
            body.append(Heading(2, f"（{part}）落实责任"))
            body += [_paragraph(3), _paragraph(4)]
    rows = tuple((str(n), "党员学习笔记抽查不合格", "自查", "已销号") for n in range(1, 31))
    body.append(Table("整改情况", ("序号", "问题", "来源", "状态"), rows, (2, 9, 4, 4)))
    sources = tuple((str(n), SENTENCE[:24], "1+1=2", SENTENCE) for n in range(1, 101))
    table = Table("数据来源", ("句序", "句子开头", "数字", "记录"), sources, (2, 6, 4, 12))
    return Document(
        title="指挥部党总支书记2018年抓基层党建工作述职报告",
        byline="王总支",
        salutation="各位领导、同志们",
        body=tuple(body),
        signatory="中共指挥部总支部委员会",
        signed_on=date(2018, 12, 3),
        annexes=(Annex("数据来源对照表", (table,)), Annex("佐证材料目录", (_paragraph(1),))),
    )


def _paragraph(sentences: int) -> DocumentParagraph:
    return DocumentParagraph(tuple(Run(SENTENCE, "来源：2条记录") for _ in range(sentences)))


def measure(
    document: Document, file_format: Format, variant: DocumentVariant
) -> tuple[float, float, int]:
    """Return the first time and the median of the others in milliseconds, and the bytes."""
    write = partial(file_format.write, document, variant, None)
    times = _times(write)
    return times[0], statistics.median(times[1:]), len(write())


def _times(work: Callable[[], object]) -> list[float]:
    """Return the times of 41 repetitions in milliseconds; the first one reads data files."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def lines() -> list[Line]:
    """Measure composing a branch's year and a large one, and writing a Word file of 22 pages."""
    word = FORMATS[WORD]
    times = [measure(report(), word, variant)[1] for variant in ("final", "review")]
    years = {f"{BRANCH_RECORDS} records": make_year(1, BRANCH_RECORDS), "2,000 records": full()}
    return [
        *(
            Line(
                f"composing a year of {name}",
                "processor alone",
                spread(_times(partial(compose, facts, Options(voice="organization")))[1:]),
                unit="ms",
                at_most=COMPOSED_MS if name.startswith(str(BRANCH_RECORDS)) else None,
            )
            for name, facts in years.items()
        ),
        Line(
            "Word file of 22 pages, final and review",
            "processor alone",
            spread(times),
            unit="ms",
            at_most=WORD_MS,
        ),
    ]


def main() -> None:
    """Measure and print one line for each format and variant."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="a folder for the files that were made")
    keep = parser.parse_args().keep
    document = report()
    variants: tuple[DocumentVariant, ...] = ("final", "review")
    print(f"{'format':8}{'variant':9}{'first ms':>10}{'median ms':>11}{'bytes':>9}")
    for file_format in FORMATS.values():
        for variant in variants:
            first, median, size = measure(document, file_format, variant)
            print(f"{file_format.extension:8}{variant:9}{first:10.1f}{median:11.1f}{size:9}")
            if keep:
                name = file_name(document, file_format, variant)
                (keep / name).write_bytes(file_format.write(document, variant, None))


if __name__ == "__main__":
    main()
