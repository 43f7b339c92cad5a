import type { RawParameter } from '../domain-answer.ts'

/** Series of the counters that every KVM host has, as the detail stream names them. */
export const EXITS_ID = 'raw:vcpu.*.exits.sum'
export const HALTS_ID = 'raw:vcpu.*.halt_exits.sum'

const COUNTER = /^vcpu\.\d+\.(.+\.sum)$/

/** Series that a domain's vCPU counters make: every `.sum` that the hypervisor reports, whatever its name. */
export function counterSeries(raw: readonly RawParameter[]): readonly string[] {
  const found = new Set<string>()
  for (const { name } of raw) {
    const leaf = COUNTER.exec(name)?.[1]
    if (leaf !== undefined) found.add(`raw:vcpu.*.${leaf}`)
  }
  return [...found].sort()
}

/** `Halt exits` of `raw:vcpu.*.halt_exits.sum`. */
export function counterLabel(id: string): string {
  const words = id
    .replace(/^raw:vcpu\.\*\./, '')
    .replace(/\.sum$/, '')
    .replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const STATES: Readonly<Record<string, string>> = { 0: 'offline', 1: 'running', 2: 'blocked' }

/** States of vCPUs in libvirt's words, by vCPU id. */
export function vcpuStates(raw: readonly RawParameter[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const { name, value } of raw) {
    const id = /^vcpu\.(\d+)\.state$/.exec(name)?.[1]
    if (id !== undefined) found.set(id, STATES[value] ?? value)
  }
  return found
}
