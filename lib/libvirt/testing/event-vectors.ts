import { ByteBuilder } from '../../xdr/testing/byte-builder.ts'

const UUID = '6695eb01f6a4830479aa97f2502e193f'

/** The domain of every vector, as decoded. */
export const VECTOR_DOMAIN = { name: 'test', uuid: Uint8Array.from(Buffer.from(UUID, 'hex')), id: 7 }

const domain = (builder: ByteBuilder) => builder.string('test').hex(UUID).i32(7)
/** Callback 3, the domain, and what follows. */
const body = (rest: (builder: ByteBuilder) => ByteBuilder) => rest(domain(new ByteBuilder().i32(3))).build()
const reasonFirst = (reason: number) => domain(new ByteBuilder().i32(3).i32(reason)).build()
const address = (builder: ByteBuilder, family: number, node: string, service: string) =>
  builder.i32(family).string(node).string(service)

/** Parameters of every type, by their tags: int, uint, llong, ullong, double, boolean, string. */
const everyParam = (b: ByteBuilder) => {
  b.u32(7).string('i').u32(1).i32(-5).string('u').u32(2).u32(0xffffffff)
  b.string('l').u32(3).i64(-9_000_000_000n).string('ul').u32(4).u64(9_000_000_000n)
  return b.string('d').u32(5).f64(1.5).string('b').u32(6).i32(1).string('s').u32(7).string('vda')
}

/** One body of each event message: number, bytes, what is decoded besides the domain, and the words for it. */
export const EVENT_VECTORS: readonly [number, Uint8Array, Readonly<Record<string, unknown>>, string][] = [
  [318, body((b) => b.i32(5).i32(3)), { kind: 'lifecycle', event: 5, detail: 3 }, 'stopped: migrated'],
  [319, body((b) => b), { kind: 'reboot' }, 'reset or rebooted'],
  [320, body((b) => b.i64(-3600n)), { kind: 'rtc-change', offsetSeconds: -3600 }, 'guest clock set, -3600 s from UTC'],
  [321, body((b) => b.i32(2)), { kind: 'watchdog', action: 2 }, 'watchdog fired: reset'],
  [
    322,
    body((b) => b.string('/a.img').string('virtio-disk0').i32(1)),
    { kind: 'io-error', path: '/a.img', device: 'virtio-disk0', action: 1, reason: null },
    'I/O error on virtio-disk0 (/a.img): domain paused',
  ],
  [
    323,
    body((b) =>
      address(address(b.i32(0), 0, '127.0.0.1', '5900'), 1, '::1', '40000')
        .string('none')
        .list(['x509'], (to, type) => to.string(type).string('CN=someone')),
    ),
    {
      kind: 'graphics',
      phase: 0,
      local: { family: 0, node: '127.0.0.1', service: '5900' },
      remote: { family: 1, node: '::1', service: '40000' },
      authScheme: 'none',
    },
    'console connected from ::1',
  ],
  [
    324,
    body((b) => b.string('/a.img').string('virtio-disk0').i32(1).string('enospc')),
    { kind: 'io-error', path: '/a.img', device: 'virtio-disk0', action: 1, reason: 'enospc' },
    'I/O error on virtio-disk0 (/a.img), enospc: domain paused',
  ],
  [325, body((b) => b), { kind: 'control-error' }, 'libvirt may have lost control of it'],
  [
    326,
    body((b) => b.string('/a.img').i32(1).i32(3)),
    { kind: 'block-job', disk: '/a.img', job: 1, status: 3 },
    'block pull of /a.img: ready',
  ],
  [
    327,
    body((b) =>
      b
        .optional((o) => o.string('/cd.iso'))
        .optional(null)
        .string('ide0-1-0')
        .i32(0),
    ),
    { kind: 'disk-change', oldPath: '/cd.iso', newPath: null, device: 'ide0-1-0', reason: 0 },
    'ide0-1-0 changed: medium missing at start, ejected',
  ],
  [
    328,
    body((b) => b.string('ide0-1-0').i32(1)),
    { kind: 'tray', device: 'ide0-1-0', reason: 1 },
    'tray of ide0-1-0 closed',
  ],
  [329, reasonFirst(4), { kind: 'pm-wakeup', reason: 4 }, 'woken up'],
  [330, reasonFirst(0), { kind: 'pm-suspend', reason: 0 }, 'suspended to memory (ACPI S3)'],
  [331, body((b) => b.u64(524_288n)), { kind: 'balloon', actualKiB: 524_288 }, 'balloon moved to 512 MiB'],
  [332, reasonFirst(0), { kind: 'pm-suspend-disk', reason: 0 }, 'suspended to disk (ACPI S4)'],
  [333, body((b) => b.string('net1')), { kind: 'device-removed', device: 'net1' }, 'device net1 removed'],
  [
    339,
    body((b) => b.string('vda').i32(4).i32(0)),
    { kind: 'block-job', disk: 'vda', job: 4, status: 0 },
    'block active commit of vda: completed',
  ],
  [
    346,
    body(everyParam),
    {
      kind: 'tunable',
      params: [
        { field: 'i', value: -5 },
        { field: 'u', value: 4_294_967_295 },
        { field: 'l', value: -9_000_000_000 },
        { field: 'ul', value: 9_000_000_000 },
        { field: 'd', value: 1.5 },
        { field: 'b', value: true },
        { field: 's', value: 'vda' },
      ],
    },
    'limits changed: i -5, u 4294967295, l -9000000000, ul 9000000000, …',
  ],
  [
    348,
    body((b) => b.i32(2).i32(1)),
    { kind: 'agent', state: 2, reason: 1 },
    'guest agent disconnected: domain started',
  ],
  [
    354,
    body((b) => b.string('virtio-disk1')),
    { kind: 'device-added', device: 'virtio-disk1' },
    'device virtio-disk1 added',
  ],
  [359, body((b) => b.i32(4)), { kind: 'migration-iteration', iteration: 4 }, 'migration: round 4'],
  [
    363,
    body((b) => b.u32(2).string('operation').u32(1).i32(5).string('time_elapsed').u32(4).u64(12_340n)),
    {
      kind: 'job-completed',
      params: [
        { field: 'operation', value: 5 },
        { field: 'time_elapsed', value: 12_340 },
      ],
    },
    'outgoing migration completed after 12.3 s',
  ],
  [
    367,
    body((b) => b.string('net1')),
    { kind: 'device-removal-failed', device: 'net1' },
    'device net1 could not be removed',
  ],
  [
    379,
    body((b) => b.i32(2).optional((o) => o.string('http://example.org/1.0'))),
    { kind: 'metadata', type: 2, namespace: 'http://example.org/1.0' },
    'metadata changed: element http://example.org/1.0',
  ],
  [
    385,
    body((b) => b.string('vda').optional(null).u64(1000n).u64(24n)),
    { kind: 'block-threshold', device: 'vda', path: null, thresholdBytes: 1000, excessBytes: 24 },
    'vda wrote 24 B beyond the mark of 1000 B',
  ],
  [
    423,
    body((b) => b.i32(1).i32(1).u32(3)),
    { kind: 'memory-failure', recipient: 1, action: 1, flags: 3 },
    'memory failure in the guest: injected into the guest',
  ],
  [
    438,
    body((b) => b.string('virtiomem0').u64(1_073_741_824n)),
    { kind: 'memory-device-size', device: 'virtiomem0', size: 1_073_741_824 },
    'memory device virtiomem0 has size 1073741824',
  ],
  [
    453,
    body((b) => b.string('net0').string('52:54:00:00:00:01').string('52:54:00:00:00:02')),
    { kind: 'nic-mac', device: 'net0', oldMac: '52:54:00:00:00:01', newMac: '52:54:00:00:00:02' },
    'MAC of net0 changed from 52:54:00:00:00:01 to 52:54:00:00:00:02',
  ],
  [454, body((b) => b.u32(3)), { kind: 'vcpu-removed', vcpu: 3 }, 'vCPU 3 removed'],
  [
    455,
    body((b) => b.string('org.qemu.guest_agent.0').i32(1).i32(2)),
    { kind: 'channel', channel: 'org.qemu.guest_agent.0', state: 1, reason: 2 },
    'channel org.qemu.guest_agent.0 connected',
  ],
]
