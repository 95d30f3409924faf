"""`nguon demo --tamper`: six lies, each caught, told step by step."""

import socket
from collections.abc import Sequence
from pathlib import Path

from nguon.demo import liars, story
from nguon.demo.altering import Victim, alter_a_record, roll_back, swap_two_records
from nguon.demo.rows import HOST, Desk
from nguon.demo.stage import BehindTheBack, serving
from nguon.demo.story import Day, Story
from nguon.demo.telling import Say, Scene
from nguon.demo.words import Words
from nguon.settings import Settings
from nguon.wiring import Deployment

LIES = ("altered", "swapped", "rewritten", "omitted", "forked", "rolled_back")
LATE_LOT = "NHC260115"


class Tampering:
    """The lies, one after the other."""

    def __init__(self, words: Words, say: Say) -> None:
        self._words, self._say = words, say
        self.scenes: list[Scene] = []

    def while_it_runs(
        self, deployment: Deployment, listener: socket.socket, base: str, day: Day, where: Path
    ) -> None:
        """The lies against a running service and its chain."""
        one, other = _victim(story.ALTERED, day), _victim(story.WITHHELD, day)
        with serving(deployment, listener), Desk(base, where / "bundles") as desk:
            with self._scene("altered") as scene:
                alter_a_record(scene, deployment, desk, one)
            with self._scene("swapped") as scene:
                swap_two_records(scene, deployment, desk, one, other)
        publisher = deployment.publisher
        assert publisher is not None
        leaves = deployment.log.leaves(0, deployment.log.size())
        with liars.Arena.open(deployment.place, deployment.clock) as arena:
            with self._scene("rewritten") as scene:
                liars.rewrite_history(arena, scene, leaves, one.index, publisher)
            with self._scene("omitted") as scene:
                liars.omit_a_recall(arena, scene)
            with self._scene("forked") as scene:
                liars.fork_a_lot(arena, scene)

    def write_on(self, deployment: Deployment, told: Story, copy: Path) -> int:
        """Take a backup, and let life go on: one more lot, acknowledged and anchored. Returns the backup's size."""
        BehindTheBack.of(deployment).copy_to(copy)
        size = deployment.log.size()
        told.pack(LATE_LOT, days_ago=0, keeps=365, bags=1)
        told.anchor()
        return size

    def after_it_stopped(self, settings: Settings, copy: Path, size: int) -> None:
        """The lie that needs the service stopped."""
        with self._scene("rolled_back") as scene:
            roll_back(scene, settings, copy, size)

    @property
    def all_caught(self) -> bool:
        """Every lie was told, and caught."""
        return [scene.name for scene in self.scenes if scene.is_caught] == list(LIES)

    def to_json(self) -> Sequence[object]:
        """The lies as programs read them."""
        return [scene.to_json() for scene in self.scenes]

    def _scene(self, name: str) -> Scene:
        scene = Scene(name, self._words, self._say, number=len(self.scenes) + 1)
        self.scenes.append(scene)
        return scene


def _victim(lot: str, day: Day) -> Victim:
    return Victim(f"https://{HOST}/01/{story.RICE}/10/{lot}", day.births[lot])
