"""Drawing up the lists of a year."""

from typing import Annotated

import typer

from app.access.administrators import find_organization
from app.checklist.lists import draft
from app.checklist.publishing import publish
from app.commands.databases import operating
from app.console import progress_bar


def draw_up(
    year: Annotated[int, typer.Argument(min=1921, max=2199, help="年度")],
    organization: Annotated[
        str | None, typer.Option(help="党组织的名称或编号；只有一个根组织时可不填")
    ] = None,
    publish_now: Annotated[
        bool, typer.Option("--publish", help="拟订后直接公布，并生成各项责任事项")
    ] = False,
) -> None:
    """Draw up the lists of an organisation and all below, in one transaction."""
    with operating() as unit:
        place = find_organization(unit.session, organization)
        lists, existing = draft(unit, place.id, year, include_descendants=True)
        made = 0
        if publish_now and lists:
            with progress_bar("公布清单", len(lists)) as show:
                made = publish(unit, lists, show)
    typer.echo(f"已拟订 {len(lists)} 份 {year} 年责任清单，{existing} 个组织原有清单未动。")
    if publish_now:
        typer.echo(f"已公布并生成 {made} 项责任事项。")
