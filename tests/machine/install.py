"""Ways to bring a missing program onto the machine."""

from __future__ import annotations

import os
import shutil
import subprocess


def install_from_debian(package: str) -> bool:
    """Install a Debian package as root or with passwordless sudo; False where that is not possible here."""
    if shutil.which("apt-get") is None:
        return False
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if prefix and shutil.which("sudo") is None:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {package} from Debian's packages", flush=True)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
        if subprocess.run([*prefix, *command], env=environment, capture_output=True, check=False).returncode != 0:
            return False
    return True
