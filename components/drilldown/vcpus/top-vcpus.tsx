'use client'

import { useEffect, useState } from 'react'
import { formatMetric } from '../../../lib/metrics/format.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import type { StripModel } from '../../charts/strip-model.ts'
import { latestValue } from '../latest.ts'

const TOP = 8
const REFRESH_MS = 1000

interface TopVcpusProps {
  readonly stage: ChartStage
  readonly model: StripModel | null
  readonly chosen: ReadonlyMap<string, number>
  readonly onPick: (identity: string) => void
  readonly onClear: () => void
}

interface Ranked {
  readonly identity: string
  readonly value: number
}

/** The eight vCPUs that have most of what the strip shows, now. A click shows their lines. */
export function TopVcpus({ stage, model, chosen, onPick, onClear }: TopVcpusProps) {
  const [top, setTop] = useState<readonly Ranked[]>([])
  useEffect(() => {
    if (model === null) return
    let rankedAt = Number.NEGATIVE_INFINITY
    const rank = (): void => {
      if (performance.now() - rankedAt < REFRESH_MS / 2) return
      rankedAt = performance.now()
      setTop(topOf(model, stage.time.to))
    }
    rank()
    return stage.onCursor(rank)
  }, [stage, model])
  if (model === null || model.rows.length < 2) return null
  return (
    <fieldset className="top-vcpus plain-set" aria-label={`Most ${model.metric.label} now`}>
      <span className="hint">top {Math.min(TOP, model.rows.length)} now</span>
      {top.map(({ identity, value }) => {
        const colour = chosen.get(identity)
        return (
          <button
            type="button"
            key={identity}
            className="legend-item"
            aria-pressed={colour !== undefined}
            data-colour={colour}
            onClick={() => onPick(identity)}
          >
            <b>{identity}</b> {formatMetric(model.metric, value)}
          </button>
        )
      })}
      {chosen.size === 0 ? null : (
        <button type="button" className="plain small" onClick={onClear}>
          no lines
        </button>
      )}
    </fieldset>
  )
}

function topOf({ rows }: StripModel, now: number): readonly Ranked[] {
  return rows
    .map(({ identity, parts }) => ({ identity, value: latestValue(parts, now) }))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((a, b) => b.value - a.value)
    .slice(0, TOP)
}
