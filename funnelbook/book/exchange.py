"""Two files change places in one step, where the system can do that."""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from pathlib import Path

_HERE = -100
"""AT_FDCWD: relative paths are of the working directory."""
_EXCHANGE = 2
"""RENAME_EXCHANGE of Linux's renameat2."""
_CANNOT = (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EPERM, errno.EACCES)
"""What shares, old kernels and sandboxes answer; a rename that isn't allowed either says so itself."""


def exchanged(one: Path, other: Path) -> bool:
    """Let two files of a folder change places, both or neither; False where that can't be done here and nothing has changed.

    Raises OSError for what a rename would fail at too, such as a file that isn't there.
    """
    if sys.platform != "linux":
        return False
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return False
    if call(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(other))
