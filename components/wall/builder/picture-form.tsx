'use client'

import { useState } from 'react'
import { metricsOf } from '../../../lib/metrics/catalogue.ts'
import { parseFilter } from '../../../lib/query/filter.ts'
import type { WallPicture } from '../../../lib/view/wall/wall-link.ts'
import { MAX_PANELS, SECONDS } from '../../../lib/view/wall/wall-link.ts'
import type { PanelKind, WallPanel } from '../../../lib/view/wall/wall-panel.ts'
import { formatPanel, PANEL_KINDS, readPanel } from '../../../lib/view/wall/wall-panel.ts'
import { NumberField } from './number-field.tsx'

const NAMES: Readonly<Record<PanelKind, string>> = {
  conditions: 'Conditions',
  totals: 'Totals',
  top: 'Top',
  hosts: 'Hosts',
  events: 'Events',
  heat: 'Map',
}
const FIRST_METRIC = 'cpuPercent'

interface PictureFormProps {
  readonly picture: WallPicture
  readonly index: number
  readonly isOnly: boolean
  readonly onChange: (picture: WallPicture) => void
  readonly onRemove: () => void
}

/** One picture of a wall: its panels in their order, which domains it is about, how long it stays. */
export function PictureForm({ picture, index, isOnly, onChange, onRemove }: PictureFormProps) {
  const { panels, filter, seconds } = picture
  const parsed = parseFilter(filter)
  const set = (next: readonly WallPanel[]): void => onChange({ ...picture, panels: next })
  return (
    <fieldset className="wall-picture">
      <legend>Picture {index + 1}</legend>
      <ol>
        {panels.map((panel, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same panel may be there twice; its place is what it is.
          <li key={`${at} ${formatPanel(panel)}`}>
            <span>{nameOf(panel)}</span>
            <button
              type="button"
              className="plain small"
              disabled={at === 0}
              onClick={() => set(panels.with(at, panels[at - 1]!).with(at - 1, panel))}
              aria-label={`${nameOf(panel)} up`}
            >
              ↑
            </button>
            <button
              type="button"
              className="plain small"
              disabled={panels.length === 1}
              onClick={() => set(panels.filter((_, other) => other !== at))}
              aria-label={`Remove ${nameOf(panel)}`}
            >
              ✕
            </button>
          </li>
        ))}
      </ol>
      {panels.length < MAX_PANELS ? <AddPanel onAdd={(panel) => set([...panels, panel])} /> : null}
      <label>
        Filter
        <input
          type="search"
          value={filter}
          placeholder="all domains"
          aria-invalid={!parsed.ok}
          onChange={(event) => onChange({ ...picture, filter: event.target.value })}
        />
      </label>
      {parsed.ok ? null : <p className="wall-fault">{parsed.message}</p>}
      {isOnly ? null : (
        <>
          <NumberField
            label="Stays, seconds"
            value={seconds}
            range={SECONDS}
            onChange={(value) => onChange({ ...picture, seconds: value })}
          />
          <button type="button" onClick={onRemove}>
            Remove this picture
          </button>
        </>
      )}
    </fieldset>
  )
}

function AddPanel({ onAdd }: { onAdd: (panel: WallPanel) => void }) {
  const [kind, setKind] = useState<PanelKind>('top')
  const [metric, setMetric] = useState(FIRST_METRIC)
  const hasMetric = kind === 'top' || kind === 'heat'
  const offered = [...metricsOf('domain'), ...(kind === 'top' ? metricsOf('host') : [])].filter(
    ({ unit }) => unit !== 'word',
  )
  const chosen = offered.some(({ id }) => id === metric) ? metric : FIRST_METRIC
  const add = (): void => {
    const read = readPanel(hasMetric ? `${kind}:${chosen}` : kind)
    if (read.ok) onAdd(read.panel)
  }
  return (
    <div className="wall-add">
      <select aria-label="Panel to add" value={kind} onChange={(event) => setKind(asKind(event.target.value))}>
        {PANEL_KINDS.map((one) => (
          <option key={one} value={one}>
            {NAMES[one]}
          </option>
        ))}
      </select>
      {hasMetric ? (
        <select aria-label="Metric" value={chosen} onChange={(event) => setMetric(event.target.value)}>
          {offered.map(({ id, label, entity }) => (
            <option key={id} value={id}>
              {entity === 'host' ? `Hosts: ${label}` : label}
            </option>
          ))}
        </select>
      ) : null}
      <button type="button" onClick={add}>
        Add
      </button>
    </div>
  )
}

function asKind(text: string): PanelKind {
  return PANEL_KINDS.find((kind) => kind === text) ?? 'top'
}

function nameOf(panel: WallPanel): string {
  if (panel.kind !== 'top' && panel.kind !== 'heat') return NAMES[panel.kind]
  const metric = [...metricsOf('domain'), ...metricsOf('host')].find(({ id }) => id === panel.metric)
  return `${NAMES[panel.kind]}: ${metric?.entity === 'host' ? 'hosts, ' : ''}${metric?.label ?? panel.metric}`
}
