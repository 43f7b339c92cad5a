import { describe, expect, it } from 'vitest'
import { FakeDetailFeed } from '../../charts/testing/fake-detail.ts'
import { COMPARE_PLANS, compareChart } from './compare-charts.ts'
import { CompareViews } from './compare-views.ts'

const uuid = (n: number) => `00000000-0000-4000-8000-00000000000${n}`
const named = (n: number) => ({ host: 'kvm-01', uuid: uuid(n) })

function world(...domains: number[]) {
  const feed = new FakeDetailFeed(() => ({ vcpus: 1, disks: 1, nics: 1, seconds: 30, now: 100_000 }))
  const views = new CompareViews(feed, { lastMs: 60_000, pixels: 400 })
  views.show(domains.map(named))
  return { feed, views, told: () => views.store.getState() }
}

describe('several open domains', () => {
  it('are opened once each, stay open while others come, and are closed when they go', () => {
    const { feed, views, told } = world(1, 2)
    views.show([named(2), named(3)])
    expect(feed.opened).toHaveLength(3)
    expect(feed.opened.map(({ closed }) => closed)).toEqual([true, false, false])
    expect(told().compared.map(({ domain }) => domain.uuid)).toEqual([uuid(2), uuid(3)])
    expect(told().compared[0]?.view).toBe(feed.opened[1])
  })

  it('close those that go before they open others: the server has only so many', () => {
    const { feed, views } = world(1, 2)
    const open: number[] = []
    const openFake = feed.openDetail.bind(feed)
    feed.openDetail = (host, id) => {
      open.push(feed.opened.filter(({ closed }) => !closed).length)
      return openFake(host, id)
    }
    views.show([named(3), named(4)])
    expect(open).toEqual([0, 1])
  })

  it('go on where they went, without being opened anew', () => {
    const { feed, views, told } = world(1, 2)
    feed.opened[1]!.store.setState({ host: 'kvm-02' })
    const there = { ...named(2), host: 'kvm-02' }
    expect(views.moves()).toContainEqual([named(2), 'kvm-02'])
    views.show([named(1), there])
    expect([feed.opened.length, feed.opened[1]!.closed, views.moves()]).toEqual([2, false, []])
    expect(told().compared[1]).toMatchObject({ domain: there, view: feed.opened[1] })
    views.show([named(1)])
    expect(feed.opened.map(({ closed }) => closed)).toEqual([false, true])
  })

  it('are all closed in the end, and nobody is called any more', () => {
    const { feed, views, told } = world(1, 2, 3)
    let calls = 0
    views.onPoints(() => calls++)
    feed.opened[0]!.tick()
    expect(calls).toBe(1)
    views.close()
    feed.opened[1]!.tick()
    feed.opened[1]!.store.setState({ name: 'late' })
    expect([calls, feed.opened.every(({ closed }) => closed), told().compared]).toEqual([1, true, []])
  })

  it('are asked for another stretch together, and those that come later begin with it', () => {
    const { feed, views } = world(1, 2)
    const range = { from: 1000, to: 9000, pixels: 400 }
    views.setRange(range)
    expect(feed.opened.map(({ ranges }) => ranges)).toEqual([[range], [range]])
    const asked: unknown[] = []
    const openFake = feed.openDetail.bind(feed)
    Object.assign(feed, {
      openDetail: (host: string, id: string, given: unknown) => {
        asked.push(given)
        return openFake(host, id)
      },
    })
    views.show([named(1), named(2), named(3)])
    expect(asked).toEqual([range])
  })

  it('amount to the longest history and to the marks of all, and are known as soon as one of them is', () => {
    const { feed, told } = world(1, 2)
    const [first, second] = feed.opened
    expect(told()).toMatchObject({ status: 'live', keptMs: 30_000 })
    second!.store.setState({ keptMs: 50_000, status: 'ended' })
    expect(told()).toMatchObject({ status: 'live', keptMs: 50_000 })
    expect(told().marks).toHaveLength(4)
    const { marks } = told()
    first!.store.setState({ name: 'renamed' })
    expect(told().marks).toBe(marks)
    for (const view of feed.opened) view.store.setState({ status: 'disconnected' })
    expect(told().status).toBe('disconnected')
    for (const view of feed.opened) view.store.setState({ status: 'gone' })
    expect(told().status).toBe('opening')
  })

  it('have a chart each, with their own values and marks', () => {
    const { feed, told } = world(1, 2)
    feed.opened[1]!.store.setState({ marks: [] })
    const [one, two] = told().compared.map((compared) => compareChart(compared, COMPARE_PLANS.net))
    expect(one!.series.map(({ key }) => key)).toEqual(['netRxBps', 'netTxBps'])
    expect(one!.series[0]!.parts[0]!.track).toBe(feed.opened[0]!.tracks[0])
    expect([one!.marks!().length, two!.marks!().length]).toEqual([2, 0])
    expect(one!.title).toBe('Network of fake-1')
  })
})

describe('what domains are compared by', () => {
  it('has series of one unit that every domain has', () => {
    const { told } = world(1)
    for (const plan of Object.values(COMPARE_PLANS)) {
      const { series } = compareChart(told().compared[0]!, plan)
      expect(series.map(({ key }) => key)).toEqual(plan.series.map(([metric]) => metric))
      expect(new Set(series.map(({ metric }) => metric.unit)).size).toBe(1)
    }
  })
})
