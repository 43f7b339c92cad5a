import { findMetric } from '../../metrics/catalogue.ts'

/** What a panel shows. `top` and `heat` show one metric. */
export const PANEL_KINDS = ['conditions', 'totals', 'top', 'hosts', 'events', 'heat'] as const
export type PanelKind = (typeof PANEL_KINDS)[number]

export type WallPanel =
  | { readonly kind: 'conditions' | 'totals' | 'hosts' | 'events' }
  | { readonly kind: 'heat'; readonly metric: string }
  /** `count` is the most rows that are shown; null is as many as there is room for. */
  | { readonly kind: 'top'; readonly metric: string; readonly count: number | null }

export const MAX_TOP = 100

export type ReadPanel =
  | { readonly ok: true; readonly panel: WallPanel }
  | { readonly ok: false; readonly message: string }

/** Reads one panel as links write it: `conditions`, `top:cpuPercent`, `top:steal:10`, `heat:cpu`. */
export function readPanel(text: string): ReadPanel {
  const [word = '', metricName, countText, ...more] = text.split(':')
  const kind = PANEL_KINDS.find((one) => one === word)
  if (kind === undefined) return refused(`There is no panel “${word}”; there are ${PANEL_KINDS.join(', ')}.`)
  if (kind !== 'top' && kind !== 'heat')
    return metricName === undefined ? { ok: true, panel: { kind } } : refused(`The panel “${kind}” takes no metric.`)
  const metric = findMetric(metricName ?? '')
  if (metric === null || metric.unit === 'word')
    return refused(`The panel “${text}” needs a metric, as in ${kind}:cpuPercent.`)
  if (kind === 'heat') {
    if (metric.entity !== 'domain') return refused(`The panel “${text}” needs a metric of domains.`)
    return countText === undefined ? { ok: true, panel: { kind, metric: metric.id } } : tooMuch(text)
  }
  if (metric.entity !== 'domain' && metric.entity !== 'host')
    return refused(`The panel “${text}” needs a metric of domains or hosts.`)
  if (more.length > 0) return tooMuch(text)
  const count = countText === undefined ? null : readCount(countText)
  if (Number.isNaN(count)) return refused(`The panel “${text}” can have 1 to ${MAX_TOP} rows.`)
  return { ok: true, panel: { kind, metric: metric.id, count } }
}

/** The text that {@link readPanel} reads. */
export function formatPanel(panel: WallPanel): string {
  switch (panel.kind) {
    case 'top':
      return `top:${panel.metric}${panel.count === null ? '' : `:${panel.count}`}`
    case 'heat':
      return `heat:${panel.metric}`
    default:
      return panel.kind
  }
}

function readCount(text: string): number {
  const count = /^\d{1,3}$/.test(text) ? Number(text) : 0
  return count >= 1 && count <= MAX_TOP ? count : Number.NaN
}

function refused(message: string): ReadPanel {
  return { ok: false, message }
}

function tooMuch(text: string): ReadPanel {
  return refused(`The panel “${text}” says more than it can.`)
}
