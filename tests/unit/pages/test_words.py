"""The words that scripts must write too, as a file that both sides read."""

import os
import subprocess
import sys

from tests.pages_world import PROJECT


def test_the_file_of_words_is_what_its_maker_makes() -> None:
    maker = PROJECT / "tests" / "vectors" / "make_words_vectors.py"
    subprocess.run(
        [sys.executable, str(maker), "--check"], check=True, env=os.environ | {"PYTHONPATH": str(PROJECT)}
    )
