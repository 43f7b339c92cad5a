import { metricsOf } from '../../../lib/metrics/catalogue.ts'
import { hostRowOf } from '../../../lib/query/row-uuid.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import type { Parameters, Read } from '../parameters.ts'
import { problem, quoted } from '../problem.ts'
import { type Route, refused } from '../route.ts'
import { fillLinks } from '../tool-links.ts'
import { diskFills } from './disk-fill.ts'
import { partialCells } from './domain-columns.ts'
import { readHost } from './domain-query.ts'

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const VALUE_METRICS = metricsOf('domain').filter((metric) => metric.unit !== 'word')

/** `/api/v1/domains/{uuid}`: everything that is known of one domain. */
export const domainRoute: Route = {
  pattern: ['api', 'v1', 'domains', '*'],
  parameters: ['host'],
  answer: ({ fleet, links }, parameters, [uuid]) => {
    const row = findRow(fleet, uuid!, parameters)
    if (!row.ok) return refused(row.problem)
    const { name, host, id, state, reason, ageMs, overdueMs, uuid: canonical } = fleet.identity(row.value)
    const metrics: Record<string, number | null> = {}
    for (const metric of VALUE_METRICS) metrics[metric.id] = fleet.value(row.value, metric)
    const { facts, error: factsError, ageMs: factsAgeMs } = fleet.facts(row.value)
    const jobs = fleet.jobs(row.value)
    const notes = fleet.notes(row.value)
    const raw = fleet.raw(row.value)
    const { simulated } = fleet
    const countedOn = fleet.countedOn(row.value)
    const identity = { simulated, uuid: canonical, name, host, id, state, reason, ageMs, overdueMs, countedOn }
    const about = { facts, factsError, factsAgeMs, jobs, links: fillLinks(links, { host, uuid: canonical, name }) }
    const measured = { metrics, notes, diskFill: diskFills(raw, facts), raw }
    return { kind: 'json', value: { ...identity, ...partialCells(fleet, row.value), ...about, ...measured } }
  },
}

/** `/api/v1/domains/{uuid}/stats/{name}`: one typed parameter, found without looking at the others. */
export const statRoute: Route = {
  pattern: ['api', 'v1', 'domains', '*', 'stats', '*'],
  parameters: ['host'],
  answer: ({ fleet }, parameters, [uuid, name]) => {
    const row = findRow(fleet, uuid!, parameters)
    if (!row.ok) return refused(row.problem)
    const stat = fleet.stat(row.value, name!)
    if (stat !== null) return { kind: 'json', value: { simulated: fleet.simulated, ...stat } }
    const message = `Domain ${uuid} has no typed parameter ${quoted(name!)}; /api/v1/domains/${uuid} lists them.`
    return refused(problem(404, 'STAT_UNKNOWN', message))
  },
}

/** Whether a text is a UUID in canonical lower-case form. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

function findRow(fleet: FleetReader, text: string, parameters: Parameters): Read<number> {
  const uuid = text.toLowerCase()
  if (!isUuid(uuid)) {
    const message = `${quoted(text)} is not a UUID of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx.`
    return { ok: false, problem: problem(400, 'BAD_UUID', message) }
  }
  const host = readHost(parameters, fleet)
  if (!host.ok) return host
  const rows = fleet.rowsOf(uuid).filter((row) => host.value === null || hostRowOf(fleet.domains, row) === host.value)
  const [row] = rows
  if (row === undefined) {
    const where = host.value === null ? 'on any host' : `on host ${quoted(parameters.get('host')!)}`
    return { ok: false, problem: problem(404, 'DOMAIN_UNKNOWN', `There is no domain ${uuid} ${where}.`) }
  }
  if (rows.length === 1) return { ok: true, value: row }
  // Two connections to one daemon: both rows are the same domain.
  const counted = rows.filter((one) => fleet.countedOn(one) === null)
  if (counted.length === 1) return { ok: true, value: counted[0]! }
  const hosts = rows.map((one) => fleet.identity(one).host)
  const message = `Domain ${uuid} is on ${hosts.length} hosts; say which with host=NAME.`
  return { ok: false, problem: problem(409, 'DOMAIN_AMBIGUOUS', message, { hosts }) }
}
