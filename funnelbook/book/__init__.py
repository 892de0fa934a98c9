"""The file: only here are zip, lxml, openpyxl and calamine."""

from .apply import apply
from .backups import backed_up, backups, equal_to, is_backup
from .foreign import read_foreign
from .locks import fingerprint, holding, refuse_held
from .package import Package
from .read import read_grids
from .save import is_folder, is_there, put_back
from .targets import is_ours_alone, keeping, replacing, same_suffix, target_of

__all__ = [
    "Package",
    "apply",
    "backed_up",
    "backups",
    "equal_to",
    "fingerprint",
    "holding",
    "is_backup",
    "is_folder",
    "is_ours_alone",
    "is_there",
    "keeping",
    "put_back",
    "read_foreign",
    "read_grids",
    "refuse_held",
    "replacing",
    "same_suffix",
    "target_of",
]
