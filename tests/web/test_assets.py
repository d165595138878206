"""Vendored files are exactly what the lock says, licences included."""

import base64
import hashlib
import json

from app.web.pages import STATIC, VENDOR

FOLDER = STATIC / VENDOR
LOCK = json.loads((FOLDER / "vendor.lock.json").read_text(encoding="utf-8"))


def test_vendored_files_match_the_lock() -> None:
    locked = {
        f"{package['folder']}/{name}": digest
        for package in LOCK["packages"]
        for name, digest in package["files"].items()
    }
    found = {
        str(path.relative_to(FOLDER)): "sha384-"
        + base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in FOLDER.glob("*/**/*")
        if path.is_file()
    }
    assert found == locked


def test_every_vendored_package_names_its_version_and_brings_its_licence() -> None:
    for package in LOCK["packages"]:
        assert package["folder"].endswith(f"-{package['version']}")
        assert package["licence"]
        assert "LICENSE" in package["files"]
