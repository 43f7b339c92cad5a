import { formatBitRate, formatValue } from '../../../lib/metrics/format.ts'

/** A labelled fact of the header. */
export interface FactLine {
  readonly label: string
  readonly text: string
}

interface Named {
  readonly name?: string | null
}

interface Quota {
  readonly quotaUs?: number
  readonly periodUs?: number
}

interface Backend {
  readonly kind?: string
  readonly path?: string
  readonly device?: string
  readonly pool?: string
  readonly volume?: string
  readonly protocol?: string
  readonly name?: string | null
  readonly hosts?: readonly string[]
  readonly type?: string
  readonly address?: string
  readonly namespace?: string | null
  readonly socket?: string
}

interface Bandwidth {
  readonly averageKiBps?: number | null
}

/** A job as the server tells it; null is what libvirt does not tell. */
export interface JobFact {
  readonly kind: string
  readonly disk: string | null
  readonly percent: number | null
  readonly remainingMs: number | null
  readonly remainingBytes: number | null
  readonly bandwidthBps: number | null
  readonly dirtyBps: number | null
}

/** What this page shows of the facts that the server tells; every part may be missing. */
export interface KnownFacts {
  readonly title?: string | null
  readonly description?: string | null
  readonly nova?: {
    readonly name?: string | null
    readonly project?: Named | null
    readonly user?: Named | null
    readonly flavour?: string | null
    readonly ips?: readonly string[]
  } | null
  readonly metadata?: readonly { readonly namespace: string; readonly path: string; readonly value: string }[]
  readonly cpu?: {
    readonly shares?: number | null
    readonly vcpuQuota?: Quota | null
    readonly globalQuota?: Quota | null
    readonly emulatorQuota?: Quota | null
    readonly vcpuPins?: readonly { readonly vcpu: number; readonly cpus: string }[]
  }
  readonly numa?: readonly { readonly mode: string; readonly nodes: string | null }[]
  readonly hugePages?: readonly { readonly sizeKiB: number | null }[] | null
  readonly balloonPeriodSeconds?: number | null
  readonly disks?: readonly {
    readonly target: string
    readonly format?: string | null
    readonly cache?: string | null
    readonly backend?: Backend
    readonly limits?: Readonly<Record<string, number>>
  }[]
  readonly nics?: readonly {
    readonly mac?: string | null
    readonly type?: string
    readonly source?: string | null
    readonly target?: string | null
    readonly model?: string | null
    readonly inbound?: Bandwidth | null
    readonly outbound?: Bandwidth | null
  }[]
  /** How many values the server does not tell, as they look like secrets. */
  readonly keptBack?: number
  /** What was beyond a limit. */
  readonly omitted?: readonly { readonly what: string; readonly count: number }[]
  readonly jobs?: readonly JobFact[]
  /** What must be said beside a value, by metric id. */
  readonly notes?: Readonly<Record<string, string>>
  /** Why the XML could not be read. */
  readonly error?: unknown
  /** Why the server does not stream this domain. */
  readonly refused?: unknown
}

/** The facts that the header shows, those that are there. */
export function headerFacts(facts: KnownFacts): readonly FactLine[] {
  const { nova } = facts
  const lines: (readonly [string, string | null | undefined])[] = [
    ['Title', facts.title],
    ['Nova name', nova?.name === facts.title ? null : nova?.name],
    ['Project', nova?.project?.name],
    ['Owner', nova?.user?.name],
    ['Flavour', nova?.flavour],
    ['IPs', nova?.ips?.join(', ')],
    ['Job', facts.jobs?.map(jobText).join('; ')],
    ['CPU limit', cpuLimit(facts)],
    ['Pinned', pinText(facts)],
    ['Memory', memoryFacts(facts)],
    ['Description', facts.description],
    ['Secrets', keptBackText(facts)],
    ['Not read', facts.omitted?.map(omittedText).join(', ')],
    ['Facts', errorText(facts.error)],
    ['Refused', errorText(facts.refused)],
  ]
  return lines.flatMap(([label, text]) => (text === null || text === undefined || text === '' ? [] : [{ label, text }]))
}

/** `3 values kept back`; null when there are none. */
export function keptBackText({ keptBack = 0 }: KnownFacts): string | null {
  if (keptBack === 0) return null
  return `${keptBack} ${keptBack === 1 ? 'value' : 'values'} kept back`
}

function omittedText({ what, count }: { readonly what: string; readonly count: number }): string {
  const known = count === 1 ? what : (OMITTED_PLURAL[what] ?? `${what}s`)
  return `${count} ${known} beyond the limit`
}

const OMITTED_PLURAL: Readonly<Record<string, string>> = { 'element of metadata': 'elements of metadata' }

/** Everything that other tools left in the metadata, as it is. */
export function metadataFacts({ metadata = [] }: KnownFacts): readonly FactLine[] {
  return metadata.map(({ namespace, path, value }) => ({ label: `${lastPart(namespace)} ${path}`, text: value }))
}

function lastPart(namespace: string): string {
  return (
    namespace
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? namespace
  )
}

function cpuLimit({ cpu }: KnownFacts): string | null {
  const parts = [
    quotaText('each vCPU', cpu?.vcpuQuota),
    quotaText('whole process', cpu?.globalQuota),
    quotaText('emulator', cpu?.emulatorQuota),
  ].filter((part) => part !== null)
  return parts.length === 0 ? null : parts.join(', ')
}

function quotaText(what: string, quota: Quota | null | undefined): string | null {
  if (quota?.quotaUs === undefined || quota.periodUs === undefined || quota.periodUs <= 0) return null
  return `${what} ${formatValue('%', (100 * quota.quotaUs) / quota.periodUs)} of a CPU`
}

function pinText({ cpu, numa }: KnownFacts): string | null {
  const pins = new Set(cpu?.vcpuPins?.map(({ cpus }) => cpus))
  const cpus = pins.size === 0 ? [] : [`CPUs ${[...pins].slice(0, 4).join(', ')}${pins.size > 4 ? ', …' : ''}`]
  const nodes = (numa ?? []).flatMap(({ nodes: list }) => (list === null ? [] : [`NUMA ${list}`]))
  return [...cpus, ...nodes].join(', ')
}

function memoryFacts({ hugePages, balloonPeriodSeconds }: KnownFacts): string | null {
  const sizes = hugePages?.map(({ sizeKiB }) => (sizeKiB === null ? 'default size' : formatValue('KiB', sizeKiB)))
  const huge = sizes === undefined ? [] : [`huge pages ${sizes.length === 0 ? '' : sizes.join(', ')}`.trim()]
  const period =
    balloonPeriodSeconds === null || balloonPeriodSeconds === undefined
      ? []
      : [
          balloonPeriodSeconds === 0
            ? 'guest gives no statistics by itself'
            : `guest statistics every ${balloonPeriodSeconds} s`,
        ]
  return [...huge, ...period].join(', ')
}

/** Why the server does not stream this domain; null when it does, or said nothing. */
export function refusalText({ refused }: KnownFacts): string | null {
  return errorText(refused)
}

function errorText(error: unknown): string | null {
  if (typeof error === 'string') return error
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : null
  return typeof message === 'string' ? message : null
}

/** A job in progress: what, how far, how long, how fast. */
export function jobText(job: JobFact): string {
  const { kind, disk, percent, remainingMs, remainingBytes, bandwidthBps, dirtyBps } = job
  const parts = [
    disk === null ? kind : `${kind} of ${disk}`,
    percent === null ? null : formatValue('%', percent),
    remainingBytes === null ? null : `${formatValue('B', remainingBytes)} left`,
    remainingMs === null || remainingMs <= 0 ? null : `about ${formatValue('ms', remainingMs)} to go`,
    bandwidthBps === null ? null : `at ${formatValue('B/s', bandwidthBps)}`,
    dirtyBps === null ? null : `guest dirties ${formatValue('B/s', dirtyBps)}`,
  ]
  return parts.filter((part) => part !== null).join(', ')
}

/** Whether the domain has a CPU quota of its own, and whether a disk has a limit: only then there is a share of it. */
export function ownCaps({ cpu, disks }: KnownFacts): { readonly cpu: boolean; readonly disk: boolean } {
  const hasQuota = (cpu?.vcpuQuota ?? cpu?.globalQuota ?? null) !== null
  return { cpu: hasQuota, disk: disks?.some(({ limits }) => Object.keys(limits ?? {}).length > 0) ?? false }
}

/** What the memory is made of, in a line; empty when nothing is known. */
export function memoryNote(facts: KnownFacts): string {
  const note = memoryFacts(facts) ?? ''
  return facts.hugePages === null || facts.hugePages === undefined ? note : `${note}; RSS does not hold huge pages`
}

/** What a disk lies on, how full it is, and its own limits, in a line; empty when nothing is known. */
export function diskNote(facts: KnownFacts, target: string, fill = ''): string {
  const disk = facts.disks?.find((one) => one.target === target)
  if (disk === undefined) return fill
  const limits = Object.entries(disk.limits ?? {}).map(([name, value]) => limitText(name, value))
  const { format, cache } = disk
  const cacheMode = cache === null || cache === undefined ? null : `cache ${cache}`
  return [backendText(disk.backend), format, cacheMode, fill, ...limits]
    .filter((part) => part !== null && part !== undefined && part !== '')
    .join(' · ')
}

function limitText(name: string, value: number): string {
  const [what = '', unit] = name.split('_')
  return `limit ${what} ${unit === 'bytes' ? formatValue('B/s', value) : `${value} IOPS`}`
}

function backendText(backend: Backend | undefined): string | null {
  switch (backend?.kind) {
    case 'file':
      return backend.path ?? null
    case 'block':
      return backend.device ?? null
    case 'dir':
      return backend.path ?? null
    case 'nvme':
      return `NVMe ${backend.address}${typeof backend.namespace === 'string' ? ` namespace ${backend.namespace}` : ''}`
    case 'vhostuser':
      return `vhost-user ${backend.socket}`
    case 'volume':
      return `${backend.pool}/${backend.volume}`
    case 'network':
      return `${backend.protocol} ${backend.name ?? ''} ${backend.hosts?.join(', ') ?? ''}`.trim()
    default:
      return backend?.type ?? null
  }
}

/** MAC, network and own limits of a NIC, in a line; empty when nothing is known. */
export function nicNote(facts: KnownFacts, target: string): string {
  const nic = facts.nics?.find((one) => one.target === target)
  if (nic === undefined) return ''
  const limit = (what: string, bandwidth: Bandwidth | null | undefined): string | null => {
    const average = bandwidth?.averageKiBps
    return average === null || average === undefined ? null : `limit ${what} ${formatBitRate(average * 1024)}`
  }
  return [
    nic.mac,
    [nic.type, nic.source].filter(Boolean).join(' '),
    nic.model,
    limit('in', nic.inbound),
    limit('out', nic.outbound),
  ]
    .filter((part) => part !== null && part !== undefined && part !== '')
    .join(' · ')
}
