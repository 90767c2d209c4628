#!/bin/sh
# PrairieLearn runs this for each submission. The program ipccheck (for Linux) and the
# assignment's folder, as assignment, lie beside it in tests/.
set -eu
export PATH="/usr/local/go/bin:$PATH" HOME="${HOME:-/tmp}"
mkdir -p /grade/results
chmod 755 /grade/tests/ipccheck
/grade/tests/ipccheck grade -quiet -format prairielearn -o /grade/results/results.json /grade/tests/assignment /grade/student
