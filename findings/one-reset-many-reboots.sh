#!/bin/bash
# What libvirt tells of one `virsh reset`.
#
# One would guess one event that says reset; or one `reboot`, since that is the only event there is.
#
# It tells two or three `reboot` events within a tenth of a second, the same that a guest causes which reboots by itself.
# So neither their number nor who wanted it can be read from them: a tool that shows each as "rebooted by the guest" is
# wrong each time.
source "$(dirname "$0")/debian-12.bash"
make_root
said=$(in_root <<'SCRIPT'
start_daemon
define_guest reset
virsh -q start reset
sleep 5
timeout 8 virsh event --all --loop >/tmp/events 2>&1 &
sleep 2
virsh -q reset reset >/dev/null
wait || true
grep '^event' /tmp/events
SCRIPT
)
echo "$said"
count=$(grep -c "^event 'reboot'" <<<"$said" || true)
[ "$count" -ge 2 ] || fail "$count reboot events for one reset"
[ "$(grep -vc "^event 'reboot'" <<<"$said" || true)" = 0 ] || fail 'another event than reboot'
