import { parseObject } from '../messages/hello.ts'
import { malformedFrame } from '../wire/sync-error.ts'
import { MAX_SERIES } from './detail-protocol.ts'

type Json = Readonly<Record<string, unknown>>

const STATUSES = ['live', 'ended', 'gone'] as const
const ENTITIES = ['domain', 'vcpu', 'disk', 'nic'] as const

/** One vCPU, disk or NIC of a domain. */
export interface MarkOwner {
  readonly entity: 'vcpu' | 'disk' | 'nic'
  readonly identity: string
}

/** Something for the time axis. `at` is server time, as every moment of this file. */
export interface MarkFact {
  readonly at: number
  readonly kind: 'reset' | 'handover'
  readonly label: string
  /** What it happened to, when that is not the whole domain. */
  readonly of?: MarkOwner
}

/** The domain of a detail as it is now. */
export interface DetailFacts {
  readonly status: (typeof STATUSES)[number]
  readonly host: string
  readonly uuid: string
  readonly name: string
  readonly id: number
  readonly state: string
  readonly reason: string
  readonly upSince: number | null
  readonly upSinceIsExact: boolean
  readonly keptMs: number
  readonly marks: readonly MarkFact[]
  readonly facts: Json
}

/** A track that is new, or whose coming and going changed. */
export interface TrackFact {
  readonly number: number
  readonly entity: (typeof ENTITIES)[number]
  readonly identity: string
  readonly host: string
  /** Place of its series in the list of sets. */
  readonly set: number
  readonly since: number | null
  readonly until: number | null
}

export interface TracksFact {
  readonly sets: readonly (readonly string[])[]
  readonly tracks: readonly TrackFact[]
}

/** An event as it travels. */
export interface EventFact {
  readonly at: number
  /** Ms since 1970, of the server's wall clock. */
  readonly wall: number
  readonly host: string
  /** Empty for what happened to a host. */
  readonly uuid: string
  readonly name: string
  readonly kind: string
  readonly text: string
  readonly details: Json
}

export interface EventsFact {
  readonly events: readonly EventFact[]
  readonly dropped: number
}

/** Reads the JSON of FACTS. @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME` */
export function parseFacts(text: string): DetailFacts {
  const json = parseObject(text)
  return {
    status: oneOf(json.status, STATUSES),
    host: string(json.host),
    uuid: string(json.uuid),
    name: string(json.name),
    id: number(json.id),
    state: string(json.state),
    reason: string(json.reason),
    upSince: moment(json.upSince),
    upSinceIsExact: json.upSinceIsExact === true,
    keptMs: number(json.keptMs),
    marks: list(json.marks).map(parseMark),
    facts: object(json.facts),
  }
}

function parseMark(json: unknown): MarkFact {
  const { at, kind, label, of } = object(json)
  const mark = { at: number(at), kind: oneOf(kind, ['reset', 'handover'] as const), label: string(label) }
  return of === undefined ? mark : { ...mark, of: parseOwner(object(of)) }
}

function parseOwner({ entity, identity }: Json): MarkOwner {
  return { entity: oneOf(entity, ['vcpu', 'disk', 'nic'] as const), identity: string(identity) }
}

/** Reads the JSON of TRACKS. @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME` */
export function parseTracks(text: string): TracksFact {
  const json = parseObject(text)
  const sets = list(json.sets).map((set) => list(set).map(string))
  if (sets.some((set) => set.length > MAX_SERIES)) throw malformedFrame('a track has too many series')
  const tracks = list(json.tracks).map((entry): TrackFact => {
    const track = object(entry)
    const set = number(track.set)
    if (sets[set] === undefined) throw malformedFrame('a track names a set of series that is not there')
    return {
      number: number(track.number),
      entity: oneOf(track.entity, ENTITIES),
      identity: string(track.identity),
      host: string(track.host),
      set,
      since: moment(track.since),
      until: moment(track.until),
    }
  })
  return { sets, tracks }
}

/** Reads the JSON of EVENTS. @throws {@link DomscopeError} `SYNC_MALFORMED_FRAME` */
export function parseEvents(text: string): EventsFact {
  const json = parseObject(text)
  const events = list(json.events).map((entry): EventFact => {
    const event = object(entry)
    return {
      at: number(event.at),
      wall: number(event.wall),
      host: string(event.host),
      uuid: string(event.uuid),
      name: string(event.name),
      kind: string(event.kind),
      text: string(event.text),
      details: object(event.details),
    }
  })
  return { events, dropped: number(json.dropped) }
}

function object(json: unknown): Json {
  // The test before the cast is what the type says.
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Json
  throw malformedFrame('its JSON lacks an object')
}

function list(json: unknown): readonly unknown[] {
  if (Array.isArray(json)) return json
  throw malformedFrame('its JSON lacks a list')
}

function string(json: unknown): string {
  if (typeof json === 'string') return json
  throw malformedFrame('its JSON lacks a text')
}

function number(json: unknown): number {
  if (typeof json === 'number') return json
  throw malformedFrame('its JSON lacks a number')
}

function moment(json: unknown): number | null {
  return json === null ? null : number(json)
}

function oneOf<const T extends string>(json: unknown, words: readonly T[]): T {
  const word = words.find((one) => one === json)
  if (word === undefined) throw malformedFrame('its JSON has a word that is not known')
  return word
}
