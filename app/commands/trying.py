"""Content to try the service with, and to measure it."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.databases import open_database, operating
from app.console import Refused, progress_bar
from app.core.migrations import is_current
from app.core.settings import Settings
from app.demo import first_start, reference
from app.demo.bulk import Filling, Plan


def demo(
    organizations: Annotated[int, typer.Option(min=0, max=100_000, help="党组织数量")] = 0,
    records: Annotated[int, typer.Option(min=0, max=10_000_000, help="记录数量")] = 0,
    faulty: Annotated[
        bool, typer.Option("--faulty", help="载入有疏漏的示例年度，供体检试用")
    ] = False,
    seed: Annotated[int, typer.Option(help="随机种子：同一种子生成同样的内容")] = 1,
    token_file: Annotated[
        Path | None, typer.Option(help="把一个可用的访问令牌写入该文件（权限 0600）")
    ] = None,
) -> None:
    """Load the reference year, or a large made-up tree for trying and measuring."""
    if not organizations and not records:
        with operating() as unit:
            said = reference.enter(unit, Settings().time_zone, faulty=faulty)
        typer.echo(said)
        return
    if faulty or not organizations or not records:
        raise Refused("请同时给出 --organizations 和 --records，且不与 --faulty 并用。")
    with open_database() as database:
        if not is_current(database):
            raise Refused("数据库还不是本版本的结构，请先执行 zhaodan migrate。")
        plan = Plan(organizations, records, seed, Settings().time_zone)
        _fill(Filling(database, plan), plan, token_file)


def _fill(filling: Filling, plan: Plan, token_file: Path | None) -> None:
    if token_file and token_file.exists():
        raise Refused(f"{token_file} 已存在，请换一个文件；没有生成任何数据。")
    try:
        root = filling.plant()
        if token_file:
            first_start.write_secret(token_file, filling.issue_token(root))
        with progress_bar("生成记录", plan.records) as show:
            for done in filling.fill(root):
                show(done)
    except KeyboardInterrupt:
        typer.echo(f"已中断：写入了 {filling.done} 条完整的记录。", err=True)
        raise
    typer.echo(
        f"已生成 {plan.organizations} 个党组织、{filling.done} 条记录，"
        f"根组织 {root.name}（{root.id}）。"
    )
