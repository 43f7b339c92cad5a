import type { RawParameter } from '../domain-answer.ts'

/** A source of numbers that a domain may lack for good. */
export type Lack = 'threads' | 'delay' | 'kvm' | 'balloon'

/** What an operator reads where the numbers would be, and what would bring them. */
const REASONS: Readonly<Record<Lack, string>> = {
  threads: 'the emulator runs all vCPUs in one thread: nothing is known of single vCPUs',
  delay: 'the host sends no vCPU delay: libvirt 7.2 or newer does',
  kvm: 'the host sends no KVM counters: libvirt 8.9 with QEMU 7.1 does, for KVM guests',
  balloon: 'the guest tells nothing: it needs a balloon driver and a period in <memballoon>',
}

/** Why nothing is drawn where nothing more is known about it. */
export const NOTHING_KNOWN = 'nothing known in this time'

/**
 * What the newest record shows to be missing. A record without the whole stat group says nothing: the domain may be shut
 * off, or may not have answered in time. That vCPUs have no threads of their own is the server's finding, and stands in
 * its notes.
 */
export function lacksOf(raw: readonly RawParameter[], notes: Readonly<Record<string, string>> = {}): readonly Lack[] {
  const has = (name: RegExp): boolean => raw.some((one) => name.test(one.name))
  const lacks: Lack[] = notes.vcpuPercent === undefined ? [] : ['threads']
  if (has(/^vcpu\.\d+\.time$/) && !has(/^vcpu\.\d+\.delay$/)) lacks.push('delay')
  if (has(/^vcpu\.\d+\.time$/) && !has(/^vcpu\.\d+\..+\.sum$/)) lacks.push('kvm')
  // Partial records lack the parameter itself; 0 is "never".
  if (raw.some(({ name, value }) => name === 'balloon.last-update' && value === '0')) lacks.push('balloon')
  return lacks
}

/** The reason for an empty chart: what it needs and the domain lacks, else what emptiness means for it. */
export function emptyReason(needs: Lack | undefined, lacks: readonly Lack[], quiet: string | undefined): string {
  if (isOfVcpus(needs) && lacks.includes('threads')) return REASONS.threads
  if (needs !== undefined && lacks.includes(needs)) return REASONS[needs]
  return quiet ?? NOTHING_KNOWN
}

function isOfVcpus(needs: Lack | undefined): boolean {
  return needs === 'delay' || needs === 'kvm'
}
