"""How a lie is told and caught: line by line for a person, and as values for a program."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rich.markup import escape

from nguon.demo.words import Words

Say = Callable[[str], None]


@dataclass
class Scene:
    """One lie.

    Attributes:
        name: what kind of lie; also its place in the catalogue.
        number: counted from one.
        lines: what was said of it, in English.
        evidence: what it was caught by.
        is_caught: it was, and nothing that had to hold did not.
    """

    name: str
    words: Words
    say: Say
    number: int = 1
    lines: list[str] = field(default_factory=list)
    evidence: dict[str, object] = field(default_factory=dict)
    is_caught: bool = False
    _failed: bool = False

    def __enter__(self) -> "Scene":
        """Say what the lie is."""
        self.say("")
        self.say(f"[bold]{self.number}. {self.words.en(f'lie.{self.name}.title')}[/bold]")
        self.say(f"[dim]   {self.words.vi(f'lie.{self.name}.title')}[/dim]")
        return self

    def tell(self, key: str, **values: object) -> None:
        """Say what happens next, in both languages."""
        plain = {name: value if isinstance(value, str) else str(value) for name, value in values.items()}
        english = self.words.en(f"lie.{key}", **plain)
        self.lines.append(english)
        self.say(f"   {escape(english)}")
        self.say(f"[dim]   {escape(self.words.vi(f'lie.{key}', **plain))}[/dim]")

    def check(self, holds: bool) -> None:
        """Something that must hold on the way; if it does not, the lie does not count as caught."""
        self._failed = self._failed or not holds

    def caught(self, holds: bool, **evidence: object) -> None:
        """Whether it was caught, and by what."""
        self.evidence |= evidence
        self.is_caught = holds

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Say how it ended."""
        if kind is not None:
            return
        self.is_caught = self.is_caught and not self._failed
        key, style = ("caught", "green") if self.is_caught else ("missed", "bold red")
        self.say(
            f"[{style}]   {self.words.en(f'lie.{key}')}[/{style}] [dim]{self.words.vi(f'lie.{key}')}[/dim]"
        )

    def to_json(self) -> Mapping[str, object]:
        """The lie as a program reads it."""
        return {"lie": self.name, "caught": self.is_caught, "evidence": self.evidence, "steps": self.lines}
