"""Package the contract: Hardhat's build of contracts/ becomes ledger/chain/CheckpointAnchor.json.

    python tools/contract_artifact.py            build and write the artifact
    python tools/contract_artifact.py --check    build, compare, exit 1 if the packaged artifact is stale

The artifact is `{"abi", "bytecode", "compiler": {"settings", "version"}, "deployedBytecode", "sources"}`: what a
program needs to deploy and call the contract, and what anyone needs to compile it again and get the same bytes.
`sources` holds the SHA-256 of every Solidity file that the contract is compiled from, so that staleness shows without
a compiler as well. The same sources and settings give the same file, byte for byte, on any machine.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONTRACT = "CheckpointAnchor"
PACKAGED = ROOT / "ledger" / "chain" / f"{CONTRACT}.json"
_IMPORT = re.compile(r"""^import\s[^;]*?["'](\./[^"']+)["'];""", re.MULTILINE)


class BuildError(Exception):
    """The contract could not be built, or Hardhat left no usable artifact."""


def sources() -> dict[str, str]:
    """SHA-256 of the contract's source and of all that it imports, by path below the repository, in lower-case hex."""
    digests: dict[str, str] = {}
    todo = [ROOT / "contracts" / f"{CONTRACT}.sol"]
    while todo:
        path = todo.pop()
        name = path.relative_to(ROOT).as_posix()
        if name in digests:
            continue
        text = path.read_bytes()
        digests[name] = hashlib.sha256(text).hexdigest()
        todo.extend((path.parent / found).resolve() for found in _IMPORT.findall(text.decode()))
    return dict(sorted(digests.items()))


def build() -> None:
    """Compile with Hardhat, which does nothing where nothing changed. Node comes from this Python's environment."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    done = subprocess.run(
        ["npx", "--no-install", "hardhat", "build", "--quiet", "--no-tests"],
        cwd=ROOT,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise BuildError(f"hardhat build failed:\n{done.stdout}{done.stderr}")


def packaged_form() -> bytes:
    """The artifact's exact bytes, out of Hardhat's artifact and its build info.

    Raises:
        BuildError: there is no build, or it is of other sources than those on disk.
    """
    artifacts = ROOT / "artifacts"
    try:
        built = _json(artifacts / "contracts" / f"{CONTRACT}.sol" / f"{CONTRACT}.json")
        info = _json(artifacts / "build-info" / f"{built['buildInfoId']}.json")
    except FileNotFoundError as error:
        raise BuildError(f"no build of the contract: {error.filename} is missing") from error
    digests = sources()
    for name, digest in digests.items():
        compiled = info["input"]["sources"].get(f"project/{name}")
        if compiled is None or hashlib.sha256(compiled["content"].encode()).hexdigest() != digest:
            raise BuildError(f"the build is of another {name}")
    settings = {name: value for name, value in info["input"]["settings"].items() if name != "outputSelection"}
    artifact = {
        "abi": built["abi"],
        "bytecode": built["bytecode"],
        "compiler": {"settings": settings, "version": info["solcLongVersion"]},
        "deployedBytecode": built["deployedBytecode"],
        "sources": digests,
    }
    return (json.dumps(artifact, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def main(arguments: list[str] | None = None) -> int:
    """Write or check the packaged artifact; 0 if it is (now) up to date, 1 if stale or unbuildable."""
    parser = argparse.ArgumentParser(description="Package the contract's ABI and bytecode.")
    parser.add_argument(
        "--check", action="store_true", help="compare only; exit 1 if the packaged artifact is stale"
    )
    options = parser.parse_args(arguments)
    try:
        build()
        fresh = packaged_form()
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    shown = os.path.relpath(PACKAGED, ROOT)
    if PACKAGED.exists() and PACKAGED.read_bytes() == fresh:
        print(f"{shown} is up to date")
        return 0
    if options.check:
        print(f"{shown} is stale: run python tools/contract_artifact.py", file=sys.stderr)
        return 1
    PACKAGED.write_bytes(fresh)
    print(f"{shown} written, {len(fresh):,} bytes")
    return 0


def _json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_bytes())
    return value


if __name__ == "__main__":
    raise SystemExit(main())
