/** One typed parameter exactly as libvirt sent it, as `/api/v1/domains/{uuid}` tells it. */
export interface RawParameter {
  readonly name: string
  readonly type: string
  /** Exact, as text. */
  readonly value: string
  readonly ageMs: number
}

/** How full the image of a disk is on the host. */
export interface DiskFill {
  readonly disk: string
  /** Null when it cannot be told. */
  readonly usedBytes: number | null
  readonly capacityBytes: number
  /** What must be said beside it, or why it is not known. */
  readonly note: string | null
}

/** A link to another tool, filled in for the domain. */
export interface ToolLink {
  readonly label: string
  readonly url: string
}

export interface DomainAnswer {
  readonly uuid: string
  readonly name: string
  readonly host: string
  /** Id of the process, null or -1 when inactive. */
  readonly id: number | null
  readonly state: string
  readonly reason: string
  readonly ageMs: number | null
  readonly overdueMs: number | null
  /** Stat groups that the last records left fields out of, and why; null for whole ones. */
  readonly partial: string | null
  readonly partialReason: string | null
  readonly links: readonly ToolLink[]
  readonly metrics: Readonly<Record<string, number | null>>
  readonly diskFill: readonly DiskFill[]
  readonly raw: readonly RawParameter[]
}

/** Path of the API for one domain of one host. */
export function domainPath(host: string, uuid: string): string {
  return `/api/v1/domains/${encodeURIComponent(uuid)}?host=${encodeURIComponent(host)}`
}
