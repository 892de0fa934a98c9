"""The file: only here are zip, lxml, openpyxl and calamine."""

from .apply import apply
from .backups import backup, backups
from .locks import Snapshot, fingerprint, holding
from .package import Package
from .read import read_foreign, read_grids
from .save import put_back

__all__ = [
    "Package",
    "Snapshot",
    "apply",
    "backup",
    "backups",
    "fingerprint",
    "holding",
    "put_back",
    "read_foreign",
    "read_grids",
]
