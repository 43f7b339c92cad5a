import { formatUuid } from '../../../lib/libvirt/domain-ref.ts'
import type { Disk, Guest, Nic } from '../guest/guest.ts'
import { BALLOON_PERIOD } from '../guest/guest-memory.ts'
import type { SimJob } from '../guest/jobs.ts'

const NOVA_NAMESPACE = 'http://openstack.org/xmlns/libvirt/nova/1.1'

const HUGE_PAGES = `  <memoryBacking>
    <hugepages>
      <page size='2048' unit='KiB'/>
    </hugepages>
  </memoryBacking>
`

/** The XML that GET_XML_DESC answers: enough of it for tools that read names, devices and the balloon period. */
export function domainXml(guest: Guest, job: SimJob | null = null): string {
  const { shape } = guest
  const id = guest.active ? ` id='${guest.id}'` : ''
  return `<domain type='kvm'${id}>
  <name>${escapeXml(guest.name)}</name>
  <uuid>${formatUuid(shape.uuid)}</uuid>
${guest.title === null ? '' : `  <title>${escapeXml(guest.title)}</title>\n`}${metadata(guest)}  <memory unit='KiB'>${shape.memoryMaximumKiB}</memory>
  <currentMemory unit='KiB'>${guest.memoryKiB}</currentMemory>
${shape.hugePages ? HUGE_PAGES : ''}  <vcpu placement='static' current='${guest.vcpuIds.length}'>${shape.vcpuMaximum}</vcpu>
${cputune(guest)}  <os>
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
${guest.disks.map((disk) => diskXml(disk, guest, job)).join('')}${guest.nics.map((nic, index) => nicXml(nic, index, guest.active)).join('')}    <memballoon model='virtio'>
${shape.balloon === 'reporting' ? `      <stats period='${BALLOON_PERIOD}'/>\n` : ''}    </memballoon>
  </devices>
</domain>
`
}

/** Every fifth guest may use one CPU with each vCPU and not more, as clouds sell it. */
function cputune({ shape }: Guest): string {
  if (shape.hash % 5 !== 1) return ''
  return '  <cputune>\n    <period>100000</period>\n    <quota>100000</quota>\n  </cputune>\n'
}

/** Guests of OpenStack have limits on their disks: three times their mean, which they reach now and then. */
function iotune({ readIops, writeIops }: Disk, guest: Guest): string {
  if (guest.shape.project === null) return ''
  const limit = Math.ceil(((readIops + writeIops) * 3) / 10) * 10
  return `\n      <iotune>\n        <total_iops_sec>${limit}</total_iops_sec>\n      </iotune>`
}

function mirror({ target }: Disk, job: SimJob | null): string {
  if (job?.disk !== target) return ''
  return `\n      <mirror type='file' job='copy'>\n        <source file='/var/lib/libvirt/images/copy-${target}.qcow2'/>\n      </mirror>`
}

/** Users, flavours and ids that go with the project and the guest. */
const USERS = ['operator', 'ci', 'anna', 'yusuf']
const FLAVOURS = ['m1.small', 'm1.medium', 'm1.large', 'c2.xlarge']

function idOf(text: string): string {
  let sum = 0
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return sum.toString(16).padStart(8, '0').repeat(4)
}

function metadata(guest: Guest): string {
  const { title, shape } = guest
  const { project, hash } = shape
  if (project === null) return ''
  const user = USERS[hash % USERS.length]!
  const flavour = FLAVOURS[(hash >>> 4) % FLAVOURS.length]!
  return `  <metadata>
    <nova:instance xmlns:nova="${NOVA_NAMESPACE}">
      <nova:name>${escapeXml(title ?? guest.name)}</nova:name>
      <nova:flavor name="${flavour}"/>
      <nova:owner>
        <nova:user uuid="${idOf(user)}">${user}</nova:user>
        <nova:project uuid="${idOf(project)}">${escapeXml(project)}</nova:project>
      </nova:owner>
      <nova:ports>
        <nova:port uuid="${idOf(guest.name)}">
          <nova:ip type="fixed" address="10.${(hash >>> 16) & 0xff}.${(hash >>> 8) & 0xff}.${hash & 0xff}" ipVersion="4"/>
        </nova:port>
      </nova:ports>
    </nova:instance>
  </metadata>
`
}

function diskXml(disk: Disk, guest: Guest, job: SimJob | null): string {
  const source =
    disk.path === null
      ? `<source protocol='rbd' name='pool/${disk.target}'>\n        <host name='ceph-mon' port='6789'/>\n      </source>`
      : `<source file='${escapeXml(disk.path)}'${guest.active ? ` index='${disk.backingIndex}'` : ''}/>`
  return `    <disk type='${disk.path === null ? 'network' : 'file'}' device='disk'>
      <driver name='qemu' type='${disk.path === null ? 'raw' : 'qcow2'}'/>
      ${source}
      <target dev='${disk.target}' bus='virtio'/>${iotune(disk, guest)}${mirror(disk, job)}
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
