"""Versions of what people edit: ETags, and the insistence on basing a change on the newest."""

from app.core.errors import PreconditionRequired, VersionMismatch


def etag(version: int) -> str:
    """The strong ETag of a version."""
    return f'"{version}"'


def expect_version(version: int, if_match: str | None) -> None:
    """Insist that a change is based on the present version.

    Raises:
        PreconditionRequired: the request names no version.
        VersionMismatch: it names another one.
    """
    if if_match is None:
        raise PreconditionRequired("请在 If-Match 请求头中写明所依据的版本（读取时返回的 ETag）。")
    if if_match.strip() not in {etag(version), "*"}:
        raise VersionMismatch(
            "记录已被他人修改，请重新读取后再改。", headers={"ETag": etag(version)}
        )
