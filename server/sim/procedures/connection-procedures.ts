import { CONNECT_READ_ONLY, Feature, Procedure } from '../../../lib/libvirt/constants.ts'
import { readDomainRef } from '../../../lib/libvirt/domain-ref.ts'
import { MAX_STRING_BYTES } from '../../../lib/libvirt/limits.ts'
import { EVENT_PROCEDURES } from '../guest/sim-event.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'
import { capabilitiesXml } from './capabilities-xml.ts'
import type { ProcedureServer } from './procedure.ts'

/** The simulated daemon behaves as libvirt 9.0.0 with QEMU 7.2. */
const LIBVIRT_VERSION = 9_000_000n
const QEMU_VERSION = 7_002_022n
const DRIVER_TYPE = 'QEMU'
const CONNECTION_URI = 'qemu:///system'
const ACCEPTED_NAMES = new Set(['', CONNECTION_URI, 'qemu:///session', 'qemu:///embed'])
const MAX_VCPUS_OF_A_DOMAIN = 512
const SUPPORTED_FEATURES: ReadonlySet<number> = new Set([
  Feature.Keepalive,
  Feature.EventCallback,
  Feature.CloseCallback,
])
/** Features of the RPC layer and those of QEMU: migration v3, change protection, typed-parameter strings. */
const DRIVER_FEATURES: ReadonlySet<number> = new Set([2, 4, 6, 7, 8, 9, 11, 12, 13])

const open: ProcedureServer = ({ session, args }) => {
  if (session.opened) {
    // libvirt drops the connection that was open as well.
    session.opened = false
    throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, 'connection already open')
  }
  const name = args.optionalString(MAX_STRING_BYTES)
  const flags = args.u32()
  if (name === null) throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, 'hypervisor connection not open')
  if (!ACCEPTED_NAMES.has(name)) throw new RpcRefusal(ErrorCode.NoConnect, ErrorDomain.None, name)
  session.opened = true
  session.readOnly = (flags & CONNECT_READ_ONLY) !== 0
}

const supportsFeature: ProcedureServer = ({ session, args, reply }) => {
  const feature = args.i32()
  if (feature === Feature.Keepalive) session.keepalive = true
  reply.i32(SUPPORTED_FEATURES.has(feature) || DRIVER_FEATURES.has(feature) ? 1 : 0)
}

const register: ProcedureServer = ({ session, args, reply, nextCallback }) => {
  const eventId = args.i32()
  const uuid = args.optional() ? readDomainRef(args).uuid : null
  if (!EVENT_PROCEDURES.has(eventId)) {
    throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, `unsupported event ID ${eventId}`)
  }
  const id = nextCallback()
  session.callbacks.set(id, { eventId, uuid })
  reply.i32(id)
}

const deregister: ProcedureServer = ({ session, args }) => {
  const id = args.i32()
  if (!session.callbacks.delete(id)) {
    throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, `domain event callback ${id} not registered`)
  }
}

const nothing: ProcedureServer = () => {}

/** Procedures about the connection itself and the daemon behind it. */
export const CONNECTION_PROCEDURES: ReadonlyMap<number, ProcedureServer> = new Map<number, ProcedureServer>([
  [Procedure.AuthList, ({ reply }) => void reply.u32(1).u32(0)],
  [Procedure.ConnectOpen, open],
  [Procedure.ConnectClose, nothing],
  [Procedure.SupportsFeature, supportsFeature],
  [Procedure.RegisterCloseCallback, nothing],
  [Procedure.UnregisterCloseCallback, nothing],
  [Procedure.EventRegisterAny, register],
  [Procedure.EventDeregisterAny, deregister],
  [
    Procedure.GetType,
    ({ host, reply }) => void reply.string(host.world.spec.options.driver === 'lxc' ? 'LXC' : DRIVER_TYPE),
  ],
  [Procedure.GetVersion, ({ reply }) => void reply.u64(QEMU_VERSION)],
  [Procedure.GetLibVersion, ({ reply }) => void reply.u64(LIBVIRT_VERSION)],
  [Procedure.GetHostname, ({ host, reply }) => void reply.string(host.world.node.hostname)],
  [Procedure.GetUri, ({ reply }) => void reply.string(CONNECTION_URI)],
  [Procedure.GetCapabilities, ({ host, reply }) => void reply.string(capabilitiesXml(host.world.node))],
  [5, ({ reply }) => void reply.i32(MAX_VCPUS_OF_A_DOMAIN)],
])

/** What may be called before the connection is open. */
export function allowedBeforeOpen(procedure: number, args: { readonly keepaliveAsked: boolean }): boolean {
  if (procedure === Procedure.AuthList || procedure === Procedure.ConnectOpen) return true
  if (procedure === Procedure.ConnectClose) return true
  return procedure === Procedure.SupportsFeature && args.keepaliveAsked
}
