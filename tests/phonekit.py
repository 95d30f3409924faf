"""Phones without a screen: `scanner_web/tools/phone.ts`, one process each."""

import json
import subprocess
from typing import Any, Self

from tests.programs import NODE, program


class RefusedError(Exception):
    """The phone says that something does not hold."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Phone:
    """A phone, running."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [str(NODE), str(program("phone"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)

    def ask(self, what: str, **given: Any) -> dict[str, Any]:
        """Have it do something. Raises RefusedError: it does not hold."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, **given}) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(answer["error"])
        if "code" in answer:
            raise RefusedError(answer["code"])
        return answer
