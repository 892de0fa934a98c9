"""The file: only here are zip, lxml, openpyxl and calamine."""

from .apply import apply
from .backups import backed_up, backups
from .locks import Snapshot, fingerprint, holding, refuse_held, refuse_open
from .package import Package
from .read import read_foreign, read_grids
from .refusals import refuse_missing
from .save import put_back, real_path, writing

__all__ = [
    "Package",
    "Snapshot",
    "apply",
    "backed_up",
    "backups",
    "fingerprint",
    "holding",
    "put_back",
    "read_foreign",
    "read_grids",
    "real_path",
    "refuse_held",
    "refuse_missing",
    "refuse_open",
    "writing",
]
