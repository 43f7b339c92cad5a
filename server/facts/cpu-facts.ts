import { attribute, child, children, textOf, wholeNumber } from './xml-read.ts'
import type { XmlElement } from './xml-tree.ts'

/** So much CPU time in so much time: `quotaUs / periodUs` CPUs. */
export interface CpuQuota {
  readonly quotaUs: number
  readonly periodUs: number
}

export interface CpuTuning {
  readonly shares: number | null
  /** Of each vCPU thread. */
  readonly vcpuQuota: CpuQuota | null
  /** Of the whole process. */
  readonly globalQuota: CpuQuota | null
  /** Of the emulator threads together, and of each I/O thread. */
  readonly emulatorQuota: CpuQuota | null
  readonly iothreadQuota: CpuQuota | null
  readonly vcpuPins: readonly { readonly vcpu: number; readonly cpus: string }[]
  readonly emulatorPin: string | null
}

/** What libvirt takes for a period that is not given. */
const DEFAULT_PERIOD_US = 100_000
/** From here on a quota means: no limit. */
const UNLIMITED_US = 17_592_186_044_415

/** Reads `<cputune>`; all null and empty without one. */
export function readCpuTuning(tune: XmlElement | null): CpuTuning {
  const pins = children(tune, 'vcpupin').flatMap((pin) => {
    const [vcpu, cpus] = [wholeNumber(attribute(pin, 'vcpu')), attribute(pin, 'cpuset')]
    return vcpu === null || cpus === null ? [] : [{ vcpu, cpus }]
  })
  return {
    shares: wholeNumber(textOf(tune, 'shares')),
    vcpuQuota: readQuota(tune, ''),
    globalQuota: readQuota(tune, 'global_'),
    emulatorQuota: readQuota(tune, 'emulator_'),
    iothreadQuota: readQuota(tune, 'iothread_'),
    vcpuPins: pins,
    emulatorPin: attribute(child(tune, 'emulatorpin'), 'cpuset'),
  }
}

function readQuota(tune: XmlElement | null, prefix: string): CpuQuota | null {
  const quotaUs = wholeNumber(textOf(tune, `${prefix}quota`)) ?? 0
  const periodUs = wholeNumber(textOf(tune, `${prefix}period`)) ?? 0
  if (quotaUs <= 0 || quotaUs >= UNLIMITED_US) return null
  return { quotaUs, periodUs: periodUs > 0 ? periodUs : DEFAULT_PERIOD_US }
}
