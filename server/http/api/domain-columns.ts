import { findMetric, metricsOf } from '../../../lib/metrics/catalogue.ts'
import type { DomainFacts } from '../../facts/domain-facts.ts'
import type { DomainIdentity, FleetReader } from '../../fleet/fleet-reader.ts'
import type { Cell } from './csv.ts'

/** A column of `/api/v1/domains` behind those that every row has. */
export interface DomainColumn {
  readonly id: string
  readonly label: string
  /** `word` for texts. */
  readonly unit: string
  /** Null is unknown, and for a text also none. */
  readonly read: (fleet: FleetReader, identity: DomainIdentity) => Cell
}

/** What every row begins with, in this order. */
export const IDENTITY_COLUMNS = ['uuid', 'host', 'name', 'id', 'state', 'ageMs'] as const

/** What every row ends with: behind the others, so that what was asked for keeps its place in CSV. */
export const LAST_COLUMNS = ['overdueMs', 'partial', 'partialReason'] as const

/** Namespace in which virt-manager and virt-install tell the guest's operating system, of any version. */
const LIBOSINFO = 'http://libosinfo.org/xmlns/libvirt/domain/'

/**
 * Texts that stand beside the metrics. Those of the grid are called as there; what the XML tells is exact here, also where
 * the grid's dictionaries are full.
 */
const TEXT_COLUMNS: readonly DomainColumn[] = [
  fact('title', 'Title', ({ title, nova }) => title ?? nova?.name ?? null),
  fact('description', 'Description', ({ description }) => description),
  fact('project', 'Project', ({ nova }) => nova?.project?.name ?? null),
  fact('owner', 'Owner', ({ nova }) => nova?.user?.name ?? null),
  fact('flavour', 'Flavour', ({ nova }) => nova?.flavour ?? null),
  fact('os', 'Operating system', operatingSystem),
  fact('ips', 'IP addresses', ({ nova }) => joined(nova?.ips ?? [])),
  fact('macs', 'MAC addresses', ({ nics }) => joined(nics.flatMap(({ mac }) => mac ?? []))),
  text('reason', 'Reason', (_fleet, { reason }) => reason),
  text('countedOn', 'Counted on', (fleet, { row }) => fleet.countedOn(row)),
  text('cpuSource', 'CPU from', (fleet, { row }) => fleet.notes(row).cpuPercent ?? null),
  text('jobKind', 'Job', (fleet, { row }) => fleet.jobs(row)[0]?.kind ?? null),
]

function text(id: string, label: string, read: DomainColumn['read']): DomainColumn {
  return { id, label, unit: 'word', read }
}

function fact(id: string, label: string, read: (facts: DomainFacts) => string | null): DomainColumn {
  return text(id, label, (fleet, { row }) => {
    const { facts } = fleet.facts(row)
    return facts === null ? null : read(facts)
  })
}

function operatingSystem({ metadata }: DomainFacts): string | null {
  const isOs = ({ namespace, path }: DomainFacts['metadata'][number]) =>
    namespace.startsWith(LIBOSINFO) && path.endsWith('os@id')
  return metadata.find(isOs)?.value ?? null
}

function joined(texts: readonly string[]): string | null {
  return texts.length === 0 ? null : texts.join(' ')
}

/** What the row's last records left out: stat groups in one text, and why in words; null for a whole row. */
export function partialCells(fleet: FleetReader, row: number): Record<'partial' | 'partialReason', string | null> {
  const partial = fleet.partial(row)
  return { partial: partial?.groups.join(' ') ?? null, partialReason: partial?.reason ?? null }
}

/**
 * Reads the names of `columns=`: ids and aliases of metrics, and the text columns. What every row has may be named too.
 *
 * @returns The columns in the order in which they are named, each once; or the first name that is none.
 */
export function findDomainColumns(
  names: readonly string[],
): { readonly columns: readonly DomainColumn[] } | { readonly unknown: string } {
  const columns = new Map<string, DomainColumn>()
  for (const name of names) {
    const wanted = name.trim()
    if ([...IDENTITY_COLUMNS, ...LAST_COLUMNS].some((id) => id === wanted)) continue
    const column = TEXT_COLUMNS.find(({ id }) => id === wanted) ?? metricColumn(wanted)
    if (column === null) return { unknown: name }
    // The state is a metric too, a word that stands in every row.
    if (column.id !== 'state') columns.set(column.id, columns.get(column.id) ?? column)
  }
  return { columns: [...columns.values()] }
}

function metricColumn(name: string): DomainColumn | null {
  const metric = findMetric(name)
  if (metric === null || metric.entity !== 'domain') return null
  const { id, label, unit } = metric
  return { id, label, unit, read: (fleet, { row }) => fleet.value(row, metric) }
}

/** Everything that `columns=` takes, but for aliases. */
export function domainColumnIds(): string[] {
  return [...metricsOf('domain').map(({ id }) => id), ...TEXT_COLUMNS.map(({ id }) => id)]
}
