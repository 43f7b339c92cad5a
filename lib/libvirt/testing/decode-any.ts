import { XdrReader } from '../../xdr/xdr-reader.ts'
import type { Call } from '../call.ts'
import { decodeReply } from '../call.ts'
import { PacketStatus, PacketType, Procedure } from '../constants.ts'
import { decodeEvent } from '../decode-event.ts'
import type { DomainRef } from '../domain-ref.ts'
import { readDomainRef } from '../domain-ref.ts'
import { walkDomainStats } from '../domain-stats.ts'
import { decodeErrorPayload } from '../error-payload.ts'
import { decodeHeader } from '../header.ts'

import { getAllDomainStats } from '../procedures/bulk-stats.ts'
import {
  authList,
  authPolkit,
  connectClose,
  connectOpen,
  getCapabilities,
  getHostname,
  getLibVersion,
  getType,
  getUri,
  getVersion,
  supportsFeature,
} from '../procedures/connection.ts'
import { getControlInfo, getState, getXmlDesc, listAllDomains } from '../procedures/domains.ts'
import { eventDeregisterAny, eventRegisterAny } from '../procedures/event-registration.ts'
import { getBlockJobInfo, getJobStats } from '../procedures/jobs.ts'
import { nodeGetCpuStats, nodeGetFreePages, nodeGetInfo, nodeGetMemoryStats } from '../procedures/node.ts'
import { CollectingSink } from './collect-stats.ts'

const someDomain: DomainRef = { name: '', uuid: new Uint8Array(16), id: -1 }

/** Every procedure whose replies we decode. */
const REPLIES: Readonly<Record<number, Call<unknown>>> = Object.fromEntries(
  [
    authList,
    authPolkit,
    supportsFeature(14),
    connectOpen('', 1),
    connectClose,
    getType,
    getVersion,
    getLibVersion,
    getHostname,
    getUri,
    getCapabilities,
    nodeGetInfo,
    nodeGetCpuStats(0),
    nodeGetMemoryStats(0),
    nodeGetFreePages(0, [2048]),
    listAllDomains(0),
    getState(someDomain),
    getControlInfo(someDomain),
    getXmlDesc(someDomain),
    getJobStats(someDomain),
    getBlockJobInfo(someDomain, 'vda'),
    eventRegisterAny(0),
    eventDeregisterAny(0),
  ].map((call: Call<unknown>) => [call.procedure, call]),
)

/** Procedures that {@link decodeAny} takes replies of, bulk stats apart. */
export const REPLY_PROCEDURES = Object.keys(REPLIES).map(Number)

/** Decodes the body of one whole message from a daemon as the client would, into plain values. */
export function decodeAny(message: Uint8Array): unknown {
  const header = decodeHeader(message)
  const body = message.subarray(28, header.length)
  if (header.type === PacketType.Message) return decodeEvent(header.procedure, body)
  if (header.status === PacketStatus.Error) return decodeErrorPayload(body)
  if (header.procedure === Procedure.GetAllDomainStats) {
    const sink = new CollectingSink(body)
    walkDomainStats(body, sink)
    return sink.records
  }
  const call = REPLIES[header.procedure]
  if (call === undefined) throw new Error(`no decoder for procedure ${header.procedure}`)
  return decodeReply(call, body)
}

/** The call that a recorded client message holds, rebuilt from its arguments; null for a number that is not ours. */
export function callOf(message: Uint8Array): Call<unknown> | null {
  const header = decodeHeader(message)
  const reader = new XdrReader(message, 28)
  switch (header.procedure) {
    case Procedure.SupportsFeature:
      return supportsFeature(reader.i32())
    case Procedure.ConnectOpen:
      return connectOpen(reader.optionalString(4096) ?? '', reader.u32())
    case Procedure.ListAllDomains:
      reader.i32()
      return listAllDomains(reader.u32())
    case Procedure.EventRegisterAny:
      return eventRegisterAny(reader.i32())
    case Procedure.GetAllDomainStats: {
      const domains: DomainRef[] = []
      for (let left = reader.count(16_384, 24); left > 0; left--) domains.push(readDomainRef(reader))
      return getAllDomainStats({ groups: reader.u32(), flags: reader.u32(), domains })
    }
    default:
      return REPLIES[header.procedure] ?? null
  }
}
