# Sourced by the scripts beside it: a Debian 12 of its own in a temporary folder, with libvirt and QEMU in exactly these
# versions, and functions to try things there. As root on Debian; two minutes and 1 GB, or a few seconds when
# FINDINGS_ROOT names a folder, which is then made once and kept.
set -euo pipefail

LIBVIRT=9.0.0-4+deb12u2
QEMU=1:7.2+dfsg-7+deb12u18+b3

fail() {
  echo "CHANGED: $*" >&2
  exit 1
}

give_up() {
  tail -20 "$root.log" >&2
  exit 2
}

make_root() {
  if [ -n "${FINDINGS_ROOT:-}" ]; then root=$FINDINGS_ROOT; else
    root=$(mktemp -d)
    trap 'rm -rf --one-file-system "$root" "$root.log"' EXIT
  fi
  if [ ! -e "$root/usr/sbin/libvirtd" ]; then
    command -v debootstrap >/dev/null || apt-get -qq install -y --no-install-recommends debootstrap >/dev/null
    debootstrap --variant=minbase bookworm "$root" http://deb.debian.org/debian >"$root.log" 2>&1 || give_up
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$root/etc/resolv.conf"
    unshare --mount --propagation private chroot "$root" sh -c "mount -t proc proc /proc && apt-get -qq update &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends libvirt-daemon=$LIBVIRT \
      libvirt-daemon-system=$LIBVIRT libvirt-daemon-driver-qemu=$LIBVIRT libvirt-clients=$LIBVIRT \
      qemu-system-x86=$QEMU qemu-utils=$QEMU" >"$root.log" 2>&1 || give_up
    rm -f "$root.log"
  fi
  echo "libvirt $(chroot "$root" dpkg-query -W -f '${Version}' libvirt-daemon), QEMU $(chroot "$root" dpkg-query -W -f '${Version}' qemu-system-x86)"
}

# Runs the script on standard input in that system. Everything it starts is gone afterwards.
in_root() {
  { functions; cat; } >"$root/tmp/finding.bash"
  unshare --mount --propagation private --pid --fork --kill-child chroot "$root" bash -eu /tmp/finding.bash
}

functions() {
  cat <<'FUNCTIONS'
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for folder in /dev /run /etc/libvirt/qemu /var/lib/libvirt /var/log/libvirt /var/cache/libvirt /images; do
  mkdir -p $folder && mount -t tmpfs tmpfs $folder
done
for one in 'null 1 3' 'zero 1 5' 'random 1 8' 'urandom 1 9'; do set -- $one; mknod -m 666 /dev/$1 c $2 $3; done
mkdir -p /run/lock /run/libvirt
ln -s /proc/self/fd /dev/fd
mkdir /dev/pts && mount -t devpts -o ptmxmode=666 devpts /dev/pts && ln -s pts/ptmx /dev/ptmx
printf '%s\n' 'user = "root"' 'group = "root"' 'security_driver = "none"' 'remember_owner = 0' 'namespaces = []' \
  'stdio_handler = "file"' 'cgroup_controllers = []' >/etc/libvirt/qemu.conf

start_daemon() {
  libvirtd -d -p /run/libvirtd.pid
  for _ in $(seq 100); do virsh -q list >/dev/null 2>&1 && sleep 2 && return; sleep 0.2; done
  echo 'libvirtd does not answer' >&2
  exit 2
}

stop_daemon() {
  local pid
  pid=$(cat /run/libvirtd.pid)
  kill "$pid"
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  rm -f /run/libvirtd.pid
}

# define_guest NAME [DEVICES]: an emulated guest without an operating system.
define_guest() {
  cat >/tmp/guest.xml <<XML
<domain type='qemu'><name>$1</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
<os><type arch='x86_64'>hvm</type></os>
<devices><emulator>/usr/bin/qemu-system-x86_64</emulator>${2:-}</devices></domain>
XML
  virsh -q define /tmp/guest.xml
}
FUNCTIONS
}
