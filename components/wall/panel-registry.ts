import { findMetric } from '../../lib/metrics/catalogue.ts'
import type { Metric } from '../../lib/metrics/types.ts'
import { COUNTED_ON } from '../../lib/query/counted-rows.ts'
import { SEARCHED_WORDS } from '../../lib/query/filter.ts'
import { CONDITION_COLUMNS } from '../../lib/view/wall/conditions.ts'
import type { WallChoice, WallPicture } from '../../lib/view/wall/wall-link.ts'
import type { WallPanel } from '../../lib/view/wall/wall-panel.ts'
import { STRIP_DOMAIN_COLUMNS } from '../shell/strip-model.ts'
import { ConditionsPanel } from './panels/conditions-panel.ts'
import { EventsPanel } from './panels/events-panel.ts'
import { HeatPanel } from './panels/heat-panel.ts'
import { HostsPanel } from './panels/hosts-panel.ts'
import type { PanelSpace, PanelView } from './panels/panel-view.ts'
import { TopPanel } from './panels/top-panel.ts'
import { TotalsPanel } from './panels/totals-panel.ts'

/** Makes the panel that a link names. */
export function createPanel(panel: WallPanel, space: PanelSpace): PanelView {
  switch (panel.kind) {
    case 'conditions':
      return new ConditionsPanel(space)
    case 'totals':
      return new TotalsPanel(space)
    case 'hosts':
      return new HostsPanel(space)
    case 'events':
      return new EventsPanel(space)
    case 'top':
      return new TopPanel(metricOf(panel.metric), panel.count, space)
    case 'heat':
      return new HeatPanel(metricOf(panel.metric), space)
  }
}

/** Columns of domain rows and host rows that a wall's panels show, and no others. */
export function wallColumns({ pictures }: WallChoice): { readonly domains: string[]; readonly hosts: string[] } {
  const domains = new Set<string>(['state', COUNTED_ON])
  const hosts = new Set<string>(['countedAs'])
  for (const picture of pictures) {
    if (picture.filter.trim() !== '') for (const id of SEARCHED_WORDS) domains.add(id)
    addColumns(picture, domains, hosts)
  }
  return { domains: [...domains].sort(), hosts: [...hosts].sort() }
}

function addColumns({ panels }: WallPicture, domains: Set<string>, hosts: Set<string>): void {
  for (const panel of panels) {
    if (panel.kind === 'conditions') for (const id of CONDITION_COLUMNS) domains.add(id)
    if (panel.kind === 'totals') {
      for (const id of STRIP_DOMAIN_COLUMNS) domains.add(id)
      hosts.add('hostMemoryUsedKiB')
    }
    if (panel.kind === 'hosts') hosts.add('hostCpuPercent')
    if (panel.kind === 'top' || panel.kind === 'heat')
      (metricOf(panel.metric).entity === 'host' ? hosts : domains).add(panel.metric)
  }
}

/** The link was read against the catalogue: its metrics are there. */
function metricOf(id: string): Metric {
  return findMetric(id)!
}
