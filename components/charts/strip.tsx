// biome-ignore-all lint/a11y/useSemanticElements: no element of HTML picks one of many rows of a picture.
'use client'

import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useStore } from 'zustand'
import { attachChartPointer } from './chart-pointer.ts'
import type { ChartStage } from './chart-stage.ts'
import { momentText } from './chart-tooltip.tsx'
import { AXIS_PX, RIGHT_PX } from './series-chart.tsx'
import { axisTicks } from './stage-ticks.ts'
import { attachStripKeys } from './strip-keys.ts'
import type { StripModel } from './strip-model.ts'
import { StripPainter } from './strip-painter.ts'
import { cameOrWent } from './strip-presence.ts'

/** Labels of rows stand at least this far apart. */
const LABEL_PX = 14
const HEAD_PX = 20
const TIMES_PX = 18
/** A picked row is marked with a bar of this height where it is thinner itself. */
const LEAST_PICKED_PX = 3

interface StripProps {
  readonly stage: ChartStage
  readonly model: StripModel
  readonly width: number
  /** Identities of the rows whose lines are shown, with the number of their colour. */
  readonly chosen: ReadonlyMap<string, number>
  readonly onPick: (identity: string) => void
}

/** The heat strip of vCPUs: pointer and keyboard read it out, a click or Enter shows the lines of a row. */
export const Strip = memo(function Strip({ stage, model, width, chosen, onPick }: StripProps) {
  const picture = useRef<HTMLDivElement>(null)
  const plotWidth = Math.max(50, width - AXIS_PX - RIGHT_PX)
  const height = model.rows.length * model.rowPx
  const painter = useMemo(
    () => new StripPainter(model, { marks: () => stage.marks, momentOf: (cursor) => momentText(stage, cursor) }),
    [model, stage],
  )
  const last = useRef(painter)
  const [spoken, setSpoken] = useState<SpokenRow | null>(null)
  const pick = useCallback(
    (row: number | null) => {
      const picked = row === null ? undefined : model.rows[row]
      if (picked !== undefined) onPick(picked.identity)
    },
    [model, onPick],
  )
  useLayoutEffect(() => {
    const element = picture.current
    if (element === null) return
    painter.setNodes(nodesIn(element), { left: AXIS_PX, top: HEAD_PX, width: plotWidth, height })
    // Other tracks are another painter; who points at a row still does.
    if (last.current !== painter) painter.setIdentity(last.current.identity)
    last.current = painter
    stage.drawNow(element)
  }, [painter, stage, plotWidth, height])
  useEffect(() => {
    const element = picture.current
    if (element === null) return
    const undo = [
      stage.add(element, painter),
      attachChartPointer(element, stage, painter, (_, y) => pick(painter.rowAt(y))),
      attachRowPointer(element, painter),
      attachStripKeys(element, stage, painter, {
        rows: model.rows.length,
        pick,
        moved: () => setSpoken(spokenOf(stage, painter)),
      }),
    ]
    return () => {
      for (const one of undo) one()
    }
  }, [stage, painter, model, pick])
  return (
    <div
      ref={picture}
      className="heat-picture"
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`${model.metric.label} of each vCPU over time`}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, model.rows.length - 1)}
      aria-valuenow={spoken?.row ?? 0}
      aria-valuetext={spoken?.text ?? `${model.rows.length} vCPUs; arrow keys read them out`}
      style={{ width, height: HEAD_PX + height + TIMES_PX }}
    >
      <StripHead model={model} />
      <RowLabels model={model} chosen={chosen} />
      <div className="heat-plot" style={{ left: AXIS_PX, top: HEAD_PX, width: plotWidth, height }}>
        <canvas style={{ height }} />
        {model.rowPx >= 5 ? <div className="heat-lines" style={{ backgroundSize: `100% ${model.rowPx}px` }} /> : null}
        <svg className="heat-marks" aria-hidden="true">
          <path className="mark edge" />
          <path className="mark event" />
          <path className="mark reset" />
          <path className="mark handover" />
        </svg>
        <div className="heat-row" style={{ height: model.rowPx }} hidden />
        <div className="heat-brush" />
        <div className="heat-cursor" hidden />
      </div>
      <StripTimes stage={stage} width={plotWidth} top={HEAD_PX + height} />
    </div>
  )
})

/** What the colours mean, and what is pointed at. */
function StripHead({ model }: Pick<StripProps, 'model'>) {
  return (
    <div className="heat-head" style={{ height: HEAD_PX, paddingRight: RIGHT_PX }}>
      <span className="heat-readout"> </span>
      {model.rows.some(({ parts }) => cameOrWent(parts)) ? (
        <>
          <span className="heat-away" />
          <span className="heat-word">offline</span>
        </>
      ) : null}
      <span>0</span>
      <span className="heat-scale" />
      <span className="heat-top"> </span>
    </div>
  )
}

interface SpokenRow {
  readonly row: number
  readonly text: string
}

function spokenOf(stage: ChartStage, painter: StripPainter): SpokenRow {
  const moment = stage.cursor === null ? 'now' : momentText(stage, stage.cursor)
  return { row: painter.currentRow ?? 0, text: `${painter.valueText}, ${moment}` }
}

function nodesIn(root: HTMLElement) {
  const find = <T extends Element = HTMLElement>(selector: string): T => root.querySelector<T>(selector)!
  const mark = (kind: string) => find<SVGPathElement>(`.mark.${kind}`)
  return {
    canvas: find<HTMLCanvasElement>('canvas'),
    cursor: find('.heat-cursor'),
    brush: find('.heat-brush'),
    row: find('.heat-row'),
    top: find('.heat-top').firstChild as Text,
    readout: find('.heat-readout').firstChild as Text,
    marks: { edge: mark('edge'), event: mark('event'), reset: mark('reset'), handover: mark('handover') },
  }
}

/** The pointer's height picks the row that is read out; returns the undo. */
function attachRowPointer(element: HTMLElement, painter: StripPainter): () => void {
  const listeners = new AbortController()
  const { signal } = listeners
  element.addEventListener(
    'pointermove',
    (event) => painter.setRow(painter.rowAt(event.clientY - element.getBoundingClientRect().top)),
    { signal },
  )
  element.addEventListener('pointerleave', () => painter.setRow(null), { signal })
  return () => listeners.abort()
}

/** Ids at even distances; a bar in its colour beside each row whose lines are shown. */
function RowLabels({ model, chosen }: Pick<StripProps, 'model' | 'chosen'>) {
  const every = niceEvery(Math.ceil(LABEL_PX / model.rowPx))
  return (
    <>
      {model.rows.map(({ identity }, row) => {
        const top = HEAD_PX + row * model.rowPx + model.rowPx / 2
        return row % every === 0 ? (
          <span key={identity} className="heat-label" style={{ top, width: AXIS_PX - 10 }} aria-hidden="true">
            {identity}
          </span>
        ) : null
      })}
      {[...chosen].map(([identity, colour]) => {
        const row = model.rows.findIndex((one) => one.identity === identity)
        const height = Math.max(LEAST_PICKED_PX, model.rowPx - 1)
        const top = HEAD_PX + (row + 0.5) * model.rowPx - height / 2
        return row === -1 ? null : (
          <span
            key={identity}
            className="heat-picked"
            data-colour={colour}
            style={{ top, height, left: AXIS_PX - 7 }}
            aria-hidden="true"
          />
        )
      })}
    </>
  )
}

/** Labels at 0, 8, 16 … rather than 0, 7, 14 …: vCPUs come in powers of two. */
function niceEvery(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, least)))
}

function StripTimes({ stage, width, top }: { stage: ChartStage; width: number; top: number }) {
  const zoom = useStore(stage.store, (state) => state.zoom)
  const liveSpan = useStore(stage.store, (state) => state.spanMs)
  const spanMs = zoom === null ? liveSpan : zoom.to - zoom.from
  return (
    <div className="heat-times" style={{ left: AXIS_PX, top, width }} aria-hidden="true">
      {axisTicks(stage, liveSpan, zoom, width).map(({ at, label }) => (
        <span key={at} style={{ left: `${100 + (100 * at) / spanMs}%` }}>
          {label}
        </span>
      ))}
    </div>
  )
}
