/** One host as `/api/v1/hosts` tells it. Fields that only other pages need are left out. */
export interface HostStatus {
  readonly host: string
  /** Without secrets; empty for whoever does not see the host as a whole. */
  readonly uri: string
  readonly state: 'connecting' | 'up' | 'busy' | 'unreachable'
  /** ISO 8601. */
  readonly since: string
  readonly hostname: string | null
  readonly version: string | null
  readonly hypervisor: string | null
  readonly cpus: number | null
  readonly memoryKiB: number | null
  readonly metrics: Readonly<Record<string, number | null>>
  readonly domains: number
  readonly active: number
  readonly partial: number
  readonly ageMs: number | null
  readonly monitorAgeMs: number | null
  readonly overdueMs: number | null
  readonly monitorOverdueMs: number | null
  readonly pollMs: number | null
  readonly monitorPollMs: number | null
  readonly replyBytes: number | null
  readonly duty: number | null
  readonly intervalMs: number | null
  readonly monitorIntervalMs: number | null
  readonly reconnects: number
  /** Null for whoever does not see all domains of the host. */
  readonly unknownFields: number | null
  /** Counter resets, by domain and stat group, since the server started; null for whoever does not see all domains. */
  readonly resets: number | null
  /** The host that stands for the machine of this one; null where this one counts. */
  readonly countedAs: string | null
  readonly missing: readonly string[]
  readonly error: { readonly code: string; readonly message: string; readonly remedy: string | null } | null
}

export interface HostsAnswer {
  readonly simulated: boolean
  readonly hosts: readonly HostStatus[]
}
