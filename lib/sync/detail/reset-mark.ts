import type { MarkFact, MarkOwner } from './detail-json.ts'

const NOUNS: Readonly<Record<MarkOwner['entity'], string>> = { vcpu: 'vCPU', disk: 'disk', nic: 'NIC' }
/** When more children than this begin anew at once, the mark is that of the domain. */
const MOST_OWNERS = 8

/** What began anew in one sample. */
export interface ResetSample {
  readonly at: number
  readonly ofDomain: boolean
  readonly children: readonly MarkOwner[]
  /** Some other child went on counting: it is not the process that began anew. */
  readonly othersWentOn: boolean
}

/**
 * The marks of a sample with resets (DT22): of each vCPU, disk and NIC that began anew while others went on, else of the
 * domain. Sums of the domain are reset with their parts, which is no mark of its own.
 */
export function resetMarks({ at, ofDomain, children, othersWentOn }: ResetSample): MarkFact[] {
  if (!ofDomain && children.length === 0) return []
  if (children.length === 0 || children.length > MOST_OWNERS || !othersWentOn) {
    return [{ at, kind: 'reset', label: 'counters began anew' }]
  }
  return children.map(({ entity, identity }) => ({
    ...{ at, kind: 'reset', label: `counters of ${NOUNS[entity]} ${identity} began anew` },
    of: { entity, identity },
  }))
}
