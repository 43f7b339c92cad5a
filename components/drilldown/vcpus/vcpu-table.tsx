// biome-ignore-all lint/a11y/useSemanticElements: cells of a list whose rows are not table elements.
'use client'

import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { formatMetric, UNKNOWN_TEXT } from '../../../lib/metrics/format.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import type { DetailTrack } from '../../live/live-detail.ts'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { partsOf } from '../charts/chart-groups.ts'
import { onlineText } from '../charts/presence.ts'
import type { DomainAnswer } from '../domain-answer.ts'
import { latestValue } from '../latest.ts'
import { useOffScreen } from '../use-on-screen.ts'
import { EXITS_ID, HALTS_ID, vcpuStates } from './vcpu-counters.ts'
import type { VcpuKey } from './vcpu-order.ts'
import { orderVcpus } from './vcpu-order.ts'

const ROW_HEIGHT = 22
const MOST_ROWS = 12
const REFRESH_MS = 1000
/** Rows keep their places for so many refreshes, so that they can be read and clicked. */
const CALM_REFRESHES = 5
const COLUMNS = ['vCPU', 'State', 'Use', 'Steal', 'Exits', 'Halts', 'Online']
const VALUES = ['vcpuPercent', 'vcpuStealPercent', EXITS_ID, HALTS_ID] as const
/** What each column is ordered by. */
const KEYS: readonly VcpuKey[] = ['id', 'state', ...VALUES.map((series) => ({ series })), 'online']

interface VcpuTableProps {
  readonly stage: ChartStage
  readonly identities: readonly string[]
  readonly vcpus: ReadonlyMap<string, readonly DetailTrack[]>
  readonly answer: DomainAnswer | null
  readonly chosen: ReadonlyMap<string, number>
  readonly onPick: (identity: string) => void
}

/** Every vCPU in numbers, now. It follows once a second while it can be seen. */
export function VcpuTable({ stage, identities, vcpus, answer, chosen, onPick }: VcpuTableProps) {
  const root = useRef<HTMLDivElement>(null)
  const [refreshes, render] = useReducer((count: number) => count + 1, 0)
  const isOff = useOffScreen(root)
  useEffect(() => {
    const timer = setInterval(() => {
      if (!isOff() && !document.hidden) render()
    }, REFRESH_MS)
    return () => clearInterval(timer)
  }, [isOff])
  const states = useMemo(() => vcpuStates(answer?.raw ?? []), [answer])
  const now = stage.time.to
  const [sort, setSort] = useState({ column: 0, isDown: false })
  const onSort = useCallback(
    // The first click on a column of numbers shows the greatest first.
    (column: number) =>
      setSort((before) => ({ column, isDown: before.column === column ? !before.isDown : column > 1 })),
    [],
  )
  const calm = Math.floor(refreshes / CALM_REFRESHES)
  // biome-ignore lint/correctness/useExhaustiveDependencies: values are read anew every few refreshes, not at each.
  const ordered = useMemo(() => {
    const known = { vcpus, stateOf: (identity: string) => states.get(identity) ?? '', now: stage.time.to }
    return orderVcpus(identities, { key: KEYS[sort.column] ?? 'id', isDown: sort.isDown }, known)
  }, [identities, vcpus, sort, calm])
  const height = (Math.min(MOST_ROWS, identities.length) + 1) * ROW_HEIGHT + 2
  return (
    <div ref={root} className="vcpu-table" style={{ height }}>
      <VirtualList
        items={ordered}
        rowHeight={ROW_HEIGHT}
        label="vCPUs"
        columns={COLUMNS}
        sort={{ ...sort, onSort }}
        keyOf={(identity) => identity}
        render={(identity) => {
          const tracks = vcpus.get(identity) ?? []
          const online = onlineText(tracks, stage.wallOffsetMs)
          return (
            <>
              <span role="cell">
                <button
                  type="button"
                  className="plain small"
                  aria-pressed={chosen.has(identity)}
                  aria-label={`Lines of vCPU ${identity}`}
                  onClick={() => onPick(identity)}
                >
                  {identity}
                </button>
              </span>
              <span role="cell">{online.isOff ? 'offline' : (states.get(identity) ?? UNKNOWN_TEXT)}</span>
              {VALUES.map((id) => (
                <span role="cell" key={id}>
                  {textOf(tracks, id, now)}
                </span>
              ))}
              <span role="cell">{online.text}</span>
            </>
          )
        }}
      />
    </div>
  )
}

function textOf(tracks: readonly DetailTrack[], id: string, now: number): string {
  const parts = partsOf(tracks, id)
  const metric = parts[0]?.track.series[parts[0].index]?.metric
  return metric === undefined ? UNKNOWN_TEXT : formatMetric(metric, latestValue(parts, now))
}
