'use client'

import type { Age } from '../../../lib/query/freshness.ts'
import { ACTIVE_READINGS, ageOfReadings, INACTIVE_READINGS } from '../../../lib/query/freshness.ts'
import { findDomainRow, hostRowOf } from '../../../lib/query/row-uuid.ts'
import type { DetailState } from '../../live/live-detail.ts'
import type { LiveFleet } from '../../live/live-fleet.ts'
import { useFeed } from '../../live/use-fleet.tsx'
import { useNow } from '../../shell/use-interval.ts'

const REFRESH_MS = 1000

/** How fresh what is known of a domain is. */
export interface DomainAge extends Age {
  /** Interval of the reading that is the oldest. */
  readonly intervalMs: number
  readonly partialGroups: number
  readonly cause: number
}

/** Age of an open domain, as the grid tells it of its row; null when its row is not here. */
export function domainAge(
  { domains, hosts, freshness, exceptions }: LiveFleet,
  { host, uuid, id }: Pick<DetailState, 'host' | 'uuid' | 'id'>,
  now: number,
): DomainAge | null {
  const row = findDomainRow(domains, hosts, host, uuid)
  const samples = row < 0 ? undefined : freshness[hostRowOf(domains, row)]
  if (samples === undefined) return null
  const { partialGroups = 0, cause = 0, sampledAt = null } = exceptions.get(row) ?? {}
  const age = ageOfReadings(samples, sampledAt, id < 0 ? INACTIVE_READINGS : ACTIVE_READINGS, now)
  return { ...age, intervalMs: samples.intervalMs[age.oldest] ?? 0, partialGroups, cause }
}

/** {@link domainAge}, anew every second. */
export function useDomainAge(state: Pick<DetailState, 'host' | 'uuid' | 'id'>): DomainAge | null {
  const { fleet } = useFeed()
  const now = useNow(REFRESH_MS)
  return now === 0 ? null : domainAge(fleet, state, now)
}
