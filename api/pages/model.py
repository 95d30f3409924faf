"""What a verify page prints: plain words and values, nothing left to decide for a template."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """A link to press. `icon` is a name in the sprite without its `i-`."""

    label: str
    href: str
    icon: str


@dataclass(frozen=True)
class Fact:
    """A label and its value; `mono` for hexadecimal."""

    label: str
    value: str
    mono: bool = False


@dataclass(frozen=True)
class Mark:
    """A mark on the product card: a certificate that is in force."""

    name: str
    gold: bool


@dataclass(frozen=True)
class Product:
    """The product card. `picture` is one of the drawn packs: pouch, jar, rice; `photo` where its own photo is."""

    name: str
    producer: str
    address: str
    marks: tuple[Mark, ...]
    facts: tuple[Fact, ...]
    picture: str
    picture_label: str
    photo: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the check. `state` is ok, fail, skip or todo."""

    name: str
    state: str
    title: str
    text: str


@dataclass(frozen=True)
class ReasonLine:
    """One finding, in words, with its stable code."""

    code: str
    text: str
    tone: str


@dataclass(frozen=True)
class LegalLine:
    """One value of a legal item.

    Attributes:
        source: which entry says so; empty where it is the code itself.
        href: of that entry's line in the story; empty where it has none.
        document: where the document that the value names is shown; empty where it names none, or it is not here.
    """

    text: str
    source: str
    href: str
    document: str = ""


@dataclass(frozen=True)
class LegalRow:
    """One item that the law wants to see: `state` is present, incomplete, missing or absent, `reason` why."""

    law: str
    code: str
    label: str
    lines: tuple[LegalLine, ...]
    state: str
    reason: str


@dataclass(frozen=True)
class Document:
    """A document that an entry names; `href` empty where it is not here, or not what it was."""

    title: str
    href: str


@dataclass(frozen=True)
class Hand:
    """What another organisation signed to an entry that names it.

    Attributes:
        state: `claimed` (nothing yet), `accepted`, `differs`, `denied`; `tone`, `icon`, `word`: the same to look at.
        text: one sentence.
        href: of the entry that answers; empty where there is none.
    """

    state: str
    tone: str
    icon: str
    word: str
    text: str
    href: str


@dataclass(frozen=True)
class StoryLine:
    """One entry of the story.

    Attributes:
        index: in the log.
        title, details: the sentence and its facts.
        lot: the lot it is about, where that is not the page's own.
        struck: withdrawn by a correction, which `correction` tells.
        pending: recorded, not anchored yet.
        withheld: the content is not shown.
        alert: something went wrong.
        documents: photos and reports that it names.
        hands: what the other organisations signed that it names.
    """

    index: int
    title: str
    details: tuple[str, ...]
    lot: str = ""
    struck: bool = False
    correction: str = ""
    pending: bool = False
    withheld: bool = False
    alert: bool = False
    documents: tuple[Document, ...] = ()
    hands: tuple[Hand, ...] = ()


@dataclass(frozen=True)
class StoryGroup:
    """Entries of one day and one signer.

    Attributes:
        day: as people write it; `iso` for machines.
        icon: of its first entry.
        lab: signed by a laboratory.
        signer: who signed; empty where nobody is shown to have.
        custody: in whose hands the key is.
        entered: when the ledger took them in.
    """

    day: str
    iso: str
    icon: str
    lab: bool
    signer: str
    custody: str
    entered: str
    lines: tuple[StoryLine, ...]


@dataclass(frozen=True)
class Stop:
    """A place on the goods' way, once, with the days between which they were there."""

    name: str
    address: str
    days: str


@dataclass(frozen=True)
class Container:
    """A carton or pallet that the goods were in: how it is called, when they were in it, and its own page."""

    sscc: str
    label: str
    days: str
    href: str


@dataclass(frozen=True)
class Node:
    """A lot in the graph of what the page's lot was made from; `href` empty where there is no page."""

    title: str
    note: str
    href: str
    own: bool = False


@dataclass(frozen=True)
class Join:
    """The lines between two rows: x of upper and lower end, in per cent of the width."""

    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Upstream:
    """Rows of nodes, farthest back first, with the joins below each; `joins` is empty where it must be a list."""

    rows: tuple[tuple[Node, ...], ...]
    joins: tuple[Join, ...]


@dataclass(frozen=True)
class LabValue:
    """One value of a test.

    Attributes:
        fill: width of the bar in per cent, the limit at 80; None where there is no limit to compare with.
        over: above the limit, or found where it must not be.
        good: not found where it must not be.
        spoken: the bar for a screen reader.
    """

    name: str
    value: str
    unit: str
    note: str
    limit: str
    fill: float | None
    over: bool
    good: bool
    spoken: str


@dataclass(frozen=True)
class LabReport:
    """One signed test: `by` says who signed it and with whose key."""

    title: str
    day: str
    by: str
    values: tuple[LabValue, ...]


@dataclass(frozen=True)
class Certificate:
    """A certificate that an event was done under, with how long it is in force."""

    seal: str
    name: str
    until: str
    expired: bool
    gold: bool


@dataclass(frozen=True)
class Evidence:
    """One commitment behind the verdict: what it is, in one sentence, and its values."""

    title: str
    sentence: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Note:
    """A few words in a box: tone is wait, caution, stop or empty."""

    title: str
    body: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Opening:
    """The second layer on the page.

    Attributes:
        note: what came of the code that was typed in, or that the layer was opened before; None where nothing is known.
        form: whether a code can be typed in.
        code: the tem's own code, for the form.
        facts: what proves the code.
    """

    note: Note | None
    form: bool
    code: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class PageView:
    """A whole verify page.

    Attributes:
        tone, icon: of the verdict (`data-tone`, `#v-…`).
        path: where the page is: the code's own page, wherever it was asked.
        link: this page in a language whose tag is put at the end.
        age: how long ago the newest final anchor was made; empty where no chain was asked.
        full: with tabs and story; bad verdicts go without (SCREENS (a)).
        code: the application identifiers scanned and their values; the code as text where it is no code of ours.
        route: the places that the goods have been at.
        prompt: how soon after it happened the entries were written; empty where none says.
        containers: what the lot travelled in.
        passport: where the legal file is on a page of its own; empty where there is none.
        counted: how often the tem was scanned is told, so what is kept of scans is told too.
        opening: the second layer; None where the tem has none.
        report: where something odd is told.
        ribbon: "test chain" above the verdict; None on a real one.
    """

    lang: str
    path: str
    link: str
    verdict: str
    tone: str
    icon: str
    title: str
    sentence: str
    next: str
    age: str
    page_title: str
    description: str
    full: bool
    code: tuple[tuple[str, str], ...]
    ribbon: Note | None
    product: Product | None
    compare: bool
    actions: tuple[Action, ...]
    tem: Note | None
    counted: bool
    opening: Opening | None
    report: str
    notes: tuple[Note, ...]
    steps_title: str
    steps: tuple[Step, ...]
    because_title: str
    because: tuple[Step, ...]
    recall_reason: str
    reasons: tuple[ReasonLine, ...]
    route: tuple[Stop, ...]
    story: tuple[StoryGroup, ...]
    prompt: str
    containers: tuple[Container, ...]
    upstream: Upstream | None
    labs: tuple[LabReport, ...]
    certificates: tuple[Certificate, ...]
    legal: tuple[LegalRow, ...]
    passport: str
    evidence: tuple[Evidence, ...]
    checkpoint: str
    proof_url: str | None
    sample: bool
    phone: str | None
    email: str | None
    base_url: str
