import { DomscopeError } from '../../lib/errors/domscope-error.ts'

/** What `sim:?…` can say. */
export interface SimOptions {
  /** Hosts, named `sim-01` and so on. */
  readonly hosts: number
  /** Domains of all hosts together, inactive ones included. */
  readonly domains: number
  /** Same seed, same fleet. */
  readonly seed: number
  /** Percent of domains whose vCPUs carry KVM's own counters. */
  readonly kvm: number
  /** Percent of domains that are shut off at the start. */
  readonly inactive: number
  /** vCPUs of the largest domain: no domain has more. Above 128 there is one that has exactly as many. */
  readonly vcpus: number
  /** Domains whose QEMU is frozen from the start. */
  readonly freeze: number
  /** Milliseconds that each bulk-stats reply is held back. */
  readonly slow: number
  /** Percent of domains whose monitor is busy, so that their records are partial. */
  readonly partial: number
  /** Whether domains start, stop, move and change by themselves. */
  readonly churn: boolean
  /** `hostile`: the first domains of the first host have names that no XML can carry. */
  readonly names: (typeof NAMINGS)[number]
  /** `lxc`: the driver has no bulk statistics and no monitors, as that of containers. */
  readonly driver: (typeof DRIVERS)[number]
  /** How many days of load pass in one day: 24 makes the day curve an hour long. Counters keep to real time. */
  readonly speed: number
}

/** One simulated host of a fleet. */
export interface SimHostSpec {
  readonly name: string
  /** Place in the fleet, from 0. */
  readonly index: number
  readonly domains: number
  readonly options: SimOptions
}

const NAMINGS = ['usual', 'hostile'] as const
const DRIVERS = ['qemu', 'lxc'] as const

type NumberParameter = Exclude<keyof SimOptions, 'churn' | 'names' | 'driver'>

interface Range {
  readonly fallback: number
  readonly min: number
  readonly max: number
}

const RANGES: Readonly<Record<NumberParameter, Range>> = {
  hosts: { fallback: 8, min: 1, max: 999 },
  domains: { fallback: 2_000, min: 0, max: 200_000 },
  seed: { fallback: 1, min: 0, max: 4_294_967_295 },
  kvm: { fallback: 5, min: 0, max: 100 },
  inactive: { fallback: 4, min: 0, max: 100 },
  vcpus: { fallback: 512, min: 1, max: 512 },
  freeze: { fallback: 0, min: 0, max: 200_000 },
  slow: { fallback: 0, min: 0, max: 600_000 },
  partial: { fallback: 0, min: 0, max: 100 },
  speed: { fallback: 24, min: 1, max: 10_000 },
}

/** Estates below this size have no guest of 512 vCPUs unless it is asked for: nobody has eight domains and one of those. */
const LARGE_ESTATE = 1_000
const SMALL_ESTATE_VCPUS = 128

const NAMES = [...Object.keys(RANGES), 'churn', 'names', 'driver']

/**
 * Reads `sim:?hosts=8&domains=2000&seed=1&…`; what is not named takes its default, `sim:` alone is the default fleet.
 *
 * @remarks `domains` counts all hosts together. `slow` may end in `ms`; all other numbers are digits alone.
 * @throws DomscopeError `BAD_SIM_URI` naming the parameter, its value and what is allowed.
 */
export function parseSimUri(text: string): SimOptions {
  const rest = /^sim:(?:\?(.*))?$/s.exec(text)
  if (rest === null) {
    throw badUri(`"${text}" is not a simulated fleet`, { uri: text }, 'Write sim:?hosts=8&domains=2000&seed=1.')
  }
  const given = new Map<string, string>()
  for (const [name, value] of new URLSearchParams(rest[1] ?? '')) {
    if (!NAMES.includes(name)) {
      throw badUri(`sim: has no parameter "${name}"`, { parameter: name, value }, `Use one of ${NAMES.join(', ')}.`)
    }
    if (given.has(name)) {
      throw badUri(`"${name}" stands twice in the sim: URI`, { parameter: name, value }, `Give "${name}" once.`)
    }
    given.set(name, value)
  }
  return readOptions(given)
}

function readOptions(given: ReadonlyMap<string, string>): SimOptions {
  const number = (name: NumberParameter) => readNumber(name, given.get(name))
  const domains = number('domains')
  return {
    hosts: number('hosts'),
    domains,
    seed: number('seed'),
    kvm: number('kvm'),
    inactive: number('inactive'),
    vcpus: given.has('vcpus') || domains >= LARGE_ESTATE ? number('vcpus') : SMALL_ESTATE_VCPUS,
    freeze: number('freeze'),
    slow: number('slow'),
    partial: number('partial'),
    churn: readSwitch('churn', given.get('churn'), true),
    names: readWord('names', given.get('names'), NAMINGS),
    driver: readWord('driver', given.get('driver'), DRIVERS),
    speed: number('speed'),
  }
}

function readNumber(name: NumberParameter, value: string | undefined): number {
  const { fallback, min, max } = RANGES[name]
  if (value === undefined) return fallback
  const digits = name === 'slow' ? value.replace(/ms$/, '') : value
  const parsed = /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN
  if (parsed >= min && parsed <= max) return parsed
  throw badUri(
    `sim: parameter ${name}=${value} is not allowed`,
    { parameter: name, value, min, max },
    `Give ${name} a whole number from ${min} to ${max}.`,
  )
}

function readSwitch(name: string, value: string | undefined, fallback: boolean): boolean {
  return value === undefined ? fallback : readWord(name, value, ['on', 'off']) === 'on'
}

/** One of a few words; the first when nothing is said. */
function readWord<T extends string>(name: string, value: string | undefined, words: readonly [T, ...T[]]): T {
  const word = value === undefined ? words[0] : words.find((one) => one === value)
  if (word !== undefined) return word
  throw badUri(
    `sim: parameter ${name}=${value} is not allowed`,
    { parameter: name, value: value ?? '', allowed: words.join(', ') },
    `Give ${name} ${words.join(' or ')}.`,
  )
}

function badUri(message: string, detail: Record<string, string | number>, remedy: string): DomscopeError {
  return new DomscopeError('BAD_SIM_URI', message, { radius: 'process', detail, remedy })
}

/** The URI that gives these options, with every parameter written out. */
export function formatSimUri(options: SimOptions): string {
  const parameters = NAMES.map((name) => {
    const value = options[name as keyof SimOptions]
    return `${name}=${value === true ? 'on' : value === false ? 'off' : value}`
  })
  return `sim:?${parameters.join('&')}`
}

/** Hosts of a fleet with their share of the domains; the first hosts take what does not divide. */
export function deriveSimHosts(options: SimOptions): SimHostSpec[] {
  const digits = options.hosts > 99 ? 3 : 2
  const share = Math.floor(options.domains / options.hosts)
  const rest = options.domains % options.hosts
  return Array.from({ length: options.hosts }, (_, index) => ({
    name: `sim-${String(index + 1).padStart(digits, '0')}`,
    index,
    domains: share + (index < rest ? 1 : 0),
    options,
  }))
}

/** Host on which the guest with more than 128 vCPUs stands: the third, a calm one, if there is a third with domains. */
export function hugeGuestHost({ hosts, domains }: Pick<SimOptions, 'hosts' | 'domains'>): number {
  return hosts > 2 && domains > 2 ? 2 : 0
}
