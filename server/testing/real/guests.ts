import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { bootableDisk, type GuestLoad } from './boot-sector.ts'

/** A guest without an operating system. */
export interface GuestPlan {
  readonly name: string
  /** KVM where the machine has it; emulated otherwise and when false. */
  readonly kvm: boolean
  readonly vcpus: number
  readonly maxVcpus: number
  readonly disks: number
  readonly nics: number
  /** What its first disk boots into; null: the firmware idles. */
  readonly load: GuestLoad | null
  /** How it is left after set-up. */
  readonly left: 'running' | 'paused' | 'off'
  /** Further XML: of the domain, its devices, and its first disk; and what that disk lies on in place of its image. */
  readonly xml?: {
    readonly domain?: string
    readonly devices?: string
    readonly disk?: string
    readonly source?: (image: string) => string
  }
}

/** A guest with one vCPU, disk and NIC that idles, unless told otherwise. */
export const plan = (name: string, over: Partial<GuestPlan>): GuestPlan => ({
  name,
  kvm: true,
  vcpus: 1,
  maxVcpus: over.vcpus ?? 1,
  disks: 1,
  nics: 1,
  load: 'halt',
  left: 'running',
  ...over,
})

/** Nine active guests and one that is off: with load and idle, KVM and emulated, 0 to 3 disks and 0 to 2 NICs. */
export const STANDARD_GUESTS: readonly GuestPlan[] = [
  plan('web-01', { load: 'spin', vcpus: 1 }),
  plan('web-02', { vcpus: 2, disks: 2, nics: 2 }),
  plan('db-01', { vcpus: 4, disks: 3, load: 'read' }),
  plan('k8s-node-01', { vcpus: 2, maxVcpus: 8 }),
  plan('paused-01', { left: 'paused' }),
  plan('cache-01', { kvm: false }),
  plan('build-agent-01', { kvm: false, vcpus: 2 }),
  plan('почта-01', { kvm: false, disks: 0 }),
  plan('lonely-01', { kvm: false, disks: 0, nics: 0, load: null }),
  plan('off-01', { left: 'off' }),
]

/** Writes the guest's disks below `folder` and gives back its domain XML. */
export function prepareGuest(guest: GuestPlan, folder: string, machine: { kvm: boolean; bridge: string }): string {
  const disks = Array.from({ length: guest.disks }, (_, index) => {
    const file = path.join(folder, `${guest.name}-${index}.img`)
    writeFileSync(file, bootableDisk(guest.load ?? 'halt'))
    const device = `vd${'abcdef'[index]}`
    const source = index === 0 ? guest.xml?.source?.(file) : undefined
    const more = index === 0 ? (guest.xml?.disk ?? '') : ''
    return [
      `<disk type='${source === undefined ? 'file' : 'network'}' device='disk'>`,
      `<driver name='qemu' type='raw' cache='none'/>${source ?? `<source file='${file}'/>`}`,
      `<target dev='${device}' bus='virtio'/>${more}</disk>`,
    ].join('')
  })
  const nics = Array.from(
    { length: guest.nics },
    // This model takes packets that no driver waits for, so that they count.
    () => `<interface type='bridge'><source bridge='${machine.bridge}'/><model type='rtl8139'/></interface>`,
  )
  return [
    `<domain type='${guest.kvm && machine.kvm ? 'kvm' : 'qemu'}'>`,
    `<name>${guest.name}</name><memory unit='MiB'>16</memory>`,
    `<vcpu current='${guest.vcpus}'>${guest.maxVcpus}</vcpu>`,
    `<os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os>`,
    `<features><acpi/></features>${guest.xml?.domain ?? ''}`,
    `<devices>${guest.xml?.devices ?? ''}${disks.join('')}${nics.join('')}<memballoon model='virtio'/></devices>`,
    `</domain>`,
  ].join('')
}
