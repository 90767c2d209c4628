#!/bin/sh
# Gradescope runs this once, when the image is built. The zip holds setup.sh,
# run_autograder, the program ipccheck (for Linux) and the assignment's folder as
# assignment/.
set -eu
apt-get update
apt-get install -y --no-install-recommends ca-certificates curl gcc libc6-dev
curl -fsSL "https://go.dev/dl/go1.26.0.linux-$(dpkg --print-architecture).tar.gz" | tar -C /usr/local -xz
chmod 755 /autograder/source/ipccheck
chmod 700 /autograder/source/assignment
