"""``python -m tools.demo``: content for trying and measuring the service."""

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from app import demo as years
from app.access.models import User
from app.admin_commands import open_migrated, operating
from app.console import ChineseCommand, Refused, progress_bar, run
from app.core.settings import Settings
from app.core.uow import UnitOfWork
from tools.demo.filling import Filling, Plan

FAULTY = Path(__file__).with_name("faulty-2018.json")


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
    """Load the reference year, the year full of slips, or a large made-up tree."""
    if not organizations and not records:
        with operating() as uow:
            sentence = load_once(uow, Settings().time_zone, faulty=faulty)
        typer.echo(sentence)
        return
    if faulty or not organizations or not records:
        raise Refused("请同时给出 --organizations 和 --records，且不与 --faulty 并用。")
    with open_migrated() as database:
        plan = Plan(organizations, records, seed, Settings().time_zone)
        _fill(Filling(database, plan), plan, token_file)


def load_once(uow: UnitOfWork, time_zone: str, *, faulty: bool) -> str:
    """Load a year unless it is there; return the sentence that says what was done.

    The year full of slips is for trying the examination (体检): each of its records is acceptable
    by itself.
    """
    name, file = ("有疏漏的示例年度", FAULTY) if faulty else ("参考年度", years.REFERENCE)
    usernames = [user["username"] for user in years.read(file)["users"].values()]
    if uow.session.execute(select(User.id).where(User.username.in_(usernames))).first():
        return f"{name}已在数据库中，没有改动。"
    loaded = years.load(uow, time_zone, file)
    return f"已载入{name}：{loaded.organization_name}（{loaded.organization_id}）。"


def _fill(filling: Filling, plan: Plan, token_file: Path | None) -> None:
    if token_file and token_file.exists():
        raise Refused(f"{token_file} 已存在，请换一个文件；没有生成任何数据。")
    try:
        root = filling.make_tree()
        if token_file:
            years.write_secret(token_file, filling.issue_token(root))
        with progress_bar("生成记录", plan.records) as show:
            for done in filling.make_records():
                show(done)
    except KeyboardInterrupt:
        typer.echo(f"已中断：写入了 {filling.done} 条完整的记录。", err=True)
        raise
    typer.echo(
        f"已生成 {plan.organizations} 个党组织、{filling.done} 条记录，"
        f"根组织 {root.name}（{root.id}）。"
    )


def main() -> None:
    """Run the command; a failure is one sentence."""
    cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    cli.command(cls=ChineseCommand, help="生成演示和测量用的数据")(demo)
    run(cli)


if __name__ == "__main__":
    main()
