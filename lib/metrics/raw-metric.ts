import type { Metric } from './types.ts'
import { StatGroup } from './types.ts'

/** Series of typed parameters that are no metric of the catalogue: this and the field path, `raw:vcpu.*.halt_exits.sum`. */
export const RAW_PREFIX = 'raw:'
const VCPU_PATH = /^vcpu\.\*\.[\x21-\x7e]{1,110}$/

/** What a typed parameter means, as its name tells: libvirt says no kinds. */
export type RawShape = 'gauge' | 'counter' | 'time'

/** The field path of a `raw:` id of a vCPU, or null. */
export function rawVcpuPath(id: string): string | null {
  const path = id.startsWith(RAW_PREFIX) ? id.slice(RAW_PREFIX.length) : ''
  return VCPU_PATH.test(path) ? path : null
}

/** Counters give a rate, summed ns a share of time, everything else is shown as it is. */
export function rawShape(path: string): RawShape {
  if (/\.(cur|max|halted|state)$/.test(path)) return 'gauge'
  return /_ns\.sum$|\.(time|delay|wait)$/.test(path) ? 'time' : 'counter'
}

/** The description of a `raw:` series; of any other id that nobody knows too, so that a newer server can be shown. */
export function rawMetric(id: string): Metric {
  const path = rawVcpuPath(id) ?? id
  const shape = rawShape(path)
  return {
    ...{ id, alias: id, entity: 'vcpu', label: path.replace(/^vcpu\.\*\./, ''), encoding: 'ufloat16' },
    unit: shape === 'gauge' ? 'count' : shape === 'time' ? '%' : '1/s',
    description: `What the hypervisor reports as ${path}.`,
    source: { kind: 'derived', groups: [StatGroup.Vcpu] },
    higherIsWorse: true,
  }
}
