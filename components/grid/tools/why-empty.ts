/** Why a fleet has no domain to show. */
export type EmptyReason = 'out-of-reach' | 'some-out-of-reach' | 'connecting' | 'none-defined'

/** Tells hosts that have no domain from hosts that nobody could ask. */
export function whyEmpty(hosts: {
  readonly up: number
  readonly unreachable: number
  readonly connecting: number
}): EmptyReason {
  if (hosts.unreachable > 0) return hosts.up > 0 ? 'some-out-of-reach' : 'out-of-reach'
  return hosts.connecting > 0 ? 'connecting' : 'none-defined'
}
