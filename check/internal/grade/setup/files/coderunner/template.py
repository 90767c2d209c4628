"""A combinator template of CodeRunner (grader: template grader; a question of one
attachment or answer). The program ipccheck and the assignment's folder are installed on
the Jobe server in /opt/ipccheck."""

import os
import subprocess
import tempfile

answer = """{{ STUDENT_ANSWER | e('py') }}"""
with tempfile.TemporaryDirectory() as folder:
    with open(os.path.join(folder, [[quote (index .HandIn 0)]]), "w") as file:
        file.write(answer)
    print(subprocess.run([
        "/opt/ipccheck/ipccheck", "grade", "-quiet", "-format", "coderunner",
        "/opt/ipccheck/assignment", folder,
    ], check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout)
