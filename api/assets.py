"""The pages' scripts, built: which hashed file an entry became, and how they are served."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from fastapi.staticfiles import StaticFiles
from starlette.responses import Response
from starlette.types import Scope

PREFIX: Final = "/assets/"
FOREVER: Final = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Assets:
    """The built files of a folder, by the name of their source.

    Attributes:
        folder: where they are; it may be empty, then pages go without scripts.
        files: source, as the build's manifest names it (`page/main.tsx`), to file.
        needs: source to the sources that it cannot run without.
    """

    folder: Path
    files: dict[str, str] = field(default_factory=dict)
    needs: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> "Assets":
        """What was built into a folder; nothing where nothing was."""
        try:
            manifest = json.loads((folder / "manifest.json").read_bytes())
        except FileNotFoundError:
            return cls(folder)
        return cls(
            folder,
            {source: str(item["file"]) for source, item in manifest.items()},
            {source: tuple(map(str, item.get("imports", ()))) for source, item in manifest.items()},
        )

    def url(self, source: str) -> str:
        """Path of what a source became; empty where it was not built."""
        file = self.files.get(source)
        return f"{PREFIX}{file}" if file else ""

    def preloads(self, *sources: str) -> tuple[str, ...]:
        """Paths of these sources and of all that they need, each once: what a page may ask for at once."""
        found: dict[str, None] = {}
        waiting = list(sources)
        while waiting:
            source = waiting.pop(0)
            if source not in found and source in self.files:
                found[source] = None
                waiting += self.needs.get(source, ())
        return tuple(map(self.url, found))


class AssetFiles(StaticFiles):
    """Files whose names hold their digest: they never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = FOREVER
        return response
