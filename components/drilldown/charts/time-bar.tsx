'use client'

import { useEffect, useReducer, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { ageText } from '../../../lib/view/age-text.ts'
import type { DetailRangeName } from '../../../lib/view/detail-choice.ts'
import { DETAIL_RANGE_NAMES, DETAIL_RANGES } from '../../../lib/view/detail-choice.ts'
import type { ChartSeries, SeriesPart } from '../../charts/chart-model.ts'
import type { ChartStage } from '../../charts/chart-stage.ts'
import { momentText } from '../../charts/chart-tooltip.tsx'
import { attachCursorKeys } from '../../charts/cursor-keys.ts'
import { textAt } from '../../charts/value-text.ts'
import { latestValue } from '../latest.ts'

const RANGE_LABELS: Readonly<Record<DetailRangeName, string>> = {
  '5m': '5 min',
  '15m': '15 min',
  '1h': '1 h',
  all: 'all',
}

/** Ranges that show more than the one before them; the shortest is always there. */
export function offeredRanges(keptMs: number): readonly DetailRangeName[] {
  return DETAIL_RANGE_NAMES.filter((name, index) => {
    const shorter = DETAIL_RANGE_NAMES[index - 1]
    return shorter === undefined || keptMs > DETAIL_RANGES[shorter] || (name === 'all' && keptMs > 0)
  })
}

interface TimeBarProps {
  readonly stage: ChartStage
  readonly range: DetailRangeName
  readonly keptMs: number
  readonly onRange: (range: DetailRangeName) => void
  /** What is read out at the cursor. */
  readonly headline: readonly ChartSeries[]
  /** Where the time since the last finished request is. */
  readonly stall: readonly SeriesPart[]
}

/** The stretch of time that all charts show, and the cursor in it. */
export function TimeBar({ stage, range, keptMs, onRange, headline, stall }: TimeBarProps) {
  const zoom = useStore(stage.store, (state) => state.zoom)
  return (
    <div className="time-bar">
      <fieldset className="ranges plain-set" aria-label="Range">
        {offeredRanges(keptMs).map((name) => (
          <button
            type="button"
            key={name}
            className="plain small"
            aria-pressed={zoom === null && range === name}
            title={name === 'all' ? `All that is kept: ${keptText(keptMs)}` : undefined}
            onClick={() => onRange(name)}
          >
            {name === 'all' ? `all · ${keptText(keptMs)}` : RANGE_LABELS[name]}
          </button>
        ))}
        {zoom === null ? null : (
          <button
            type="button"
            className="small"
            onClick={() => stage.setZoom(null)}
            title="Back (double-click a chart)"
          >
            Back to live
          </button>
        )}
      </fieldset>
      <Stall stage={stage} parts={stall} />
      <TimeCursor stage={stage} headline={headline} />
    </div>
  )
}

function keptText(ms: number): string {
  if (ms < 120_000) return `${Math.floor(ms / 1000)} s`
  return ms < 5_400_000 ? `${Math.floor(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`
}

/** The worst that can be said of a running domain: its storage does not answer. */
function Stall({ stage, parts }: { stage: ChartStage; parts: readonly SeriesPart[] }) {
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const read = (): void => {
      const value = latestValue(parts, stage.time.to)
      setSeconds(value > 0 ? Math.floor(value) : 0)
    }
    read()
    return stage.onCursor(read)
  }, [stage, parts])
  return seconds === 0 ? null : (
    <strong className="stall">I/O stopped {ageText(seconds * 1000)}, suspected stall</strong>
  )
}

/** The cursor of all charts, as a control: arrow keys move it, Esc takes it away. */
function TimeCursor({ stage, headline }: Pick<TimeBarProps, 'stage' | 'headline'>) {
  const element = useRef<HTMLDivElement>(null)
  // The ends of the control move when the axis grows.
  useStore(stage.store, (state) => state.spanMs)
  const [cursor, setCursor] = useState<number | null>(stage.cursor)
  // A cursor that rests stays where it is on the screen, while its moment goes on.
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(
    () =>
      stage.onCursor((next) => {
        setCursor(next)
        if (next !== null) render()
      }),
    [stage],
  )
  useEffect(() => (element.current === null ? undefined : attachCursorKeys(element.current, stage)), [stage])
  const { from, to } = stage.time
  const moment = cursor === null ? 'now' : momentText(stage, cursor)
  const values = headline.map((series) => `${series.label} ${textAt(series, to + (cursor ?? -1000))}`)
  return (
    <div
      ref={element}
      className="time-cursor"
      role="slider"
      tabIndex={0}
      aria-label="Time cursor"
      aria-valuemin={Math.round((from - to) / 1000)}
      aria-valuemax={0}
      aria-valuenow={Math.round((cursor ?? 0) / 1000)}
      aria-valuetext={[moment, ...values].join(', ')}
      title="Arrow keys move the cursor of all charts, + and − zoom, Esc takes it away"
    >
      {moment}
    </div>
  )
}
