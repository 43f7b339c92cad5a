import type { FleetEvent } from '../../fleet/events/event-reader.ts'
import type { FleetReader } from '../../fleet/fleet-reader.ts'
import { badParameter, type Parameters, type Read, readWhole } from '../parameters.ts'
import { type Route, refused } from '../route.ts'
import { isUuid } from './domain.ts'
import { readHost } from './domain-query.ts'

const MAX_LIMIT = 5_000
const DEFAULT_LIMIT = 200

/** `/api/v1/events`: what happened lately to the fleet or to one domain, newest first. */
export const eventsRoute: Route = {
  pattern: ['api', 'v1', 'events'],
  parameters: ['host', 'uuid', 'limit'],
  answer: ({ fleet, events, clock }, parameters) => {
    const uuid = readUuid(parameters)
    if (!uuid.ok) return refused(uuid.problem)
    const host = readHostName(parameters, fleet)
    if (!host.ok) return refused(host.problem)
    const limit = readWhole(parameters, 'limit', { min: 0, max: MAX_LIMIT, fallback: DEFAULT_LIMIT })
    if (!limit.ok) return refused(limit.problem)
    const kept = uuid.value === null ? events.recent(MAX_LIMIT) : events.events(uuid.value)
    const wanted = kept.filter((event) => host.value === null || event.host === host.value)
    const now = clock.now()
    const newest = wanted.slice(Math.max(0, wanted.length - limit.value)).reverse()
    const { simulated } = fleet
    const asOf = new Date(clock.wall()).toISOString()
    return {
      kind: 'json',
      value: { simulated, asOf, total: wanted.length, events: newest.map((event) => eventJson(event, now)) },
    }
  },
}

function eventJson({ at, wall, host, uuid, name, kind, text, details }: FleetEvent, now: number) {
  const ageMs = Math.max(0, Math.round(now - at))
  const subject = uuid === '' ? { host, uuid: null, name: null } : { host, uuid, name }
  return { at: new Date(wall).toISOString(), ageMs, ...subject, kind, text, details }
}

function readUuid(parameters: Parameters): Read<string | null> {
  const text = parameters.get('uuid')
  if (text === undefined) return { ok: true, value: null }
  const uuid = text.toLowerCase()
  if (isUuid(uuid)) return { ok: true, value: uuid }
  return badParameter('uuid', text, 'it is no UUID.', 'a UUID of the form xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx')
}

/** The name as given, once it is known to be that of a host. */
function readHostName(parameters: Parameters, fleet: FleetReader): Read<string | null> {
  const row = readHost(parameters, fleet)
  return row.ok ? { ok: true, value: parameters.get('host') ?? null } : row
}
