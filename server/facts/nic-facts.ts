import { attribute, child, children, wholeNumber } from './xml-read.ts'
import type { Wanted, XmlElement } from './xml-tree.ts'

/** A shaping limit as libvirt has it: KiB/s, KiB/s, KiB. */
export interface BandwidthLimit {
  readonly averageKiBps: number | null
  readonly peakKiBps: number | null
  readonly burstKiB: number | null
}

export interface NicFacts {
  readonly mac: string | null
  /** `bridge`, `network`, `direct`, `user`, … */
  readonly type: string
  /** Name of the bridge, network or host device. */
  readonly source: string | null
  readonly portgroup: string | null
  /** Tap or other device on the host, as in statistics; null while the domain is off. */
  readonly target: string | null
  readonly model: string | null
  /** Seen from the guest: into it, and out of it. */
  readonly inbound: BandwidthLimit | null
  readonly outbound: BandwidthLimit | null
}

/** What is read inside an `<interface>`. */
export const WANTED_OF_NIC: Wanted = {
  ...{ mac: {}, source: {}, target: {}, model: {} },
  bandwidth: { inbound: {}, outbound: {} },
}

export function readNics(devices: XmlElement | null): NicFacts[] {
  return children(devices, 'interface').map((nic) => {
    const source = child(nic, 'source')
    const bandwidth = child(nic, 'bandwidth')
    return {
      mac: attribute(child(nic, 'mac'), 'address'),
      type: attribute(nic, 'type') ?? 'unknown',
      source: attribute(source, 'network') ?? attribute(source, 'bridge') ?? attribute(source, 'dev'),
      portgroup: attribute(source, 'portgroup'),
      target: attribute(child(nic, 'target'), 'dev'),
      model: attribute(child(nic, 'model'), 'type'),
      inbound: readLimit(child(bandwidth, 'inbound')),
      outbound: readLimit(child(bandwidth, 'outbound')),
    }
  })
}

function readLimit(element: XmlElement | null): BandwidthLimit | null {
  if (element === null) return null
  const number = (name: string) => wholeNumber(attribute(element, name))
  return { averageKiBps: number('average'), peakKiBps: number('peak'), burstKiB: number('burst') }
}
