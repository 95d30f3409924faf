"""The packaged contract is the one in contracts/, and its vectors are the ones that the generator writes."""

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from eth_utils.crypto import keccak

ROOT = Path(__file__).resolve().parents[2]
PACKAGED = ROOT / "ledger" / "chain" / "CheckpointAnchor.json"

STALE = "stale: run python tools/contract_artifact.py"

INTERFACE = """
open(string,address,uint32) nonpayable bytes32
anchor(bytes32,uint64,bytes32,bytes32[]) nonpayable
latest(bytes32) view uint64,bytes32,uint64
settled(bytes32) view uint64,bytes32,uint64
standing(bytes32) view uint64,bytes32,uint32,address,address,address[]
setPublisher(bytes32,address) nonpayable
addRecaller(bytes32,address) nonpayable
retire(bytes32,bytes32) nonpayable
recall(bytes32,bytes32) nonpayable
release(bytes32,bytes32) nonpayable
recallOf(address,bytes32) view bytes32
recalled(bytes32,bytes32[]) view bool[]
verifyInclusion(bytes32,bytes32,uint64,bytes32,bytes32[]) view bool
lotState(bytes32,bytes32,bytes32,(uint64,uint64,bytes32,bytes32[]),(bytes32[],bytes32,bytes32,uint64)) view bool,bytes32,uint64
proveOmission(bytes32,bytes32,(bytes,uint64,bytes32[]),bytes32,(uint64,uint64,bytes32,bytes32[]),(bytes32[],bytes32,bytes32,uint64)) nonpayable
proveFork(bytes32,bytes32,(bytes,uint64,bytes32[]),(bytes,uint64,bytes32[]),bytes32) nonpayable
event Opened(bytes32 indexed,address indexed,address,string,uint32)
event Anchored(bytes32 indexed,uint64 indexed,bytes32)
event PublisherSet(bytes32 indexed,address)
event RecallerAdded(bytes32 indexed,address indexed)
event Recalled(address indexed,bytes32 indexed,bytes32)
event Released(address indexed,bytes32 indexed,bytes32)
event ProvenFalse(bytes32 indexed,bytes32 indexed,uint64,uint64)
event Retired(bytes32 indexed,bytes32)
error AlreadyOpen()
error NotOwner()
error NotPublisher()
error Closed()
error ZeroValue()
error TooManyRecallers()
error NotLarger(uint64,uint64)
error BadConsistencyProof()
error UnknownRoot()
error NotIncluded()
error NotASnapshot()
error BadMapProof()
error NotALeaf()
error NothingProven()
error AlreadyRecalled()
error NotRecalled()
error UnknownSuccessor()
"""  # noqa: E501 - a signature stays on one line


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load(ROOT / "tools" / "contract_artifact.py")


@pytest.fixture(scope="module")
def packaged() -> dict[str, Any]:
    artifact: dict[str, Any] = json.loads(PACKAGED.read_bytes())
    return artifact


def called(item: dict[str, Any]) -> str:
    """A function's or an error's name and argument types, as its selector is made of."""

    def type_of(one: dict[str, Any]) -> str:
        if not one["type"].startswith("tuple"):
            return str(one["type"])
        return f"({','.join(map(type_of, one['components']))}){one['type'].removeprefix('tuple')}"

    return f"{item['name']}({','.join(map(type_of, item['inputs']))})"


def signature(item: dict[str, Any]) -> str:
    if item["type"] == "event":
        inputs = ",".join(one["type"] + (" indexed" if one["indexed"] else "") for one in item["inputs"])
        return f"event {item['name']}({inputs})"
    if item["type"] == "error":
        return f"error {called(item)}"
    outputs = ",".join(one["type"] for one in item["outputs"])
    return f"{called(item)} {item['stateMutability']} {outputs}".rstrip()


def test_the_packaged_artifact_is_of_the_sources_on_disk(tool: ModuleType, packaged: dict[str, Any]) -> None:
    assert packaged["sources"] == tool.sources(), STALE


def test_the_packaged_artifact_is_what_the_compiler_makes_of_the_sources(tool: ModuleType) -> None:
    tool.build()
    assert tool.packaged_form() == PACKAGED.read_bytes(), STALE


def test_a_changed_source_shows(
    tool: ModuleType, packaged: dict[str, Any], tmp_path: Path, monkeypatch: Any
) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    changed = tmp_path / "contracts" / "LotMap.sol"
    changed.write_text(changed.read_text().replace("0x02", "0x04"))
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    digests = tool.sources()
    assert {name for name in digests if digests[name] != packaged["sources"][name]} == {
        "contracts/LotMap.sol"
    }


def test_a_build_of_other_sources_is_not_packaged(tool: ModuleType, tmp_path: Path, monkeypatch: Any) -> None:
    shutil.copytree(ROOT / "contracts", tmp_path / "contracts")
    shutil.copytree(ROOT / "artifacts", tmp_path / "artifacts")
    monkeypatch.setattr(tool, "ROOT", tmp_path)
    assert tool.packaged_form() == PACKAGED.read_bytes()
    changed = tmp_path / "contracts" / "Merkle.sol"
    changed.write_text(changed.read_text() + "\n")
    with pytest.raises(tool.BuildError, match=r"another contracts/Merkle\.sol"):
        tool.packaged_form()


def test_a_stale_artifact_fails_the_check_and_stays(
    tool: ModuleType, tmp_path: Path, monkeypatch: Any
) -> None:
    stale = ROOT / "ledger" / "chain" / "CheckpointAnchor.json"
    copy = tmp_path / stale.name
    copy.write_bytes(stale.read_bytes().replace(b"AlreadyOpen", b"AlreadyShut"))
    before = copy.read_bytes()
    monkeypatch.setattr(tool, "PACKAGED", copy)
    assert tool.main(["--check"]) == 1
    assert copy.read_bytes() == before
    assert tool.main([]) == 0
    assert copy.read_bytes() == stale.read_bytes()
    assert tool.main(["--check"]) == 0


def test_the_interface_is_the_designs_signature_for_signature(packaged: dict[str, Any]) -> None:
    assert sorted(signature(item) for item in packaged["abi"]) == sorted(INTERFACE.strip().splitlines())


def test_every_selector_is_in_the_code(packaged: dict[str, Any]) -> None:
    code = bytes.fromhex(packaged["deployedBytecode"].removeprefix("0x"))
    for item in packaged["abi"]:
        if item["type"] == "function":
            assert keccak(text=called(item))[:4] in code, item["name"]


def test_the_bytecode_is_small_links_nothing_and_names_no_machine(packaged: dict[str, Any]) -> None:
    assert len(bytes.fromhex(packaged["deployedBytecode"].removeprefix("0x"))) <= 5736 * 1.05
    bytes.fromhex(packaged["bytecode"].removeprefix("0x"))
    assert packaged["bytecode"].endswith(packaged["deployedBytecode"].removeprefix("0x"))
    assert str(ROOT) not in PACKAGED.read_text()
    assert packaged["compiler"]["version"].startswith("0.8.37+")
    settings = packaged["compiler"]["settings"]
    assert (settings["evmVersion"], settings["viaIR"]) == ("cancun", True)
    assert settings["optimizer"] == {"enabled": True, "runs": 200}


def test_the_contracts_vectors_are_the_ones_that_the_generator_writes() -> None:
    maker = ROOT / "tests" / "vectors" / "make_contract_vectors.py"
    done = subprocess.run(
        [sys.executable, str(maker), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
