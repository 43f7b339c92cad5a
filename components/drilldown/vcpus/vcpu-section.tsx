'use client'

import { useCallback, useEffect, useMemo, useState } from 'react'
import { VCPU_METRICS } from '../../../lib/metrics/child-metrics.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import { Strip } from '../../charts/strip.tsx'
import type { StripModel } from '../../charts/strip-model.ts'
import { fixedTop } from '../../charts/strip-model.ts'
import type { DetailTrack, DetailView } from '../../live/live-detail.ts'
import { ChartGrid } from '../charts/chart-grid.tsx'
import { byIdentity, freeColour, partsOf, vcpuCharts } from '../charts/chart-groups.ts'
import type { DomainAnswer } from '../domain-answer.ts'
import { TopVcpus } from './top-vcpus.tsx'
import { counterLabel, counterSeries, EXITS_ID, HALTS_ID } from './vcpu-counters.ts'
import { VcpuTable } from './vcpu-table.tsx'

/** Lines of so many vCPUs at most: more than the colours tell apart. */
const MAX_CHOSEN = 8
/** All rows of the strip together are about half a window high, so that 512 vCPUs have a pixel each, or two. */
const LEAST_STRIP_PX = 512
const STRIP_SHARE = 0.48
const MAX_ROW_PX = 18

interface VcpuSectionProps {
  readonly stage: ChartStage
  readonly view: DetailView
  readonly tracks: readonly DetailTrack[]
  readonly width: number
  /** For the states of vCPUs and the counters that there are; null before the first answer. */
  readonly answer: DomainAnswer | null
  /** Why there is nothing of single vCPUs; null where there is something, or that is not known. */
  readonly remark: string | null
}

/** Every vCPU at once as a strip, the busiest by name, lines of those that were picked, and a table. */
export function VcpuSection({ stage, view, tracks, width, answer, remark }: VcpuSectionProps) {
  const [metric, setMetric] = useState<string>(VCPU_METRICS[0].id)
  const [isStretched, setStretched] = useState(false)
  const [chosen, setChosen] = useState<ReadonlyMap<string, number>>(new Map())
  const vcpus = useMemo(() => byIdentity(tracks, 'vcpu'), [tracks])
  const identities = useMemo(() => [...vcpus.keys()].sort((a, b) => Number(a) - Number(b)), [vcpus])
  const model = useMemo(
    () => stripModel(identities, vcpus, metric, isStretched),
    [identities, vcpus, metric, isStretched],
  )
  const charts = useMemo(() => vcpuCharts(tracks, chosen), [tracks, chosen])
  const counters = useMemo(() => counterSeries(answer?.raw ?? []), [answer])
  const extra = [...new Set([EXITS_ID, HALTS_ID, metric])].filter((id) => counters.includes(id)).join(' ')
  useEffect(() => view.setExtraSeries(extra === '' ? [] : extra.split(' ')), [view, extra])
  const pick = useCallback((identity: string) => setChosen((before) => picked(before, identity)), [])
  const clear = useCallback(() => setChosen(new Map()), [])
  if (identities.length === 0) return <p className="group-none">{remarkText(remark) ?? 'No vCPU was sampled yet.'}</p>
  return (
    <>
      {remark === null ? null : <p className="group-none">{remarkText(remark)}</p>}
      <div className="vcpu-tools">
        <label>
          Colour{' '}
          <select value={metric} onChange={(event) => setMetric(event.target.value)}>
            {VCPU_METRICS.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
            {counters.map((id) => (
              <option key={id} value={id}>
                {counterLabel(id)}
              </option>
            ))}
          </select>
        </label>
        {model === null || fixedTop(model.metric) === null ? null : (
          <label
            className="vcpu-stretch"
            title="The brightest colour is the greatest value that shows, in place of 100 %"
          >
            <input type="checkbox" checked={isStretched} onChange={(event) => setStretched(event.target.checked)} />
            stretch colours
          </label>
        )}
        {metric.startsWith('raw:') ? <span className="hint">read while this domain is open</span> : null}
        <TopVcpus stage={stage} model={model} chosen={chosen} onPick={pick} onClear={clear} />
      </div>
      {width > 0 && model !== null ? (
        <Strip
          key={`${metric} ${isStretched}`}
          stage={stage}
          model={model}
          width={width}
          chosen={chosen}
          onPick={pick}
        />
      ) : (
        <p className="group-none">Not known for any vCPU yet.</p>
      )}
      <ChartGrid stage={stage} charts={charts} width={width} />
      <VcpuTable stage={stage} identities={identities} vcpus={vcpus} answer={answer} chosen={chosen} onPick={pick} />
    </>
  )
}

/** With what there is instead. */
function remarkText(remark: string | null): string | null {
  return remark === null ? null : `Nothing is known of single vCPUs: ${remark}. CPU is the time of the whole process.`
}

function stripModel(
  identities: readonly string[],
  vcpus: ReadonlyMap<string, readonly DetailTrack[]>,
  id: string,
  isStretched: boolean,
): StripModel | null {
  const rows = identities.map((identity) => ({ identity, parts: partsOf(vcpus.get(identity) ?? [], id) }))
  const known = rows.find(({ parts }) => parts.length > 0)?.parts[0]
  if (known === undefined) return null
  const stripPx = Math.max(LEAST_STRIP_PX, window.innerHeight * STRIP_SHARE)
  const rowPx = Math.max(1, Math.min(MAX_ROW_PX, Math.floor(stripPx / rows.length)))
  return { metric: known.track.series[known.index]!.metric, rows, rowPx, isStretched }
}

/** One more line, or one less; beyond the limit the oldest goes. */
function picked(before: ReadonlyMap<string, number>, identity: string): ReadonlyMap<string, number> {
  const after = new Map(before)
  if (after.delete(identity)) return after
  const oldest = after.keys().next()
  if (after.size >= MAX_CHOSEN && !oldest.done) after.delete(oldest.value)
  return after.set(identity, freeColour(after.values()))
}
