"""Classroom 50 runs this for each submission, in the student's checkout. The program
ipccheck (for Linux) and the assignment's folder, as assignment, lie beside it."""

import os
import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
program = here / "ipccheck"
program.chmod(0o755)
sys.exit(subprocess.run([
    str(program), "grade", "-quiet", "-format", "classroom50", "-o", "result.json",
    str(here / "assignment"), os.getcwd(),
], check=False).returncode)
