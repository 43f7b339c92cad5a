import { truncateSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DiskFill, diskFills } from '../http/api/disk-fill.ts'
import { bootableDisk } from './real/boot-sector.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { runTool } from './subprocess.ts'
import { until } from './until.ts'
import { type WatchedFleet, watchHost } from './watched-fleet.ts'

const BYTES = 8 * 1024 * 1024
const NAME = 'filled-01'

let daemon: RealLibvirtd
let watched: WatchedFleet
let fills: ReadonlyMap<string, DiskFill>

/** A guest that halts at once, with images of which only the host knows what is in them. */
async function addGuest(): Promise<void> {
  const image = (name: string) => path.join(daemon.folder, 'disks', name)
  const full = bootableDisk('halt', BYTES).map((byte) => byte || 7)
  writeFileSync(image('full.raw'), full)
  writeFileSync(image('sparse.raw'), '')
  truncateSync(image('sparse.raw'), BYTES)
  await runTool('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', image('full.raw'), image('full.qcow2')])
  await runTool('qemu-img', ['create', '-q', '-f', 'qcow2', image('empty.qcow2'), String(BYTES)])
  const disks = [
    ['vda', 'full.raw', 'raw'],
    ['vdb', 'full.qcow2', 'qcow2'],
    ['vdc', 'empty.qcow2', 'qcow2'],
    ['vdd', 'sparse.raw', 'raw'],
  ].map(
    ([target, name, format]) => `<disk type='file' device='disk'><driver name='qemu' type='${format}'/>
      <source file='${image(name!)}'/><target dev='${target}' bus='virtio'/></disk>`,
  )
  const xml = path.join(daemon.folder, 'filled.xml')
  writeFileSync(
    xml,
    `<domain type='qemu'><name>${NAME}</name><memory unit='MiB'>16</memory><vcpu>1</vcpu>
    <os><type arch='x86_64' machine='pc'>hvm</type></os><devices>${disks.join('')}
    <disk type='file' device='cdrom'><target dev='hdc' bus='ide'/></disk></devices></domain>`,
  )
  await daemon.virsh('define', xml)
  await daemon.virsh('start', NAME)
}

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  await addGuest()
  watched = watchHost(daemon.uri)
  const { fleet } = watched
  const uuid = await daemon.uuidOf(NAME)
  fills = await until('the sizes of four disks', () => {
    const row = fleet.rowsOf(uuid)[0]
    const { facts } = row === undefined ? { facts: null } : fleet.facts(row)
    const known = row === undefined || facts === null ? [] : diskFills(fleet.raw(row), facts)
    return known.length === 4 ? new Map(known.map((fill) => [fill.disk, fill])) : undefined
  })
})

afterAll(async () => {
  await watched?.stop()
  await daemon?.stop()
})

test('images full of data are full while their guest runs, though it has written nothing [RA50]', async () => {
  const raw = await daemon.virsh('domstats', '--block', NAME)
  expect(raw).toContain('block.1.allocation=0')
  for (const disk of ['vda', 'vdb']) {
    const { usedBytes, capacityBytes } = fills.get(disk)!
    expect(capacityBytes).toBe(BYTES)
    expect(usedBytes! / capacityBytes).toBeGreaterThan(0.99)
    expect(usedBytes! / capacityBytes).toBeLessThan(1.1)
  }
})

test('an image without data is empty, and a sparse raw one, of which libvirt says what it says of a full one, is doubted [RA50]', () => {
  expect(fills.get('vdc')!.usedBytes).toBeLessThan(0.05 * BYTES)
  expect(fills.get('vdd')).toMatchObject({ usedBytes: BYTES, note: expect.stringContaining('still empty') })
})
