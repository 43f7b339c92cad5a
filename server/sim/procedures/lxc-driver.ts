import { Procedure } from '../../../lib/libvirt/constants.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'

/** What libvirt calls the functions that its driver for containers does not have. */
const LACKS: ReadonlyMap<number, string> = new Map([
  [Procedure.GetAllDomainStats, 'virConnectGetAllDomainStats'],
  [Procedure.DomainGetControlInfo, 'virDomainGetControlInfo'],
  [Procedure.DomainGetJobStats, 'virDomainGetJobStats'],
  [Procedure.DomainGetBlockJobInfo, 'virDomainGetBlockJobInfo'],
])

/** Throws what a daemon whose driver is that of containers answers; seen on libvirt 9.0. */
export function refuseAsLxc(procedure: number): void {
  const name = LACKS.get(procedure)
  if (name !== undefined) throw new RpcRefusal(ErrorCode.NoSupport, ErrorDomain.Domain, name)
}
