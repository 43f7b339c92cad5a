import type { NodeShape } from '../guest/make-host.ts'
import { HUGE_PAGE_KIB, PAGE_KIB } from '../guest/page-sizes.ts'

/** Capabilities of a host: who it is, its CPUs and its one NUMA cell. */
export function capabilitiesXml(node: NodeShape): string {
  const pages = Math.floor((node.memoryKiB - node.hugePagesKiB) / PAGE_KIB)
  const hugePages = Math.floor(node.hugePagesKiB / HUGE_PAGE_KIB)
  return `<capabilities>
  <host>
    <uuid>${node.uuid}</uuid>
    <cpu>
      <arch>x86_64</arch>
      <model>EPYC-Rome</model>
      <vendor>AMD</vendor>
      <topology sockets='${node.sockets}' dies='1' cores='${node.cores}' threads='${node.threads}'/>
      <pages unit='KiB' size='${PAGE_KIB}'/>
      <pages unit='KiB' size='${HUGE_PAGE_KIB}'/>
    </cpu>
    <topology>
      <cells num='1'>
        <cell id='0'>
          <memory unit='KiB'>${node.memoryKiB}</memory>
          <pages unit='KiB' size='${PAGE_KIB}'>${pages}</pages>
          <pages unit='KiB' size='${HUGE_PAGE_KIB}'>${hugePages}</pages>
          <cpus num='${node.cpus}'/>
        </cell>
      </cells>
    </topology>
    <secmodel>
      <model>none</model>
      <doi>0</doi>
    </secmodel>
  </host>
  <guest>
    <os_type>hvm</os_type>
    <arch name='x86_64'>
      <wordsize>64</wordsize>
      <emulator>/usr/bin/qemu-system-x86_64</emulator>
      <domain type='kvm'/>
    </arch>
  </guest>
</capabilities>
`
}
