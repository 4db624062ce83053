"""LibreOffice, where it is installed: it works out formulas again, as Excel does when somebody picks something."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

INSTALLED = shutil.which("soffice") is not None


def worked_out(books: Sequence[Path], folder: Path) -> list[Path]:
    """*books*, opened and saved again by LibreOffice into *folder*, where its profile lies too."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [
        "soffice",
        profile,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(folder / "again"),
        *map(str, books),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return [folder / "again" / book.name for book in books]
