"""Templates as bytecode beside their sources, as Python keeps its own: compiling all of them takes as long as filling them."""

import sys
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

from jinja2 import Environment
from jinja2.bccache import Bucket, FileSystemBytecodeCache

OPTIONS: Final = ("autoescape", "trim_blocks", "lstrip_blocks", "keep_trailing_newline")
"""What an environment is told that changes what it compiles; Jinja only asks whether the source is the same."""


class TemplateCache(FileSystemBytecodeCache):
    """What *environment* compiles, in the `__pycache__` of *templates*.

    It saves time and nothing else: what cannot be kept or read again is compiled, and no night notices.
    """

    def __init__(self, templates: Path, environment: Environment) -> None:
        compiler = repr((version("jinja2"), [getattr(environment, option) for option in OPTIONS]))
        super().__init__(str(templates / "__pycache__"), f"%s.{sha256(compiler.encode()).hexdigest()[:12]}.cache")

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept, if it is whole."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001 - a torn pickle raises whatever it likes
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it, where Python may keep its own."""
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
