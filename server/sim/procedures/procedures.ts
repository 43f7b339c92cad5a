import { Feature, PROGRAM_VERSION, Program } from '../../../lib/libvirt/constants.ts'
import type { Header } from '../../../lib/libvirt/header.ts'
import { XdrReader } from '../../../lib/xdr/xdr-reader.ts'
import type { NodeFigures } from '../guest/node-figures.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'
import { allowedBeforeOpen, CONNECTION_PROCEDURES } from './connection-procedures.ts'
import { DOMAIN_PROCEDURES } from './domain-procedures.ts'
import { JOB_PROCEDURES } from './job-procedures.ts'
import { nodeProcedures } from './node-procedures.ts'
import type { ProcedureServer, Session } from './procedure.ts'

/** Highest procedure of libvirt 9.0.0. */
const LAST_PROCEDURE = 443

/** Procedures that change a domain. The simulated daemon offers none of them. */
const WRITE_PROCEDURES: ReadonlySet<number> = new Set([
  9, 10, 12, 27, 28, 29, 33, 34, 164, 182, 196, 210, 231, 234, 245, 258, 261, 267, 305, 308, 350, 358,
])

/** All procedures that are answered at once; the bulk call is not among them. */
export function allProcedures(figures: NodeFigures): ReadonlyMap<number, ProcedureServer> {
  return new Map([...CONNECTION_PROCEDURES, ...nodeProcedures(figures), ...DOMAIN_PROCEDURES, ...JOB_PROCEDURES])
}

/** Refuses a program or a version that this daemon does not speak. */
export function checkProgram({ program, version }: Header): void {
  if (program === Program.Remote && version === PROGRAM_VERSION) return
  throw new RpcRefusal(ErrorCode.Rpc, ErrorDomain.Rpc, `Cannot find program ${program} version ${version}`)
}

/** Refuses what needs an open connection while there is none. */
export function checkOpen({ procedure }: Header, session: Session, body: Uint8Array): void {
  if (session.opened) return
  const keepaliveAsked = body.length >= 4 && new XdrReader(body).i32() === Feature.Keepalive
  if (allowedBeforeOpen(procedure, { keepaliveAsked })) return
  if (procedure < 1 || procedure > LAST_PROCEDURE) throw unserved(procedure, session)
  throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Rpc, 'hypervisor connection not open')
}

/** Why a procedure that nobody serves is refused: it changes things, it is not simulated, or it does not exist. */
export function unserved(procedure: number, session: Session): RpcRefusal {
  if (WRITE_PROCEDURES.has(procedure)) {
    return session.readOnly
      ? new RpcRefusal(ErrorCode.OperationDenied, ErrorDomain.Rpc, 'read only access prevents this operation')
      : new RpcRefusal(ErrorCode.OperationUnsupported, ErrorDomain.Qemu, 'a simulated host cannot be changed')
  }
  if (procedure >= 1 && procedure <= LAST_PROCEDURE) {
    return new RpcRefusal(ErrorCode.NoSupport, ErrorDomain.Qemu, `procedure ${procedure} is not simulated`)
  }
  return new RpcRefusal(ErrorCode.Rpc, ErrorDomain.Rpc, `unknown procedure: ${procedure}`)
}
