import {
  LIST_ACTIVE,
  LIST_INACTIVE,
  LIST_PAUSED,
  LIST_RUNNING,
  LIST_SHUT_OFF,
  ParamType,
  STATS_ACTIVE,
} from '../../lib/libvirt/constants.ts'
import { formatUuid } from '../../lib/libvirt/domain-ref.ts'
import { type InfoMeaning, infoMeaning } from '../../lib/libvirt/driver-stats.ts'
import { encodeDomainStats, type StatParam, type StatRecord } from '../../lib/libvirt/encode-domain-stats.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import type { DomainInfo } from '../../lib/libvirt/procedures/domains.ts'
import { getInfo, getState, listAllDomains } from '../../lib/libvirt/procedures/domains.ts'
import { DomainState } from '../../lib/libvirt/words.ts'
import { groupBit, StatGroup } from '../../lib/metrics/types.ts'
import type { Clock } from '../clock.ts'
import type { BulkReply, BulkRequest, DomainRef } from './host-session.ts'
import type { RpcClient } from './rpc-client.ts'

/** Domains in one question about CPU and memory: with a call for each, it stays far below the deadline of a bulk call. */
export const SINGLE_DOMAINS = 50

/** The lists that tell states, most common first. All other states share one flag and are asked for one by one. */
const STATE_LISTS = [
  [LIST_RUNNING, DomainState.Running],
  [LIST_PAUSED, DomainState.Paused],
  [LIST_SHUT_OFF, DomainState.ShutOff],
] as const

/** GET_STATE calls of one question that only find out why a domain is in its state. */
const MOST_REASONS = 50

/** A domain, the state it is in, and why if that is known. */
interface Found {
  readonly domain: DomainRef
  readonly state: number
  readonly reason: number | null
}

/**
 * Statistics of a driver that has no bulk call: states from lists, CPU and memory from a call for each domain, one after
 * another.
 *
 * @remarks The answer has the form of a bulk reply, so that everything after it is the same: columns, rates, ages. A
 * domain that is gone by the time it is asked about has no record, and neither has one that alone is refused.
 */
export class SingleStats {
  readonly #client: Pick<RpcClient, 'call'>
  readonly #clock: Clock
  readonly #meaning: InfoMeaning
  /** By UUID: what GET_STATE said last. */
  readonly #known = new Map<string, Found>()

  /** @param type - Of the driver, as GET_TYPE says it. */
  constructor(client: Pick<RpcClient, 'call'>, clock: Clock, type: string) {
    this.#client = client
    this.#clock = clock
    this.#meaning = infoMeaning(type)
  }

  /** An event says that the state of a domain is another one, or has another reason. */
  forget(domain: DomainRef): void {
    this.#known.delete(formatUuid(domain.uuid))
  }

  /** Answers what the bulk call would. `deadlineMs` is that of each call it makes. */
  async read({ groups, flags, domains }: BulkRequest, deadlineMs: number): Promise<BulkReply> {
    const activeOnly = (flags & STATS_ACTIVE) !== 0
    const asked =
      domains ?? (await this.#client.call(listAllDomains(activeOnly ? LIST_ACTIVE : ALL_DOMAINS), deadlineMs))
    const sentAt = this.#clock.now()
    let records: StatRecord[] = asked.map((domain) => ({ domain, params: [] }))
    if ((groups & groupBit(StatGroup.State)) !== 0) records = await this.#states(asked, deadlineMs)
    if (activeOnly) records = records.filter(({ domain }) => domain.id !== -1)
    if ((groups & INFO_GROUPS) !== 0) records = await this.#withInfos(records, deadlineMs)
    return reply(encodeDomainStats(records), sentAt, this.#clock.now())
  }

  async #states(asked: readonly DomainRef[], deadlineMs: number): Promise<StatRecord[]> {
    const listed = await this.#listed(asked, deadlineMs)
    const records: StatRecord[] = []
    let reasons = MOST_REASONS
    for (const domain of asked) {
      const found = listed.get(formatUuid(domain.uuid)) ?? null
      const known = this.#remembered(domain, found)
      const mayAsk = known === null && (found === null || reasons-- > 0)
      const now = mayAsk ? await this.#state(found?.domain ?? domain, deadlineMs) : (known ?? found)
      if (now !== null) records.push({ domain: now.domain, params: stateParams(now) })
    }
    this.#forgetOthers(asked.length)
    return records
  }

  /** States by UUID, from as few lists as name all the domains. */
  async #listed(asked: readonly DomainRef[], deadlineMs: number): Promise<Map<string, Found>> {
    const found = new Map<string, Found>()
    for (const [flag, state] of STATE_LISTS) {
      if (asked.every(({ uuid }) => found.has(formatUuid(uuid)))) break
      for (const domain of await this.#client.call(listAllDomains(flag), deadlineMs)) {
        found.set(formatUuid(domain.uuid), { domain, state, reason: null })
      }
    }
    return found
  }

  /** What GET_STATE said, as long as the lists say the same; they cannot say it of the states without a list. */
  #remembered({ uuid }: DomainRef, found: Found | null): Found | null {
    const known = this.#known.get(formatUuid(uuid))
    if (found === null || known === undefined) return null
    return known.state === found.state && known.domain.id === found.domain.id ? known : null
  }

  async #state(domain: DomainRef, deadlineMs: number): Promise<Found | null> {
    const answer = await orGone(this.#client.call(getState(domain), deadlineMs))
    if (answer === null) return null
    const found = { domain, ...answer }
    this.#known.set(formatUuid(domain.uuid), found)
    return found
  }

  /** Domains come and go for weeks. */
  #forgetOthers(asked: number): void {
    if (this.#known.size > 2 * asked + SINGLE_DOMAINS) this.#known.clear()
  }

  /** @throws the refusal of the last domain when every one was refused: then it is the daemon, and no single domain. */
  async #withInfos(records: readonly StatRecord[], deadlineMs: number): Promise<StatRecord[]> {
    const told: StatRecord[] = []
    let refusal: unknown = null
    for (const { domain, params } of records) {
      try {
        const info = await orGone(this.#client.call(getInfo(domain), deadlineMs))
        if (info !== null && isActive(info)) told.push({ domain, params: [...params, ...this.#infoParams(info)] })
      } catch (error) {
        if (remoteCode(error) === null) throw error
        refusal = error
      }
    }
    if (refusal !== null && told.length === 0) throw refusal
    return told
  }

  /** A figure of 0 is one that the driver does not have: what runs has used some CPU and some memory. */
  #infoParams({ memoryMaximumKiB, memoryKiB, vcpus, cpuTimeNs }: DomainInfo): StatParam[] {
    const { hasCpuTime, memory } = this.#meaning
    const params: StatParam[] = []
    const long = (name: string, value: bigint) => {
      if (value > 0n) params.push({ name, type: ParamType.Ullong, value })
    }
    if (hasCpuTime) long('cpu.time', cpuTimeNs)
    if (memory === 'given') long('balloon.current', memoryKiB)
    long('balloon.maximum', memoryMaximumKiB)
    if (memory === 'used') long('balloon.rss', memoryKiB)
    if (vcpus > 0) params.push({ name: 'vcpu.current', type: ParamType.Uint, value: vcpus })
    return params
  }
}

const ALL_DOMAINS = LIST_ACTIVE | LIST_INACTIVE
const INFO_GROUPS = groupBit(StatGroup.Cpu) | groupBit(StatGroup.Balloon) | groupBit(StatGroup.Vcpu)

/** Stopped since it was listed: its figures are those of a definition. */
function isActive({ state }: DomainInfo): boolean {
  return state !== DomainState.ShutOff && state !== DomainState.Crashed
}

function stateParams({ state, reason }: Found): StatParam[] {
  const params: StatParam[] = [{ name: 'state.state', type: ParamType.Int, value: state }]
  if (reason !== null) params.push({ name: 'state.reason', type: ParamType.Int, value: reason })
  return params
}

/** The answer, or null when the domain has gone since it was listed. */
async function orGone<Answer>(call: Promise<Answer>): Promise<Answer | null> {
  try {
    return await call
  } catch (error) {
    if (remoteCode(error) === ErrorCode.NoDomain) return null
    throw error
  }
}

/** The domains were asked one after another, so the samples spread over the whole time as in a bulk call. */
function reply(body: Uint8Array<ArrayBuffer>, sentAt: number, endAt: number): BulkReply {
  const words = new Uint32Array(body.buffer, body.byteOffset, body.byteLength / Uint32Array.BYTES_PER_ELEMENT)
  return { words, bytes: body.byteLength, sentAt, firstByteAt: endAt, endAt, release: () => {} }
}
