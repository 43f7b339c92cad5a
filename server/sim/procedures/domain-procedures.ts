import { Procedure } from '../../../lib/libvirt/constants.ts'
import { MAX_DOMAINS, MAX_STRING_BYTES, UUID_BYTES } from '../../../lib/libvirt/limits.ts'
import type { Guest } from '../guest/guest.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'
import { filterDomains, LIST_FILTER_BITS } from './domain-filter.ts'
import { domainXml } from './domain-xml.ts'
import type { ProcedureServer, Serving } from './procedure.ts'
import { noDomain, readGuest, writeGuest } from './procedure.ts'

const XML_SECURE = 1
const XML_MIGRATABLE = 8
const TICK_NS = 10_000_000
const ControlState = { Ok: 0, Job: 1, Occupied: 2 } as const
const MetadataType = { Title: 1 } as const

const listAll: ProcedureServer = ({ host, args, reply }) => {
  const needResults = args.i32()
  const flags = args.u32()
  if ((flags & ~LIST_FILTER_BITS) !== 0) {
    const detail = `unsupported flags (0x${(flags >>> 0).toString(16)}) in function qemuConnectListAllDomains`
    throw new RpcRefusal(ErrorCode.InvalidArg, ErrorDomain.Qemu, detail)
  }
  const guests = filterDomains(host.guests, flags)
  if (guests.length > MAX_DOMAINS) {
    const detail = `Too many domains '${guests.length}' for limit '${MAX_DOMAINS}'`
    throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, detail)
  }
  reply.u32(needResults === 0 ? 0 : guests.length)
  if (needResults !== 0) for (const guest of guests) writeGuest(reply, guest)
  reply.u32(guests.length)
}

function lookup(find: (serving: Serving) => { guest: Guest | null; what: string }): ProcedureServer {
  return (serving) => {
    const { guest, what } = find(serving)
    if (guest === null) throw noDomain(`no domain with matching ${what}`)
    writeGuest(serving.reply, guest)
  }
}

const getInfo: ProcedureServer = (serving) => {
  const guest = readGuest(serving)
  const cpuNs = guest.active ? guest.cpuTimeNs(serving.host.moment(guest)) : 0
  serving.reply
    .i32(guest.state)
    .u64(BigInt(guest.shape.memoryMaximumKiB))
    .u64(BigInt(guest.memoryKiB))
    .i32(guest.vcpuIds.length)
    .u64(BigInt(Math.floor(cpuNs / TICK_NS) * TICK_NS))
}

const controlInfo: ProcedureServer = (serving) => {
  const guest = readGuest(serving)
  if (!guest.active)
    throw new RpcRefusal(55, ErrorDomain.Qemu, 'Requested operation is not valid: domain is not running')
  const since = serving.host.monitors.occupiedSince(guest)
  const occupiedMs = since === null ? 0 : Math.floor((serving.host.now() - since) * 1000)
  const { jobs } = serving.host
  const free = jobs.holdsMonitor(guest) ? ControlState.Job : ControlState.Ok
  serving.reply
    .u32(since === null ? free : ControlState.Occupied)
    .u32(0)
    .u64(BigInt(occupiedMs))
}

const xmlDesc: ProcedureServer = (serving) => {
  const guest = readGuest(serving)
  const flags = serving.args.u32()
  if (serving.session.readOnly && (flags & (XML_SECURE | XML_MIGRATABLE)) !== 0) {
    throw new RpcRefusal(ErrorCode.OperationDenied, ErrorDomain.None, 'virDomainGetXMLDesc with secure flag')
  }
  serving.reply.string(domainXml(guest, serving.host.jobs.of(guest)))
}

const metadata: ProcedureServer = (serving) => {
  const guest = readGuest(serving)
  const title = serving.args.i32() === MetadataType.Title ? guest.title : null
  if (title !== null) serving.reply.string(title)
  else throw new RpcRefusal(ErrorCode.NoDomainMetadata, ErrorDomain.Qemu, 'Requested metadata element is not present')
}

/** A procedure that answers one value about one domain. */
function about(answer: (reply: Serving['reply'], guest: Guest) => unknown): ProcedureServer {
  return (serving) => void answer(serving.reply, readGuest(serving))
}

/** Procedures about one domain, and the list of all. */
export const DOMAIN_PROCEDURES: ReadonlyMap<number, ProcedureServer> = new Map<number, ProcedureServer>([
  [Procedure.ListAllDomains, listAll],
  [
    Procedure.DomainLookupById,
    lookup(({ host, args }) => {
      const id = args.i32()
      return { guest: host.byId(id), what: `id ${id}` }
    }),
  ],
  [
    Procedure.DomainLookupByName,
    lookup(({ host, args }) => {
      const name = args.string(MAX_STRING_BYTES)
      return { guest: host.byName(name), what: `name '${name}'` }
    }),
  ],
  [
    Procedure.DomainLookupByUuid,
    lookup(({ host, args }) => ({ guest: host.byUuid(args.opaque(UUID_BYTES)), what: 'uuid' })),
  ],
  [Procedure.DomainGetInfo, getInfo],
  [Procedure.DomainGetControlInfo, controlInfo],
  [Procedure.DomainGetXmlDesc, xmlDesc],
  [265, metadata],
  [Procedure.DomainGetState, about((reply, guest) => reply.i32(guest.state).i32(guest.reason))],
  [Procedure.DomainGetMaxMemory, about((reply, guest) => reply.u64(BigInt(guest.shape.memoryMaximumKiB)))],
  [Procedure.DomainGetMaxVcpus, about((reply, guest) => reply.i32(guest.shape.vcpuMaximum))],
  [Procedure.DomainGetOsType, about((reply) => reply.string('hvm'))],
  [Procedure.DomainGetAutostart, about((reply, guest) => reply.i32(guest.shape.autostart ? 1 : 0))],
  [Procedure.DomainIsActive, about((reply, guest) => reply.i32(guest.active ? 1 : 0))],
  [Procedure.DomainIsPersistent, about((reply, guest) => reply.i32(guest.persistent ? 1 : 0))],
  [Procedure.DomainIsUpdated, about((reply) => reply.i32(0))],
  [Procedure.DomainHasManagedSaveImage, about((reply) => reply.i32(0))],
  [Procedure.DomainGetMessages, about((reply) => reply.u32(0))],
])
