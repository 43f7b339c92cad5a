import { createElement as h, type ReactNode, useEffect, useMemo, useReducer } from 'react'
import { createRoot } from 'react-dom/client'
import { CartesianGrid, Legend, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts'
import uPlot from 'uplot'
import type { ChartModel } from '../../components/charts/chart-model.ts'
import { browserStageClock, ChartStage } from '../../components/charts/chart-stage.ts'
import { SeriesChart } from '../../components/charts/series-chart.tsx'
import { Strip } from '../../components/charts/strip.tsx'
import type { StripModel } from '../../components/charts/strip-model.ts'
import { FakeDetail } from '../../components/charts/testing/fake-detail.ts'
import { formatMetric } from '../../lib/metrics/format.ts'
import { firstFrom } from '../../lib/view/point-series.ts'

/**
 * The same charts, data and size, drawn in three ways; `?draw=` says which: `own`, `recharts` (plain lines), `uplot`, or
 * `strip` for the heat strip of `?vcpus=`. A tick of a second adds a point to every series.
 *
 * @remarks Made with usual care: production build, no animation, no dots, fixed sizes, a value axis that rarely moves.
 */

const query = new URLSearchParams(location.search)
const CHARTS = Number(query.get('charts') ?? 12)
const POINTS = 300
const SPAN_MS = POINTS * 1000
const WIDTH = 560
const HEIGHT = 150
const TICK_MS = 1000
const COLOURS = ['#56b4e9', '#e69f00']

const detail = new FakeDetail({
  vcpus: Math.max(CHARTS, Number(query.get('vcpus') ?? CHARTS)),
  disks: 0,
  nics: 0,
  seconds: POINTS,
  now: performance.now(),
})
const vcpus = detail.tracks.filter(({ entity }) => entity === 'vcpu')

setInterval(() => detail.tick(performance.now()), TICK_MS)

function OwnCharts(): ReactNode {
  const stage = useMemo(() => new ChartStage(detail, browserStageClock, SPAN_MS), [])
  const models = useMemo(
    () =>
      vcpus.slice(0, CHARTS).map(
        (track): ChartModel => ({
          id: track.identity,
          title: `vCPU ${track.identity}`,
          hint: '',
          note: '',
          whyEmpty: '',
          series: track.series.map(({ metric }, index) => ({
            ...{ key: metric.id, label: metric.label, metric, colour: index + 1 },
            parts: [{ track, index }],
          })),
        }),
      ),
    [],
  )
  useEffect(() => stage.start(), [stage])
  return models.map((model) => h(SeriesChart, { key: model.id, stage, model, width: WIDTH, height: HEIGHT }))
}

/** What plain lines take: an object for each point. */
function rowsOf(track: (typeof vcpus)[number], now: number): object[] {
  const rows: object[] = []
  for (let i = firstFrom(track, now - SPAN_MS); i < track.count; i++) {
    rows.push({ t: track.times[i]! - now, a: track.series[0]?.high[i], b: track.series[1]?.high[i] })
  }
  return rows
}

function RechartsCharts(): ReactNode {
  const [, render] = useReducer((count: number) => count + 1, 0)
  useEffect(() => detail.onPoints(render), [])
  const now = performance.now()
  const ticks = [-300_000, -240_000, -180_000, -120_000, -60_000, 0]
  return vcpus
    .slice(0, CHARTS)
    .map((track) =>
      h(
        LineChart,
        { key: track.identity, width: WIDTH, height: HEIGHT, data: rowsOf(track, now) },
        h(CartesianGrid, { vertical: false }),
        h(XAxis, { dataKey: 't', type: 'number', domain: [-SPAN_MS, 0], ticks, interval: 0, allowDataOverflow: true }),
        h(YAxis, { type: 'number', domain: [0, 100], ticks: [0, 25, 50, 75, 100], width: 62 }),
        h(Legend, { verticalAlign: 'top', height: 20 }),
        h(Tooltip, { isAnimationActive: false }),
        ...['a', 'b'].map((dataKey, index) =>
          h(Line, { key: dataKey, dataKey, stroke: COLOURS[index] ?? '', dot: false, isAnimationActive: false }),
        ),
      ),
    )
}

function drawWithUplot(root: HTMLElement): void {
  const percent = vcpus[0]!.series[0]!.metric
  const plots = vcpus.slice(0, CHARTS).map((track) => {
    const place = root.appendChild(document.createElement('div'))
    const scales = { x: { time: false, range: [-SPAN_MS, 0] }, y: { range: [0, 100] } } as const
    const axes = [
      { values: (_: uPlot, at: number[]) => at.map((ms) => `${ms / 60_000} min`), stroke: '#808d9a' },
      {
        values: (_: uPlot, at: number[]) => at.map((value) => formatMetric(percent, value)),
        stroke: '#808d9a',
        size: 62,
      },
    ]
    const series = [{}, { stroke: COLOURS[0]!, label: 'Use' }, { stroke: COLOURS[1]!, label: 'Steal' }]
    // uPlot takes scale ranges as mutable pairs.
    const options = { width: WIDTH, height: HEIGHT - 25, scales, axes, series } as unknown as uPlot.Options
    return { track, plot: new uPlot(options, [[], [], []], place) }
  })
  const draw = () => {
    const now = performance.now()
    for (const { track, plot } of plots) {
      const first = firstFrom(track, now - SPAN_MS)
      const times = track.times.subarray(first, track.count).map((time) => time - now)
      plot.setData([times, ...track.series.map(({ high }) => high.subarray(first, track.count))] as uPlot.AlignedData)
    }
  }
  detail.onPoints(() => requestAnimationFrame(draw))
  draw()
}

function StripAlone(): ReactNode {
  const stage = useMemo(() => new ChartStage(detail, browserStageClock, SPAN_MS), [])
  const model = useMemo((): StripModel => {
    const rows = vcpus.map((track) => ({ identity: track.identity, parts: [{ track, index: 0 }] }))
    const rowPx = Math.max(1, Math.min(20, Math.floor(560 / rows.length)))
    return { metric: vcpus[0]!.series[0]!.metric, rows, rowPx, isStretched: false }
  }, [])
  const chosen = useMemo(() => new Map<string, number>(), [])
  useEffect(() => stage.start(), [stage])
  const onPick = useMemo(() => () => undefined, [])
  // 300 columns of two pixels, and the room for labels.
  return h(Strip, { stage, model, width: 674, chosen, onPick })
}

const root = document.getElementById('charts')
if (root !== null) {
  const draw = query.get('draw') ?? 'own'
  if (draw === 'uplot') drawWithUplot(root)
  else createRoot(root).render(h(draw === 'strip' ? StripAlone : draw === 'recharts' ? RechartsCharts : OwnCharts))
}
