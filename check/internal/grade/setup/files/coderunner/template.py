"""A combinator template of CodeRunner (grader: template grader; a question of one
attachment or answer). The program ipccheck and the assignment's folder are installed on
the Jobe server in /opt/ipccheck, and Go in /usr/local/go. In the question's sandbox
parameters: {"cputime": 300, "memorylimit": 0, "numprocs": 1000, "disklimit": 500}; the
server may have bounds of its own."""

import os
import subprocess
import sys
import tempfile

answer = """{{ STUDENT_ANSWER | e('py') }}"""
with tempfile.TemporaryDirectory() as folder:
    handed_in = os.path.join(folder, "submission")
    os.mkdir(handed_in)
    with open(os.path.join(handed_in, [[quote (index .HandIn 0)]]), "w") as file:
        file.write(answer)
    grader = subprocess.run([
        "/opt/ipccheck/ipccheck", "grade", "-quiet", "-format", "coderunner",
        "/opt/ipccheck/assignment", handed_in,
    ], stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, env={
        "PATH": "/usr/local/go/bin:/usr/bin:/bin", "HOME": folder,
    })
    if grader.returncode != 0:
        sys.exit(grader.stderr)
    print(grader.stdout)  # and nothing else: Jobe takes a word to standard error for a crash
