"""Copy the browser's libraries from npm into the package, with their versions and licences.

Run it after a change of package.json: `python tools/vendor_assets.py`. It needs Node and npm; what it
writes is committed, so nobody who only runs Weft needs either. `--check` says whether the committed files
are those of the lock.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "weft" / "kit" / "static" / "weft" / "vendor"
TESTS = ROOT / "tests" / "vendor"
ICONS = json.loads((ROOT / "tools" / "assets" / "icons.json").read_text())
SOURCE_MAP = re.compile(r"^(?://[#@]|/\*[#@]) ?sourceMappingURL=.*$", re.MULTILINE)
PACKED = {".js", ".mjs", ".css", ".svg"}
SVG = "http://www.w3.org/2000/svg"
KEPT = {"viewBox", "fill", "stroke", "stroke-linecap", "stroke-linejoin"}


@dataclass(frozen=True, kw_only=True)
class Library:
    """One npm package: which of its files go where, by which licence."""

    package: str
    folder: Path
    files: dict[str, str]
    licence: str

    @property
    def version(self) -> str:
        """The version that lies in node_modules."""
        return str(json.loads((MODULES / self.package / "package.json").read_text())["version"])


LIBRARIES = [
    Library(
        package="htmx.org",
        folder=VENDOR / "htmx",
        files={"dist/htmx.min.js": "htmx.min.js"},
        licence="LICENSE",
    ),
    Library(
        package="maplibre-gl",
        folder=VENDOR / "maplibre",
        files={
            "dist/maplibre-gl.mjs": "maplibre-gl.mjs",
            "dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
            "dist/maplibre-gl.css": "maplibre-gl.css",
        },
        licence="LICENSE.txt",
    ),
    Library(package="echarts", folder=VENDOR / "echarts", files={}, licence="LICENSE"),
    Library(
        package="@fontsource-variable/inter",
        folder=VENDOR / "inter",
        files={
            "files/inter-latin-wght-normal.woff2": "inter-latin.woff2",
            "files/inter-latin-ext-wght-normal.woff2": "inter-latin-ext.woff2",
        },
        licence="LICENSE",
    ),
    Library(package="@tabler/icons", folder=VENDOR / "icons", files={}, licence="LICENSE"),
    Library(package="axe-core", folder=TESTS, files={"axe.min.js": "axe.min.js"}, licence="LICENSE"),
]


def main() -> int:
    """Copy everything, or with `--check` only compare; 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, write nothing")
    check = parser.parse_args().check
    if not check:
        subprocess.run(["npm", "ci", "--silent"], cwd=ROOT, check=True)
    with tempfile.TemporaryDirectory() as scratch:
        written = _gather(Path(scratch))
        stale = [path for path, made in written.items() if not path.exists() or _differ(path, made)]
        if check:
            print("\n".join(f"differs: {path.relative_to(ROOT)}" for path in stale) or "All as in the lock.")
            return 1 if stale else 0
        for path, made in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(made, path)
            if path.is_relative_to(VENDOR) and path.suffix in PACKED:
                _packed(path).write_bytes(gzip.compress(made.read_bytes(), 9, mtime=0))
    for path in sorted(written):
        print(f"{path.stat().st_size:>9,} {path.relative_to(ROOT)}")
    return 0


def _packed(path: Path) -> Path:
    """The packed file beside a file, which WhiteNoise sends to browsers that take it."""
    return path.with_name(f"{path.name}.gz")


def _differ(path: Path, made: Path) -> bool:
    return path.read_bytes() != made.read_bytes()


def _gather(scratch: Path) -> dict[Path, Path]:
    """Every file to be committed, with the fresh copy it is made from."""
    made: dict[Path, Path] = {}

    def put(target: Path, content: bytes) -> None:
        made[target] = scratch / str(len(made))
        made[target].write_bytes(content)

    for library in LIBRARIES:
        source = MODULES / library.package
        for name, target in library.files.items():
            put(library.folder / target, _without_source_map(source / name))
        licence = "axe-core-LICENSE" if library.folder == TESTS else "LICENSE"
        put(library.folder / licence, (source / library.licence).read_bytes())
    put(VENDOR / "echarts" / "echarts.mjs", _bundle(scratch))
    put(VENDOR / "echarts" / "NOTICE", (MODULES / "echarts" / "NOTICE").read_bytes())
    put(VENDOR / "echarts" / "zrender-LICENSE", (MODULES / "zrender" / "LICENSE").read_bytes())
    put(VENDOR / "icons" / "icons.svg", _sprite())
    for folder in (VENDOR, TESTS):
        put(folder / "VERSIONS.json", _versions(folder))
    return made


def _without_source_map(path: Path) -> bytes:
    """The file without its link to a source map, which is not copied."""
    if path.suffix not in {".js", ".mjs", ".css"}:
        return path.read_bytes()
    return SOURCE_MAP.sub("", path.read_text()).rstrip().encode() + b"\n"


def _bundle(scratch: Path) -> bytes:
    """The part of ECharts named in tools/assets/echarts.mjs, as one module."""
    entry, out = MODULES / ".weft-echarts.mjs", scratch / "echarts.mjs"
    shutil.copyfile(ROOT / "tools" / "assets" / "echarts.mjs", entry)
    try:
        options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--legal-comments=none"]
        command = [str(MODULES / ".bin" / "esbuild"), str(entry), *options, f"--outfile={out}"]
        subprocess.run([*command, "--log-level=warning"], check=True)
    finally:
        entry.unlink()
    banner = "/* Apache ECharts, Apache-2.0, see LICENSE and NOTICE beside this file. */\n"
    return banner.encode() + out.read_bytes()


def _sprite() -> bytes:
    """The chosen icons as symbols of one file, each under Weft's own name for it."""
    ElementTree.register_namespace("", SVG)
    sprite = ElementTree.Element(f"{{{SVG}}}svg")
    for name, icon in sorted(ICONS.items()):
        drawn = ElementTree.parse(MODULES / "@tabler" / "icons" / "icons" / f"{icon}.svg").getroot()
        keep = {key: value for key, value in drawn.attrib.items() if key in KEPT}
        symbol = ElementTree.SubElement(sprite, f"{{{SVG}}}symbol", {"id": name, **keep})
        symbol.extend([shape for shape in drawn if shape.get("stroke") != "none"])
        for shape in symbol:
            shape.tail = None
    return ElementTree.tostring(sprite) + b"\n"


def _versions(folder: Path) -> bytes:
    """Which version of which package the folder holds, by which licence."""
    rows = {
        library.package: {
            "version": library.version,
            "licence": json.loads((MODULES / library.package / "package.json").read_text())["license"],
        }
        for library in LIBRARIES
        if library.folder.is_relative_to(folder)
    }
    return (json.dumps(rows, indent=2) + "\n").encode()


if __name__ == "__main__":
    sys.exit(main())
