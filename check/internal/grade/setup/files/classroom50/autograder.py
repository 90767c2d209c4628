"""Classroom 50 runs this for each submission, in the student's checkout. The program
ipccheck (for Linux) and the assignment's folder, as assignment, lie beside it. A bundle
may have 10 MB, packed: go build -ldflags="-s -w" makes a program that fits."""

import json
import os
import subprocess
import sys
from pathlib import Path

here = Path(__file__).resolve().parent
program = here / "ipccheck"
program.chmod(0o755)
code = subprocess.run([
    str(program), "grade", "-quiet", "-format", "classroom50", "-o", "result.json",
    str(here / "assignment"), os.getcwd(),
], check=False).returncode
if code != 0:
    sys.exit(code)
result = json.loads(Path("result.json").read_text())
told = [f"{result['score']} of {result['max-score']} points"]
for test in result["tests"]:
    told += ["", f"{test['test-name']}: {test['score']} of {test['max-score']}", "", *test["message"].split("\n")]
print("\n".join(told))
# Students read it on the page of the release, as it is: a line that is indented is no Markdown.
Path("release-body.md").write_text("\n".join("    " + line for line in told) + "\n")
