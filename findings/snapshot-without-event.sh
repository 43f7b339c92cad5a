#!/bin/bash
# What libvirt tells when the disk of a running guest gets another file.
#
# One would guess that a tool which registers for every event learns of it: there are events for devices that come, go and
# change their tray, for block jobs, and for changed metadata; and the way back, a block commit with pivot, is told twice.
#
# An external snapshot of a running guest's disk is told by no event at all. Path, format and storage of the disk are
# other ones from then on, and who read them once shows the old ones for ever.
source "$(dirname "$0")/debian-12.bash"
make_root
said=$(in_root <<'SCRIPT'
qemu-img create -q -f qcow2 /images/base.qcow2 64M
start_daemon
define_guest snap "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
<source file='/images/base.qcow2'/><target dev='vda' bus='virtio'/></disk>"
virsh -q start snap
sleep 2
timeout 12 virsh event --all --loop >/tmp/events 2>&1 &
sleep 2
virsh -q snapshot-create-as snap later --disk-only --no-metadata >/dev/null
sleep 2
echo "disk $(virsh -q domblklist snap | awk '{ print $2 }')"
echo "events of the snapshot $(grep -c '^event' /tmp/events || true)"
virsh -q blockcommit snap vda --active --pivot --wait >/dev/null
wait || true
echo "events of the way back $(grep -c '^event' /tmp/events || true)"
SCRIPT
)
echo "$said"
value() { sed -n "s/^$1 //p" <<<"$said"; }
[ "$(value disk)" = /images/base.later ] || fail 'the disk has no new file'
[ "$(value 'events of the snapshot')" = 0 ] || fail 'the snapshot is told'
[ "$(value 'events of the way back')" -ge 2 ] || fail 'the way back is not told either, so nothing was listened to'
