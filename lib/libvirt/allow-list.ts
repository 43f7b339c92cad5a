import { DomscopeError } from '../errors/domscope-error.ts'
import { Procedure } from './constants.ts'

/**
 * Every procedure that Domscope may send. All of them only read.
 *
 * @remarks The encoder refuses any other number, so a write cannot leave this process even by mistake, also where the
 * connection would allow it. CONNECT_OPEN carries the read-only flag; GET_XML_DESC is sent without flags, so never with
 * secrets; event registrations touch only our own connection; AUTH_POLKIT proves who we are.
 */
export const ALLOWED_PROCEDURES = [
  Procedure.ConnectOpen,
  Procedure.ConnectClose,
  Procedure.GetType,
  Procedure.GetVersion,
  Procedure.NodeGetInfo,
  Procedure.GetCapabilities,
  Procedure.DomainGetXmlDesc,
  Procedure.DomainGetInfo,
  Procedure.GetHostname,
  Procedure.SupportsFeature,
  Procedure.AuthList,
  Procedure.AuthPolkit,
  Procedure.GetUri,
  Procedure.GetLibVersion,
  Procedure.DomainGetState,
  Procedure.NodeGetCpuStats,
  Procedure.NodeGetMemoryStats,
  Procedure.DomainGetControlInfo,
  Procedure.DomainGetBlockJobInfo,
  Procedure.DomainGetJobStats,
  Procedure.ListAllDomains,
  Procedure.EventRegisterAny,
  Procedure.EventDeregisterAny,
  Procedure.NodeGetFreePages,
  Procedure.GetAllDomainStats,
] as const

/** A procedure on the list; the type keeps others out at compile time, {@link assertAllowed} at run time. */
export type AllowedProcedure = (typeof ALLOWED_PROCEDURES)[number]

const allowed: ReadonlySet<number> = new Set(ALLOWED_PROCEDURES)

/** @throws DomscopeError `PROCEDURE_NOT_ALLOWED` for a number that is not on the list. */
export function assertAllowed(procedure: number): asserts procedure is AllowedProcedure {
  if (allowed.has(procedure)) return
  throw new DomscopeError(
    'PROCEDURE_NOT_ALLOWED',
    `procedure ${procedure} is not on the list of read-only procedures`,
    {
      radius: 'process',
      detail: { procedure },
    },
  )
}
