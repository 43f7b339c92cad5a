#!/bin/bash
# Allocation and physical size of a running guest's qcow2 image, asked in two ways.
#
# One would guess that `virsh domblkinfo` and `virsh domstats --block` say the same of the same image at the same moment:
# both tell capacity, allocation and physical size, in libvirt's own words.
#
# They do not. What domblkinfo calls allocation (blocks that the file takes on the host) domstats calls physical; what
# domblkinfo calls physical (the file's length) domstats does not tell; and what domstats calls allocation is the highest
# offset that the guest wrote since it started, here 0. A percentage of "allocation" out of one of them means nothing in
# the other, and an image that is full may be told as empty.
source "$(dirname "$0")/debian-12.bash"
make_root
said=$(in_root <<'SCRIPT'
qemu-img create -q -f qcow2 /images/disk.qcow2 64M
start_daemon
define_guest disk "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/>
<source file='/images/disk.qcow2'/><target dev='vda' bus='virtio'/></disk>"
virsh -q start disk
virsh domblkinfo disk vda | sed -n 's/^\([AP][a-z]*\): */domblkinfo \1 /p'
virsh domstats --block disk | sed -n 's/^ *block\.0\.\(allocation\|physical\)=/domstats \1 /p'
stat -c 'file length %s
file blocks %b × %B' /images/disk.qcow2
SCRIPT
)
echo "$said"
value() { sed -n "s/^$1 //p" <<<"$said"; }
[ "$(value 'domstats allocation')" = 0 ] || fail 'domstats tells an allocation of an image that nobody wrote to'
[ "$(value 'domblkinfo Allocation')" = "$(value 'domstats physical')" ] || fail 'domblkinfo: Allocation is not domstats: physical'
[ "$(value 'domblkinfo Physical')" = "$(value 'file length')" ] || fail 'domblkinfo: Physical is not the length of the file'
[ "$(value 'domblkinfo Physical')" != "$(value 'domstats physical')" ] || fail 'both tell the same physical size'
