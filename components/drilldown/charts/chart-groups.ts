import type { Metric } from '../../../lib/metrics/types.ts'
import type { ChartModel, ChartSeries, SeriesPart } from '../../charts/chart-model.ts'
import { COLOURS } from '../../charts/chart-model.ts'
import type { DetailTrack } from '../../live/live-detail.ts'
import { counterLabel } from '../vcpus/vcpu-counters.ts'
import type { ChartPlan } from './chart-plans.ts'
import { DISK_CHARTS, NIC_CHARTS } from './chart-plans.ts'
import type { Lack } from './empty-reasons.ts'
import { emptyReason, NOTHING_KNOWN } from './empty-reasons.ts'

/** Charts that belong together: under one heading, opened and closed as one. */
export interface ChartGroup {
  /** Stable: it stands in links. */
  readonly id: string
  readonly title: string
  readonly charts: readonly ChartModel[]
}

/** Units that make sense in one chart: the first series decides, the others follow it. */
function modelOf(
  plan: ChartPlan,
  prefix: string,
  tracks: readonly DetailTrack[],
  { notes, lacks }: Pick<GroupFacts, 'notes' | 'lacks'>,
): ChartModel | null {
  const series = plan.series.flatMap(([metric, label, colour]): ChartSeries[] => {
    const parts = partsOf(tracks, metric)
    const first = parts[0]?.track.series[parts[0].index]?.metric
    return first === undefined ? [] : [{ key: metric, label, metric: first, colour, parts }]
  })
  const unit = series[0]?.metric.unit
  const shown = series.filter(({ metric }) => metric.unit === unit)
  if (shown.length === 0) return null
  const note = [...new Set(shown.flatMap(({ key }) => notes[key] ?? []))].join(', ')
  const whyEmpty = emptyReason(plan.needs, lacks, plan.quiet)
  return { id: `${prefix}${plan.id}`, title: plan.title, hint: plan.hint, note, whyEmpty, series: shown }
}

/** Where the values of a metric are, among tracks of one thing: one part for each host it was on. */
export function partsOf(tracks: readonly DetailTrack[], metric: string): readonly SeriesPart[] {
  return tracks.flatMap((track) => {
    const index = track.series.findIndex((series) => series.metric.id === metric)
    return index < 0 ? [] : [{ track, index }]
  })
}

function chartsOf(
  plans: readonly ChartPlan[],
  prefix: string,
  tracks: readonly DetailTrack[],
  facts: Pick<GroupFacts, 'notes' | 'lacks'> = NO_FACTS,
): readonly ChartModel[] {
  return plans.map((plan) => modelOf(plan, prefix, tracks, facts)).filter((model) => model !== null)
}

/** Tracks of one kind by their identity, in order of first appearance. */
export function byIdentity(
  tracks: readonly DetailTrack[],
  entity: DetailTrack['entity'],
): ReadonlyMap<string, readonly DetailTrack[]> {
  const found = new Map<string, DetailTrack[]>()
  for (const track of tracks) {
    if (track.entity !== entity) continue
    const same = found.get(track.identity)
    if (same === undefined) found.set(track.identity, [track])
    else same.push(track)
  }
  return found
}

/** What holds for the domain beside its numbers. */
export interface GroupFacts {
  readonly notes: Readonly<Record<string, string>>
  /** Metrics that this domain cannot have: no chart waits for them. */
  readonly absent: readonly string[]
  /** What its records lack. */
  readonly lacks: readonly Lack[]
}

const NO_FACTS = { notes: {}, lacks: [] } as const

/** The charts of the domain itself, of one section. */
export function domainGroup(
  id: string,
  title: string,
  plans: readonly ChartPlan[],
  tracks: readonly DetailTrack[],
  facts: GroupFacts,
): ChartGroup {
  const own = tracks.filter(({ entity }) => entity === 'domain')
  const possible = plans.map((plan) => ({
    ...plan,
    series: plan.series.filter(([metric]) => !facts.absent.includes(metric)),
  }))
  return { id, title, charts: chartsOf(possible, `${id}-`, own, facts) }
}

/** One group for each disk. */
export function diskGroups(tracks: readonly DetailTrack[]): readonly ChartGroup[] {
  return [...byIdentity(tracks, 'disk')].map(([name, same]) => {
    const id = `disk:${name}`
    return { id, title: `Disk ${name}`, charts: chartsOf(DISK_CHARTS, `${id}-`, same) }
  })
}

/** One group for each NIC. */
export function nicGroups(tracks: readonly DetailTrack[]): readonly ChartGroup[] {
  return [...byIdentity(tracks, 'nic')].map(([name, same]) => {
    const id = `nic:${name}`
    return { id, title: `NIC ${name}`, charts: chartsOf(NIC_CHARTS, `${id}-`, same) }
  })
}

/** Lines of chosen vCPUs: one chart for each metric that they have, one line for each vCPU. */
export function vcpuCharts(tracks: readonly DetailTrack[], chosen: ReadonlyMap<string, number>): readonly ChartModel[] {
  const vcpus = byIdentity(tracks, 'vcpu')
  const metrics = new Map(
    [...vcpus.values()]
      .flat()
      .flatMap(({ series }) => series)
      .map(({ metric }) => [metric.id, metric]),
  )
  return [...metrics.values()].flatMap((metric): ChartModel[] => {
    const series = [...chosen].flatMap(([identity, colour]): ChartSeries[] => {
      const parts = partsOf(vcpus.get(identity) ?? [], metric.id)
      return parts.length === 0 ? [] : [{ key: identity, label: `vCPU ${identity}`, metric, colour, parts }]
    })
    return series.length === 0
      ? []
      : [
          {
            id: `vcpu-${metric.id}`,
            title: titleOf(metric),
            hint: metric.description,
            note: '',
            whyEmpty: NOTHING_KNOWN,
            series,
          },
        ]
  })
}

function titleOf({ id, label }: Metric): string {
  return id.startsWith('raw:') ? counterLabel(id) : label
}

/** The colour for one more line: the first that is free, then from the beginning. */
export function freeColour(used: Iterable<number>): number {
  const taken = new Set(used)
  for (let colour = 1; colour <= COLOURS; colour++) if (!taken.has(colour)) return colour
  return (taken.size % COLOURS) + 1
}
