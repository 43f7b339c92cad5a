'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { memo, useEffect, useState } from 'react'
import { flushSync } from 'react-dom'
import { splitUnit } from '../../lib/view/cell-text.ts'
import type { HostsAnswer } from '../hosts/host-status.ts'
import { useFeed } from '../live/use-fleet.tsx'
import { useApi } from '../ui/use-api.ts'
import { eachSecond } from './each-second.ts'
import type { StripNumbers } from './strip-model.ts'
import { capacityOf, StripModel, stripText } from './strip-model.ts'
import { TrendLine } from './trend-line.tsx'
import { TrendRing } from './trend-ring.ts'

/** Sizes of hosts change rarely. */
const HOSTS_REFRESH_MS = 15_000

interface Shown {
  readonly numbers: StripNumbers
  readonly trends: TrendRing
  readonly version: number
}

/** What is wrong, then what the estate amounts to. */
export function TotalsStrip() {
  const feed = useFeed()
  const [shown, setShown] = useState<Shown | null>(null)
  const { answer } = useApi<HostsAnswer>('/api/v1/hosts', HOSTS_REFRESH_MS)
  useEffect(() => {
    const model = new StripModel()
    const trends = new TrendRing()
    const read = (): void => {
      const { ready: complete, paused } = feed.store.getState()
      if (!complete || paused || document.hidden) return
      const numbers = model.read(feed.fleet)
      trends.push(numbers)
      // In this animation frame: React's own moment would come after it, and the page would be painted a second time.
      flushSync(() => setShown({ numbers, trends, version: trends.version }))
    }
    return eachSecond(feed, read)
  }, [feed])
  if (shown === null) return <section className="strip" aria-label="Totals" />
  const { numbers, trends } = shown
  const { cpus, memoryKiB } = capacityOf(answer?.hosts ?? [])
  return (
    <section className="strip" aria-label="Totals">
      <Conditions numbers={numbers} />
      <Item label="Domains">
        <Count value={numbers.domains.running} word="running" />
        <Count value={numbers.domains.paused} word="paused" quiet />
        <Count value={numbers.domains.off} word="off" quiet />
        <Count value={numbers.domains.unknown} word="unknown" quiet />
      </Item>
      <Item label="Hosts">
        <Count value={numbers.hosts.up} word="up" />
        <Count value={numbers.hosts.connecting} word="connecting" quiet />
      </Item>
      <Item label="Cores used">
        <Value text={stripText('coresUsed', numbers.coresUsed).replace(/ cores$/, '')} />
        {cpus > 0 ? <span className="of">of {cpus}</span> : null}
        <TrendLine values={trends.of('coresUsed')} />
      </Item>
      <Item label="Host memory">
        <Value text={stripText('rssKiB', numbers.memoryUsedKiB)} />
        {memoryKiB > 0 ? <span className="of">of {stripText('rssKiB', memoryKiB)}</span> : null}
        <TrendLine values={trends.of('memoryUsedKiB')} />
      </Item>
      <Item label="Disk IOPS">
        <Value text={stripText('diskIops', numbers.diskIops)} />
        <TrendLine values={trends.of('diskIops')} />
      </Item>
      <Item label="Net in">
        <Value text={stripText('netRxBps', numbers.netRxBps)} />
        <TrendLine values={trends.of('netRxBps')} />
      </Item>
      <Item label="Net out">
        <Value text={stripText('netTxBps', numbers.netTxBps)} />
        <TrendLine values={trends.of('netTxBps')} />
      </Item>
    </section>
  )
}

function Conditions({ numbers }: { numbers: StripNumbers }) {
  const { unreachable } = numbers.hosts
  if (unreachable === 0 && numbers.crashed === 0) return null
  return (
    <div className="conditions">
      {unreachable > 0 ? (
        <Link className="condition" href="/hosts" prefetch={false}>
          {unreachable} {unreachable === 1 ? 'host' : 'hosts'} out of reach
        </Link>
      ) : null}
      {numbers.crashed > 0 ? <span className="condition">{numbers.crashed} crashed</span> : null}
    </div>
  )
}

function Item({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="strip-item">
      <span className="strip-label">{label}</span>
      <span className="strip-value">{children}</span>
    </div>
  )
}

const Count = memo(({ value, word, quiet = false }: { value: number; word: string; quiet?: boolean }) => {
  if (quiet && value === 0) return null
  return (
    <span className={quiet ? 'count quiet' : 'count'}>
      <b>{value.toLocaleString('en')}</b> {word}
    </span>
  )
})

const Value = memo(({ text }: { text: string }) => {
  const { number, unit } = splitUnit(text)
  return (
    <span className="count">
      <b>{number}</b>
      {unit === '' ? null : ` ${unit}`}
    </span>
  )
})
