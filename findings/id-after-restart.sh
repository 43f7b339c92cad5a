#!/bin/bash
# A domain's id after libvirtd was restarted.
#
# One would guess that ids go on where they were: a guest that is started anew gets one that was never used, whatever
# happened to its last process, because nothing else about the host began anew.
#
# It depends on how the last process ended. One that was destroyed while the daemon ran is forgotten with the daemon: the
# new daemon goes on from the highest id that still runs, and the guest gets ITS OLD ID back. One that died while the
# daemon was down has left its state file, whose id counts: the guest gets a new one. So the same id is no proof that a
# guest was not stopped and started in between, and a tool that takes it for one computes rates over two processes.
source "$(dirname "$0")/debian-12.bash"
make_root
said=$(in_root <<'SCRIPT'
start_daemon
for name in one two three; do define_guest $name; virsh -q start $name; done
echo "at first $(virsh domid three)"
virsh -q destroy three
stop_daemon
start_daemon
virsh -q start three
echo "destroyed, then the daemon restarted $(virsh domid three)"
pid=$(cat /run/libvirt/qemu/three.pid)
stop_daemon
kill -KILL "$pid"
start_daemon
virsh -q start three
echo "died while the daemon was down $(virsh domid three)"
SCRIPT
)
echo "$said"
[ "$said" = "at first 3
destroyed, then the daemon restarted 3
died while the daemon was down 4" ] || fail 'other ids than 3, 3 and 4'
