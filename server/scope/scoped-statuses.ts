import { findMetric } from '../../lib/metrics/catalogue.ts'
import { hostRowOf } from '../../lib/query/row-uuid.ts'
import type { FleetReader, HostStatus } from '../fleet/fleet-reader.ts'
import { sameMachineAs } from '../fleet/hosts/same-machine.ts'
import { UNMAPPED } from './row-map.ts'
import { fold, HOST_FIGURES } from './scoped-figures.ts'
import type { ScopedTables } from './scoped-tables.ts'

/** What is said of a connection that is out of order, where more would tell of others. */
const OUT_OF_ORDER = 'The connection to this host is not in order.'

/** The statuses of the hosts that show; of those that show in part, only what the visible domains are. */
export function scopedStatuses(fleet: FleetReader, tables: ScopedTables): HostStatus[] {
  const { hosts } = tables
  return fleet.hostStatuses().flatMap((status) => {
    const row = hosts.shownRow(status.row)
    if (row === UNMAPPED) return []
    const named = withoutHidden({ ...status, row }, (name) => hosts.shows(name))
    if (!hosts.isPartly(status.row)) return named
    const parents = rowsOn(row, tables).filter((one) => fleet.exists(one))
    return inPart(named, hosts.admission(status.row).whole, fleet, parents)
  })
}

/** The fleet's rows of the domains of a host that show. */
function rowsOn(host: number, { rows: { table, mirror } }: ScopedTables): number[] {
  const found: number[] = []
  for (let row = 0; row < table.rowLimit; row++) {
    if (table.isAlive(row) && hostRowOf(table, row) === host) found.push(mirror.rows.parent(row))
  }
  return found
}

/** Without the name of another host that does not show. */
function withoutHidden(status: HostStatus, shows: (name: string) => boolean): HostStatus {
  const { countedAs, missing } = status
  if (countedAs === null || shows(countedAs)) return status
  return { ...status, countedAs: null, missing: missing.filter((one) => one !== sameMachineAs(countedAs)) }
}

/** @param whole - The host's own facts may be told, only its figures hold what does not show. */
function inPart(status: HostStatus, whole: boolean, fleet: FleetReader, rows: readonly number[]): HostStatus {
  const metrics = ownFigures(status, fleet, rows)
  if (whole) return { ...status, metrics }
  const { error } = status
  return {
    ...status,
    uri: '',
    hostname: null,
    cpus: null,
    memoryKiB: null,
    domains: rows.length,
    active: rows.filter((row) => fleet.identity(row).id !== -1).length,
    partial: rows.filter((row) => fleet.partial(row) !== null).length,
    pollMs: null,
    monitorPollMs: null,
    replyBytes: null,
    duty: null,
    unknownFields: null,
    resets: null,
    error: error === null ? null : { code: error.code, message: OUT_OF_ORDER, remedy: null },
    metrics,
  }
}

/** At full precision; every other figure is unknown. */
function ownFigures({ metrics }: HostStatus, fleet: FleetReader, rows: readonly number[]): HostStatus['metrics'] {
  const figures: Record<string, number | null> = Object.fromEntries(Object.keys(metrics).map((id) => [id, null]))
  for (const figure of HOST_FIGURES) {
    const metric = findMetric(figure.of)!
    const values = rows
      .filter((row) => fleet.countedOn(row) === null)
      .map((row) => fleet.value(row, metric) ?? Number.NaN)
    const folded = values.reduce((before, value) => fold(figure, before, value), Number.NaN)
    figures[figure.id] = Number.isNaN(folded) ? null : folded
  }
  return figures
}
