#!/bin/sh
# VPL runs this, and then vpl_execution, for each evaluation. The program ipccheck and the
# assignment's folder are installed on the execution server in /opt/ipccheck, readable by
# its user.
set -eu
[ ! -f vpl_environment.sh ] || . ./vpl_environment.sh
cat > vpl_execution <<END
#!/bin/sh
export PATH="/usr/local/go/bin:\$PATH" VPL_GRADEMIN="${VPL_GRADEMIN:-0}" VPL_GRADEMAX="${VPL_GRADEMAX:-100}"
mkdir -p submission
[[range .HandIn]]cp -- [[.]] submission/
[[end]]exec /opt/ipccheck/ipccheck grade -quiet -format vpl /opt/ipccheck/assignment submission
END
chmod +x vpl_execution
