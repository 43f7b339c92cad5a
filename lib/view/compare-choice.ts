import type { DetailChoice } from './detail-choice.ts'
import { detailPairs } from './detail-choice.ts'
import type { QueryPair } from './query-string.ts'
import { formatQuery } from './query-string.ts'

/** A domain as links name it: it may be anywhere, or gone. */
export interface DomainName {
  readonly host: string
  readonly uuid: string
}

/** What domains can be compared by; these words stand in links. */
export const COMPARE_METRICS = ['cpu', 'steal', 'memory', 'rss', 'iops', 'throughput', 'latency', 'net'] as const
export type CompareMetric = (typeof COMPARE_METRICS)[number]

/** Which domains are picked, and by what they are compared. */
export interface CompareChoice {
  /** In the order in which they were picked, each once. */
  readonly domains: readonly DomainName[]
  /** At least one, in the order of {@link COMPARE_METRICS}. */
  readonly metrics: readonly CompareMetric[]
}

export const DEFAULT_COMPARE: CompareChoice = { domains: [], metrics: ['cpu', 'steal', 'iops'] }

/** A link names so many domains at most: as many as a server opens at once for one page, and an address must end. */
export const MAX_LINKED = 16

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** A comma that begins another domain: the name of a host may have commas of its own. */
const BETWEEN = /,(?=[0-9a-f-]{36}@)/i

/** Reads `UUID@HOST`; null when it is something else. */
export function readDomainName(text: string): DomainName | null {
  const at = text.indexOf('@')
  const uuid = text.slice(0, at).toLowerCase()
  const host = text.slice(at + 1)
  return at > 0 && UUID.test(uuid) && host !== '' ? { host, uuid } : null
}

/** `UUID@HOST`: unique, and what links say. */
export function formatDomainName({ host, uuid }: DomainName): string {
  return `${uuid}@${host}`
}

/** Reads the parameters `compare` and `metrics` of a link. */
export function readCompare(given: ReadonlyMap<string, string>, problems: string[]): CompareChoice {
  const domains = readDomains(given.get('compare'), problems)
  const metrics = readMetrics(given.get('metrics'), problems)
  return { domains, metrics: domains.length === 0 ? DEFAULT_COMPARE.metrics : metrics }
}

/** The parameters that a choice adds to a link; none when nothing is picked. */
export function comparePairs({ domains, metrics }: CompareChoice): QueryPair[] {
  if (domains.length === 0) return []
  const pairs: QueryPair[] = [['compare', domains.slice(0, MAX_LINKED).map(formatDomainName).join(',')]]
  if (metrics.join() !== DEFAULT_COMPARE.metrics.join()) pairs.push(['metrics', metrics.join(',')])
  return pairs
}

/** The query part of the link to the page that compares, without `?`. */
export function formatCompare(choice: CompareChoice, detail: DetailChoice): string {
  return formatQuery([...comparePairs(choice), ...detailPairs({ ...detail, charts: null })])
}

/** One metric more, or one less; never none. */
export function toggleMetric(metrics: readonly CompareMetric[], metric: CompareMetric): readonly CompareMetric[] {
  const others = metrics.filter((one) => one !== metric)
  if (others.length === 0) return metrics
  return others.length < metrics.length
    ? others
    : COMPARE_METRICS.filter((one) => one === metric || metrics.includes(one))
}

function readDomains(text: string | undefined, problems: string[]): readonly DomainName[] {
  if (text === undefined) return []
  const found = new Map<string, DomainName>()
  for (const part of text.split(BETWEEN)) {
    const domain = readDomainName(part)
    if (domain === null) problems.push(`The link compares “${part}”, which is not a UUID, an at sign and a host.`)
    else if (found.size < MAX_LINKED) found.set(formatDomainName(domain), domain)
    else {
      problems.push(`The link compares more than ${MAX_LINKED} domains; those beyond were left out.`)
      break
    }
  }
  return [...found.values()]
}

function readMetrics(text: string | undefined, problems: string[]): readonly CompareMetric[] {
  if (text === undefined) return DEFAULT_COMPARE.metrics
  const wanted = text.split(',')
  const unknown = wanted.filter((word) => !COMPARE_METRICS.some((one) => one === word))
  if (unknown.length > 0) {
    problems.push(`The link compares by “${unknown.join(', ')}”; there is ${COMPARE_METRICS.join(', ')}.`)
  }
  const known = COMPARE_METRICS.filter((one) => wanted.includes(one))
  return known.length === 0 ? DEFAULT_COMPARE.metrics : known
}
