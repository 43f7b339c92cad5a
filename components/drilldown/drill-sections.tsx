'use client'

import type { RefObject } from 'react'
import { useCallback, useMemo } from 'react'
import { useStore } from 'zustand'
import type { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { ChartStage } from '../charts/chart-stage.ts'
import type { DetailTrack, DetailView } from '../live/live-detail.ts'
import { usePage, useViewStore } from '../shell/view-context.tsx'
import { SafeText } from '../ui/safe-text.tsx'
import { ChartGrid } from './charts/chart-grid.tsx'
import type { ChartGroup, GroupFacts } from './charts/chart-groups.ts'
import { diskGroups, domainGroup, nicGroups } from './charts/chart-groups.ts'
import { CPU_CHARTS, MEMORY_CHARTS, STORAGE_CHARTS } from './charts/chart-plans.ts'
import { diskFillTexts } from './charts/disk-fill.ts'
import type { Lack } from './charts/empty-reasons.ts'
import { lacksOf } from './charts/empty-reasons.ts'
import { GroupSection } from './charts/group-section.tsx'
import { MetricsList } from './charts/metrics-list.tsx'
import { presenceNote } from './charts/presence.ts'
import type { DomainAnswer } from './domain-answer.ts'
import { EventsList } from './events-list.tsx'
import type { KnownFacts } from './header/fact-lines.ts'
import { diskNote, memoryNote, nicNote, ownCaps } from './header/fact-lines.ts'
import { RawTable } from './raw/raw-table.tsx'
import { VcpuSection } from './vcpus/vcpu-section.tsx'

/** Disks and NICs beyond these begin closed: a domain may have hundreds. */
const OPEN_DEVICES = 3

interface DrillSectionsProps {
  readonly stage: ChartStage
  readonly view: DetailView
  readonly tracks: readonly DetailTrack[]
  readonly width: number
  readonly answer: DomainAnswer | null
  readonly answeredAt: number
  readonly error: DomscopeError | null
  /** The part whose numbers come from the API. */
  readonly numbers: RefObject<HTMLDivElement | null>
}

/** The parts of the panel, each of which can be closed; the link says which are open. */
export function DrillSections(props: DrillSectionsProps) {
  const { stage, view, tracks, width, answer, answeredAt, error, numbers } = props
  const events = useStore(view.store, (state) => state.events)
  const wallOffsetMs = useStore(view.store, (state) => state.wallOffsetMs)
  const facts = useStore(view.store, (state) => state.facts) as KnownFacts
  const groupFacts = useGroupFacts(facts, answer)
  const cpu = useMemo(() => domainGroup('cpu', 'CPU', CPU_CHARTS, tracks, groupFacts), [tracks, groupFacts])
  const memory = useMemo(() => domainGroup('memory', 'Memory', MEMORY_CHARTS, tracks, groupFacts), [tracks, groupFacts])
  const storage = useMemo(() => domainGroup('disks', 'Disks', STORAGE_CHARTS, tracks, groupFacts), [tracks, groupFacts])
  const disks = useMemo(() => diskGroups(tracks), [tracks])
  const nics = useMemo(() => nicGroups(tracks), [tracks])
  const groups = useMemo(() => [cpu, memory, storage, ...disks, ...nics], [cpu, memory, storage, disks, nics])
  const { isOpen, toggle } = useOpenGroups(groups, disks, nics)
  const fills = useMemo(() => diskFillTexts(answer?.diskFill ?? []), [answer])
  const charts = (group: ChartGroup, note = '') => (
    <GroupSection
      key={group.id}
      id={group.id}
      title={group.title}
      note={
        note === '' ? null : (
          <span className="hint">
            <SafeText text={note} />
          </span>
        )
      }
      open={isOpen(group.id)}
      onToggle={toggle}
    >
      {group.charts.length === 0 ? <p className="group-none">Nothing is known yet.</p> : null}
      <ChartGrid stage={stage} charts={group.charts} width={width} />
    </GroupSection>
  )
  const there = (entity: 'disk' | 'nic', identity: string) =>
    presenceNote(
      tracks.filter((track) => track.entity === entity && track.identity === identity),
      wallOffsetMs,
    )
  const vcpus = new Set(tracks.filter(({ entity }) => entity === 'vcpu').map(({ identity }) => identity)).size
  return (
    <>
      {charts(cpu)}
      <GroupSection
        id="vcpus"
        title="vCPUs"
        note={<span className="hint">{vcpus}</span>}
        open={isOpen('vcpus')}
        onToggle={toggle}
      >
        <VcpuSection {...{ stage, view, tracks, width, answer }} remark={facts.notes?.vcpuPercent ?? null} />
      </GroupSection>
      {charts(memory, memoryNote(facts))}
      {charts(storage)}
      {disks.map((group) => {
        const target = group.id.slice('disk:'.length)
        return charts(group, together(there('disk', target), diskNote(facts, target, fills.get(target))))
      })}
      {nics.map((group) => {
        const target = group.id.slice('nic:'.length)
        return charts(group, together(there('nic', target), nicNote(facts, target)))
      })}
      <GroupSection
        id="events"
        title="Events"
        note={<span className="hint">{events.length}</span>}
        open={isOpen('events')}
        onToggle={toggle}
      >
        <EventsList events={events} />
      </GroupSection>
      <div ref={numbers} className="numbers">
        {error === null ? null : (
          <p className="panel-error" role="status">
            {error.message} {answer === null ? '' : 'What you see is the last that was known.'}
          </p>
        )}
        <GroupSection id="metrics" title="Metrics" open={isOpen('metrics')} onToggle={toggle}>
          {answer === null ? null : <MetricsList metrics={answer.metrics} />}
        </GroupSection>
        <GroupSection id="raw" title="Typed parameters" open={isOpen('raw')} onToggle={toggle}>
          {answer === null ? null : <RawTable raw={answer.raw} answeredAt={answeredAt} />}
        </GroupSection>
      </div>
    </>
  )
}

/** Notes of one thing, side by side. */
function together(...notes: readonly string[]): string {
  return notes.filter((note) => note !== '').join(' · ')
}

/** The same object while notes and limits are the same: another one renders every chart anew. */
function useGroupFacts(facts: KnownFacts, answer: DomainAnswer | null): GroupFacts {
  const caps = ownCaps(facts)
  const absent = [...(caps.cpu ? [] : ['cpuCapPercent']), ...(caps.disk ? [] : ['diskCapPercent'])].join(' ')
  const notes = JSON.stringify(facts.notes ?? {})
  const lacks = useMemo(
    () => lacksOf(answer?.raw ?? [], JSON.parse(notes) as Readonly<Record<string, string>>).join(' '),
    [answer, notes],
  )
  return useMemo(
    () => ({
      notes: JSON.parse(notes) as Readonly<Record<string, string>>,
      absent: absent.split(' '),
      lacks: lacks.split(' ') as Lack[],
    }),
    [notes, absent, lacks],
  )
}

interface OpenGroups {
  readonly isOpen: (id: string) => boolean
  readonly toggle: (id: string) => void
}

/** Which groups are open: what the link says, else all but metrics and further devices. */
function useOpenGroups(
  groups: readonly ChartGroup[],
  disks: readonly ChartGroup[],
  nics: readonly ChartGroup[],
): OpenGroups {
  const store = useViewStore()
  const chosen = usePage((page) => page.view.detail.charts)
  const own = useMemo(() => {
    const closed = new Set([...disks.slice(OPEN_DEVICES), ...nics.slice(OPEN_DEVICES)].map(({ id }) => id))
    return ['vcpus', 'events', 'raw', ...groups.map(({ id }) => id).filter((id) => !closed.has(id))]
  }, [groups, disks, nics])
  const open = useMemo(() => new Set(chosen ?? own), [chosen, own])
  const toggle = useCallback(
    (id: string) => {
      const next = new Set(open)
      if (!next.delete(id)) next.add(id)
      const isOwn = next.size === own.length && own.every((one) => next.has(one))
      store.setDetail({ charts: isOwn ? null : [...next] })
    },
    [store, open, own],
  )
  return { isOpen: (id) => open.has(id), toggle }
}
