"""The first start on an empty database: the reference year and one way in, told in a file."""

import os
import secrets
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import select

from app.access.administrators import EVERYTHING, OPERATOR, new_administrator
from app.access.passwords import hash_of
from app.access.schemas import UserWrite
from app.access.service import issue_token
from app.access.unit_of_work import unit_of_work
from app.core.clock import SystemClock
from app.core.database import Database
from app.core.settings import Settings
from app.core.unit import Unit
from app.demo import reference
from app.organizations.models import Organization

FILE = "first-login.txt"
TOKEN_DAYS = 30
CONTENT = """照单履责 首次登录信息

地址：{address}
用户名：{username}
密码：{password}
访问令牌（{days} 天内有效）：{token}
党组织：{organization}
党组织编号：{organization_id}

请登录后修改密码，并删除本文件。
"""


def begin(database: Database, settings: Settings, address: str) -> Path | None:
    """Fill an empty database and write the way in to a file of the data folder (mode 0600).

    Returns:
        The file, or None when the database had organisations already: nothing was changed.

    Raises:
        FileExistsError: an earlier file of that name is in the way; nothing was changed.
    """
    path = settings.data_dir.resolve() / FILE
    password = secrets.token_urlsafe(15)
    password_hash = hash_of(password)
    with ExitStack() as undo:
        with unit_of_work(database, SystemClock(), OPERATOR, write=True) as unit:
            if unit.session.execute(select(Organization.id).limit(1)).first():
                return None
            year = reference.load(unit, settings.time_zone)
            content = _way_in(unit, year, address, password, password_hash)
            # Before the commit: nobody may be made whose password was never written down.
            write_secret(path, content)
            undo.callback(path.unlink)
        undo.pop_all()
    return path


def _way_in(
    unit: Unit, year: reference.Year, address: str, password: str, password_hash: str
) -> str:
    wish = UserWrite(
        username=f"admin-{secrets.token_hex(3)}",
        display_name="系统管理员",
        password=password,
        home_organization_id=year.root_id,
    )
    user = new_administrator(unit, wish, EVERYTHING, password_hash)
    _, token = issue_token(unit, user, name="首次登录", days=TOKEN_DAYS, read_only=False)
    return CONTENT.format(
        address=address,
        username=user.username,
        password=password,
        days=TOKEN_DAYS,
        token=token,
        organization=year.organization_name,
        organization_id=year.organization_id,
    )


def write_secret(path: Path, content: str) -> None:
    """Write a new file that only its owner can read; its bytes are on the disk at the return.

    Raises:
        FileExistsError: there is one of that name.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
