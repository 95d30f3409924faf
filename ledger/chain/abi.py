"""The contract's ABI, and the Solidity ABI's encoding without untyped values.

Source: `CheckpointAnchor.json` beside this file, built from the contract; Solidity ABI specification.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from eth_abi.abi import decode as abi_decode
from eth_abi.abi import encode as abi_encode
from eth_abi.exceptions import DecodingError, EncodingError
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from ledger.errors import ChainError


@dataclass(frozen=True)
class Signature:
    """A function or an error: its selector (4 bytes), and its canonical types."""

    name: str
    selector: bytes
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]


def event_topic(name: str) -> bytes:
    """The first topic of an event, by the event's name."""
    for item in _abi():
        if item["type"] == "event" and item["name"] == name:
            return keccak(text=f"{name}({','.join(_types(item, 'inputs'))})")
    raise ChainError(f"the contract has no event {name}", code="chain.reverted", error=name)


def revert(data: bytes, reply: str = "") -> ChainError:
    """The error that revert data stands for: `error` is its name, `arguments` what it carries."""
    selector, body = data[:4], data[4:]
    error = _errors().get(selector)
    if error is None:
        return ChainError(
            f"the contract refuses: {reply or 'no reason given'}",
            code="chain.reverted",
            error="Revert",
            arguments=[],
        )
    try:
        values = decode(error.inputs, body, error.name)
    except ChainError:
        return ChainError(
            f"the contract refuses: {error.name}", code="chain.reverted", error=error.name, arguments=[]
        )
    arguments = [one.hex() if isinstance(one, bytes) else one for one in values]
    shown = f"{error.name}({', '.join(str(one) for one in arguments)})"
    return ChainError(
        f"the contract refuses: {shown}", code="chain.reverted", error=error.name, arguments=arguments
    )


def init_code() -> bytes:
    """What a deployment sends: the contract's creation code."""
    return _artifact_bytes("bytecode")


def runtime_code() -> bytes:
    """What a deployment leaves at the contract's address."""
    return _artifact_bytes("deployedBytecode")


def calldata(name: str, arguments: tuple[object, ...]) -> bytes:
    """What calls a function: its selector and its arguments."""
    function = functions()[name]
    return function.selector + encode(function.inputs, arguments, name)


def encode(types: Sequence[str], arguments: Sequence[object], name: str) -> bytes:
    """Values as the Solidity ABI writes them; `name` is for the error.

    Raises:
        ChainError: chain.reverted, a value does not fit its type.
    """
    try:
        return abi_encode(types, arguments)
    except EncodingError as error:
        raise ChainError(f"{name}: {error}", code="chain.reverted", error="Encoding") from error


def decode(types: Sequence[str], data: bytes, name: str) -> tuple[object, ...]:
    """Values from the Solidity ABI; `name` is for the error.

    Raises:
        ChainError: chain.unreachable, the bytes are no such values.
    """
    try:
        values: tuple[object, ...] = abi_decode(types, data)
    except (DecodingError, OverflowError, ValueError) as error:  # ValueError: a string that is not UTF-8
        why = "there is no contract at this address" if not data else str(error)
        raise ChainError(f"{name}: {why}", code="chain.unreachable") from error
    return values


def as_int(value: object) -> int:
    """A decoded integer."""
    assert isinstance(value, int)
    return value


def as_bytes(value: object) -> bytes:
    """Decoded bytes."""
    assert isinstance(value, bytes)
    return value


def as_list(value: object) -> Sequence[object]:
    """A decoded array."""
    assert isinstance(value, Sequence)
    return value


def as_address(value: object) -> str:
    """A decoded address, with its checksum (EIP-55)."""
    assert isinstance(value, str)
    return to_checksum_address(value)


@cache
def _artifact() -> Mapping[str, object]:
    text = files("ledger.chain").joinpath("CheckpointAnchor.json").read_text("utf-8")
    artifact: Mapping[str, object] = json.loads(text)
    return artifact


@cache
def _abi() -> tuple[Mapping[str, object], ...]:
    return tuple(item for item in as_list(_artifact()["abi"]) if isinstance(item, Mapping))


def _artifact_bytes(name: str) -> bytes:
    return bytes.fromhex(str(_artifact()[name]).removeprefix("0x"))


@cache
def functions() -> Mapping[str, Signature]:
    """The contract's functions by name."""
    return {one.name: one for one in _signatures("function")}


@cache
def _errors() -> Mapping[bytes, Signature]:
    plain = (_signature("Error", ("string",)), _signature("Panic", ("uint256",)))
    return {one.selector: one for one in (*_signatures("error"), *plain)}


def _signatures(kind: str) -> list[Signature]:
    return [
        _signature(
            str(item["name"]),
            _types(item, "inputs"),
            _types(item, "outputs") if kind == "function" else (),
        )
        for item in _abi()
        if item["type"] == kind
    ]


def _signature(name: str, inputs: tuple[str, ...], outputs: tuple[str, ...] = ()) -> Signature:
    return Signature(name, keccak(text=f"{name}({','.join(inputs)})")[:4], inputs, outputs)


def _types(item: Mapping[str, object], member: str) -> tuple[str, ...]:
    return tuple(_type(one) for one in as_list(item.get(member, [])) if isinstance(one, Mapping))


def _type(parameter: Mapping[str, object]) -> str:
    name = str(parameter["type"])
    if name.startswith("tuple"):
        return f"({','.join(_types(parameter, 'components'))}){name.removeprefix('tuple')}"
    return name
