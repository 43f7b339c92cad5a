import { formatUuid } from '../../lib/libvirt/domain-ref.ts'
import type { Disk, Guest, Nic } from './guest.ts'
import { BALLOON_PERIOD } from './guest-memory.ts'

const NOVA_NAMESPACE = 'http://openstack.org/xmlns/libvirt/nova/1.1'

const HUGE_PAGES = `  <memoryBacking>
    <hugepages>
      <page size='2048' unit='KiB'/>
    </hugepages>
  </memoryBacking>
`

/** The XML that GET_XML_DESC answers: enough of it for tools that read names, devices and the balloon period. */
export function domainXml(guest: Guest): string {
  const { shape } = guest
  const id = guest.active ? ` id='${guest.id}'` : ''
  return `<domain type='kvm'${id}>
  <name>${escapeXml(guest.name)}</name>
  <uuid>${formatUuid(shape.uuid)}</uuid>
${shape.title === null ? '' : `  <title>${escapeXml(shape.title)}</title>\n`}${metadata(guest)}  <memory unit='KiB'>${shape.memoryMaximumKiB}</memory>
  <currentMemory unit='KiB'>${guest.memoryKiB}</currentMemory>
${shape.hugePages ? HUGE_PAGES : ''}  <vcpu placement='static' current='${guest.vcpuIds.length}'>${shape.vcpuMaximum}</vcpu>
  <os>
    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>
    <boot dev='hd'/>
  </os>
  <features>
    <acpi/>
    <apic/>
  </features>
  <cpu mode='host-passthrough' check='none' migratable='on'/>
  <clock offset='utc'/>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <emulator>/usr/bin/qemu-system-x86_64</emulator>
${guest.disks.map((disk) => diskXml(disk, guest.active)).join('')}${guest.nics.map((nic, index) => nicXml(nic, index, guest.active)).join('')}    <memballoon model='virtio'>
${shape.balloon === 'reporting' ? `      <stats period='${BALLOON_PERIOD}'/>\n` : ''}    </memballoon>
  </devices>
</domain>
`
}

function metadata(guest: Guest): string {
  const { title, project } = guest.shape
  if (project === null) return ''
  return `  <metadata>
    <nova:instance xmlns:nova="${NOVA_NAMESPACE}">
      <nova:name>${escapeXml(title ?? guest.name)}</nova:name>
      <nova:flavor name="m1.medium"/>
      <nova:owner>
        <nova:user uuid="5f2c1f6e4c3a4d1e9c1b7a0d8e6f4a2b">operator</nova:user>
        <nova:project uuid="0c9d8e7f6a5b4c3d2e1f0a9b8c7d6e5f">${escapeXml(project)}</nova:project>
      </nova:owner>
    </nova:instance>
  </metadata>
`
}

function diskXml(disk: Disk, active: boolean): string {
  const source =
    disk.path === null
      ? `<source protocol='rbd' name='pool/${disk.target}'>\n        <host name='ceph-mon' port='6789'/>\n      </source>`
      : `<source file='${escapeXml(disk.path)}'${active ? ` index='${disk.backingIndex}'` : ''}/>`
  return `    <disk type='${disk.path === null ? 'network' : 'file'}' device='disk'>
      <driver name='qemu' type='${disk.path === null ? 'raw' : 'qcow2'}'/>
      ${source}
      <target dev='${disk.target}' bus='virtio'/>
    </disk>
`
}

function nicXml(nic: Nic, index: number, active: boolean): string {
  const user = nic.tap === null
  const target = active && !user ? `\n      <target dev='${nic.tap}'/>\n      <alias name='net${index}'/>` : ''
  return `    <interface type='${user ? 'user' : 'bridge'}'>
      <mac address='${nic.mac}'/>${user ? '' : `\n      <source bridge='br0'/>`}${target}
      <model type='virtio'/>
    </interface>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
  '"': '&quot;',
}

function escapeXml(text: string): string {
  return text.replace(/[&<>'"]/g, (character) => ENTITIES[character] ?? character)
}
