import type { DetailTrack } from '../../live/live-detail.ts'
import { partsOf } from '../charts/chart-groups.ts'
import { latestValue } from '../latest.ts'

/** What a table of vCPUs can be ordered by: the id, the state, the newest value of a series, or when it came or went. */
export type VcpuKey = 'id' | 'state' | 'online' | { readonly series: string }

interface OrderedBy {
  readonly key: VcpuKey
  readonly isDown: boolean
}

interface Known {
  readonly vcpus: ReadonlyMap<string, readonly DetailTrack[]>
  /** By identity, in words. */
  readonly stateOf: (identity: string) => string
  readonly now: number
}

/**
 * Identities in order; what is equal stays in the order of ids, what is not known comes last either way.
 *
 * @param identities - In the order of ids.
 */
export function orderVcpus(
  identities: readonly string[],
  { key, isDown }: OrderedBy,
  { vcpus, stateOf, now }: Known,
): readonly string[] {
  if (key === 'id') return isDown ? identities.toReversed() : identities
  const rankOf = (identity: string): number | string => {
    const tracks = vcpus.get(identity) ?? []
    if (key === 'state') return stateOf(identity)
    if (key === 'online') return tracks.at(-1)?.until ?? tracks.at(-1)?.since ?? 0
    return latestValue(partsOf(tracks, key.series), now)
  }
  const sign = isDown ? -1 : 1
  return identities
    .map((identity) => ({ identity, value: rankOf(identity) }))
    .sort(({ value: a }, { value: b }) => {
      const [noA, noB] = [Number.isNaN(a), Number.isNaN(b)]
      if (noA || noB) return Number(noA) - Number(noB)
      return a === b ? 0 : a < b ? -sign : sign
    })
    .map(({ identity }) => identity)
}
