"""What the tests of uploaded evidence share: a record, an upload, a look into the storage."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
from fastapi import FastAPI

from tests.evidence.makers import PDF
from tests.support.world import Client, World

NAME = "第三季度 党课“签到表”.pdf"


def meeting(world: World, **changes: object) -> str:
    body = {
        "organization_id": str(world.b1),
        "type": "party_lecture",
        "title": "第三季度党课",
        "happened_on": "2018-09-20",
        **changes,
    }
    return str(world.clerk.created("/meetings", body)["id"])


def reminder(world: World) -> str:
    body = {
        "organization_id": str(world.b1),
        "type": "reminder_talk",
        "title": "提醒谈话",
        "happened_on": "2018-11-21",
        "persons": [{"name": "李强"}],
    }
    return str(world.secretary.created("/talks", body)["id"])


def upload(
    client: Client,
    path: str,
    content: bytes = PDF,
    name: str = NAME,
    media_type: str = "application/pdf",
    **options: Any,
) -> Any:  # noqa: ANN401 - a response
    return client("POST", path, files={"file": (name, content, media_type)}, **options)


def added(client: Client, item: str, content: bytes = PDF, **options: Any) -> dict[str, Any]:
    response = upload(client, f"/items/{item}/evidence", content, **options)
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def pdf(text: str) -> bytes:
    """A PDF that differs from another one."""
    return PDF.replace(b"<</Type/Catalog>>", f"<</Type/Catalog/Lang({text})>>".encode())


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest_of(content: bytes) -> dict[str, str]:
    encoded = b64encode(hashlib.sha256(content).digest()).decode()
    return {"Content-Digest": f"sha-256=:{encoded}:"}


def stored(world: World) -> set[Path]:
    """Every file in the storage folder, kept or on its way in."""
    root: Path = world.app.state.settings.data_dir / "evidence"
    return {path for path in root.rglob("*") if path.is_file()}


def form(content: bytes, *, fields: bytes = b"", name: bytes = b"a.pdf") -> bytes:
    """A form as bytes, with the boundary ``B``."""
    head = b'--B\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
    return fields + head + content + b"\r\n--B--\r\n"


def form_field(name: str, value: bytes) -> bytes:
    disposition = f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return disposition.encode() + value + b"\r\n"


FORM = {"Content-Type": "multipart/form-data; boundary=B"}


@dataclass
class Wire:
    """A connection whose client sends chunk after chunk, as long as somebody reads."""

    app: FastAPI
    chunks: Iterator[bytes]
    hangs_up: bool = False
    read: int = 0
    status: int = 0
    answering: Callable[[int], None] = lambda _status: None

    async def receive(self) -> dict[str, Any]:
        chunk = next(self.chunks, None)
        if chunk is None and self.hangs_up:
            return {"type": "http.disconnect"}
        self.read += len(chunk or b"")
        return {"type": "http.request", "body": chunk or b"", "more_body": chunk is not None}

    async def send(self, message: Any) -> None:  # noqa: ANN401 - an ASGI message
        if message["type"] == "http.response.start":
            self.answering(message["status"])
            self.status = message["status"]

    def post(self, path: str, token: str | None, **headers: str) -> int:
        """Send the request; return the status."""
        headers |= FORM | ({"Authorization": f"Bearer {token}"} if token else {})
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.4"},
            "http_version": "1.1",
            "method": "POST",
            "path": f"/api/v1{path}",
            "raw_path": f"/api/v1{path}".encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "headers": [(name.lower().encode(), text.encode()) for name, text in headers.items()],
            "client": ("127.0.0.1", 1),
            "server": ("testserver", 80),
        }
        anyio.run(self.app, scope, self.receive, self.send)
        return self.status
