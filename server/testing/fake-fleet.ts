import { CodeTable } from '../../lib/columns/code-table.ts'
import { encodeCell } from '../../lib/columns/encodings.ts'
import { findMetric, METRICS } from '../../lib/metrics/catalogue.ts'
import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import type { FleetReader, HostStatus, RawParameter } from '../fleet/fleet-reader.ts'

/** One domain of a {@link fakeFleet}. */
export interface FakeDomain {
  /** Place of its host in the list of hosts. */
  readonly host: number
  readonly uuid: string
  readonly name: string
  /** Full-precision values by metric id. */
  readonly values: Readonly<Record<string, number>>
  readonly raw?: readonly RawParameter[]
  /** The host whose row counts in place of this one. */
  readonly countedOn?: string
}

export interface FakeFleetOptions {
  readonly hosts: readonly string[]
  readonly domains: readonly FakeDomain[]
  readonly simulated?: boolean
  readonly ready?: boolean
}

/** A fleet that stands still: for tests of what reads a fleet. */
export function fakeFleet({ hosts, domains, simulated = false, ready = true }: FakeFleetOptions): FleetReader {
  const hostTable = new CodeTable()
  const hostNames = hostTable.addText('name')
  hosts.forEach((name, row) => {
    hostTable.bear(row, [], 1)
    hostNames.set(row, name, 1)
  })
  const table = new CodeTable()
  const names = table.addText('name')
  const metrics = METRICS.filter((metric) => metric.entity === 'domain' && metric.unit !== 'word')
  for (const metric of metrics) table.addColumn(metric.id, metric.encoding)
  const countedOn = table.addColumn(COUNTED_ON, 'dict16')
  domains.forEach(({ host, uuid, name, values, countedOn: on }, row) => {
    table.bear(row, [host, ...uuidWords(uuid)], 1)
    names.set(row, name, 1)
    if (on !== undefined) countedOn.set(row, table.dictionaries.get(countedOn.number)!.codeOf(on, 1), 1)
    for (const [id, value] of Object.entries(values)) {
      table.column(id)!.set(row, encodeCell(findMetric(id)!.encoding, value), 1)
    }
  })
  return {
    epoch: new Uint8Array(16),
    offset: 1,
    simulated,
    domains: table,
    hosts: hostTable,
    ready,
    onCommit: () => () => {},
    look: () => () => {},
    freshness: () => [],
    rowExceptions: () => [],
    hostStatuses: () => hosts.map((host, row) => fakeStatus(host, row, simulated, ready)),
    rowsOf: (uuid) => domains.flatMap((domain, row) => (domain.uuid === uuid ? [row] : [])),
    identity(row) {
      const { host, uuid, name } = domains[row]!
      return {
        row,
        host: hosts[host]!,
        uuid,
        name,
        id: row + 1,
        state: 'running',
        reason: 'booted',
        ageMs: 120,
        overdueMs: 20,
      }
    },
    age: () => ({ ageMs: 120, overdueMs: 20 }),
    partial: () => null,
    value: (row, metric) => domains[row]!.values[metric.id] ?? null,
    exists: (row) => table.isAlive(row),
    facts: () => ({ facts: null, error: null, ageMs: null }),
    jobs: () => [],
    notes: () => ({}),
    countedOn: (row) => domains[row]!.countedOn ?? null,
    raw: (row) => domains[row]!.raw ?? [],
    stat: (row, name) => domains[row]!.raw?.find((parameter) => parameter.name === name) ?? null,
  }
}

function uuidWords(uuid: string): number[] {
  const digits = uuid.replaceAll('-', '')
  return [0, 8, 16, 24].map((at) => Number.parseInt(digits.slice(at, at + 8), 16))
}

function fakeStatus(host: string, row: number, simulated: boolean, ready: boolean): HostStatus {
  return {
    host,
    row,
    uri: `qemu+ssh://${host}/system`,
    simulated,
    state: ready ? 'up' : 'connecting',
    since: '2026-01-01T00:00:00.000Z',
    hostname: host,
    version: '9.0.0',
    hypervisor: '7.2.0',
    cpus: 8,
    memoryKiB: 16_777_216,
    domains: 2,
    active: 2,
    partial: 0,
    ageMs: 100,
    monitorAgeMs: 200,
    overdueMs: 0,
    monitorOverdueMs: 0,
    pollMs: 3,
    monitorPollMs: 60,
    replyBytes: 5000,
    duty: 6,
    intervalMs: 1000,
    monitorIntervalMs: 1000,
    reconnects: 0,
    unknownFields: 0,
    resets: 0,
    countedAs: null,
    missing: [],
    error: null,
    metrics: {},
  }
}
