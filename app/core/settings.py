"""Settings from the environment (``ZHAODAN_…``); unsafe ones are refused."""

import contextlib
import secrets
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core.clock import is_zone

SECRET_LENGTH = 32
IPV6, MAPPED = 6, "0000:0000:0000:0000:0000:ffff:"
# Prefixes of the widest private networks: 10.0.0.0/8 and fc00::/7.
SHORTEST_PREFIX_V4, SHORTEST_PREFIX_V6 = 8, 7


class Settings(BaseSettings):
    """What an operator can set; ``docs/operations.md`` documents each one (a test compares)."""

    model_config = SettingsConfigDict(env_prefix="ZHAODAN_", extra="ignore", frozen=True)

    data_dir: Annotated[Path, Field(description="数据目录：SQLite 数据库、佐证材料、密钥")] = Path(
        "data"
    )
    database_url: Annotated[
        str | None, Field(description="数据库地址；不填则用数据目录中的 SQLite")
    ] = None
    host: Annotated[str, Field(description="监听地址")] = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535, description="监听端口")] = 8000
    forwarded_allow_ips: Annotated[
        str, Field(description="可信反向代理的地址或网段，逗号分隔；不允许 * 和过宽的网段")
    ] = "127.0.0.1"
    time_zone: Annotated[str, Field(description="新建根组织的默认时区")] = "Asia/Shanghai"
    secret_key: Annotated[
        SecretStr | None, Field(description="签名密钥，至少 32 个字符；不填则在数据目录生成")
    ] = None
    threads: Annotated[int, Field(ge=1, le=64, description="处理请求的线程数")] = 4
    pool_size: Annotated[int, Field(ge=1, le=100, description="PostgreSQL 连接池大小")] = 8
    max_body_bytes: Annotated[
        int, Field(ge=10_000, le=100_000_000, description="JSON 请求体上限（字节）")
    ] = 1_000_000
    max_evidence_bytes: Annotated[
        int, Field(ge=10_000, le=5_000_000_000, description="单个佐证文件上限（字节）")
    ] = 50_000_000
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], Field(description="日志级别")
    ] = "info"
    log_format: Annotated[Literal["json", "console"], Field(description="日志格式")] = "json"
    docs_enabled: Annotated[bool, Field(description="是否提供 /docs 与接口描述")] = True

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if not is_zone(value):
            raise ValueError(f"不认识的时区：{value}")
        return value

    @field_validator("forwarded_allow_ips")
    @classmethod
    def _no_open_proxy_trust(cls, value: str) -> str:
        for entry in value.split(",") if value.strip() else ():
            _check_proxy(entry.strip())
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is None:
            return None
        try:
            driver = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError("数据库地址格式不正确") from error
        if driver not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError("只支持 sqlite:/// 与 postgresql+psycopg://")
        return value

    @model_validator(mode="after")
    def _long_secret(self) -> Self:
        if self.secret_key and len(self.secret_key.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"secret_key 至少 {SECRET_LENGTH} 个字符")
        return self

    @property
    def url(self) -> str:
        """The database's address; the data folder's SQLite file when none is set."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'zhaodan.sqlite3'}"


def _check_proxy(entry: str) -> None:
    """Refuse what is no address, and networks so wide that a client could forge its address."""
    everybody = "不能信任所有来源的 X-Forwarded-For，请写明代理地址"
    if entry == "*":
        raise ValueError(everybody)
    try:
        network = ip_network(entry)
    except ValueError as error:
        message = "不是 IP 地址或网段（如 10.0.0.0/8），请写明代理地址"
        raise ValueError(f"{entry or '空白项'} {message}") from error
    # ::ffff:0:0/96 holds all of IPv4 once more.
    mapped = network.version == IPV6 and network[0].exploded.startswith(MAPPED)
    prefix = network.prefixlen - (96 if mapped else 0)
    native_v6 = network.version == IPV6 and not mapped
    if prefix < (SHORTEST_PREFIX_V6 if native_v6 else SHORTEST_PREFIX_V4):
        raise ValueError(everybody)


def signing_key(settings: Settings) -> bytes:
    """Return the key that signs cursors: the setting, or one made once in a file of mode 0600."""
    if settings.secret_key:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / "secret.key"
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        fresh = path.with_name(f".secret-{secrets.token_hex(8)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(SECRET_LENGTH), "ascii")
        with contextlib.suppress(FileExistsError):  # another process was first: its key is used
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text("ascii").encode()
