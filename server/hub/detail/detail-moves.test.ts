import { expect, it } from 'vitest'
import { Lifecycle } from '../../../lib/libvirt/words.ts'
import {
  DetailClient,
  DetailWorld,
  domainRef,
  PAGE_AHEAD_MS,
  pointsOf,
  trackOf,
  uuidOf,
} from '../testing/detail-world.ts'
import { FakeHistory } from '../testing/fake-history.ts'

it('[DT20] the past of a guest that moved is that of the host it was on, with the mark where it came', () => {
  const history = new FakeHistory(uuidOf(7))
  const world = new DetailWorld(history)
  const begun = world.clock.now()
  world.poll(0, 1)
  const event = (host: number, kind: number, detail: number) =>
    world.fleet.event(world.hosts[host]!, { kind: 'lifecycle', domain: domainRef(7, 1), event: kind, detail })
  // The other host takes it in for 20 s, and reports its idle copy all the time.
  event(1, Lifecycle.Started, 1)
  world.poll(20_000, 1, { host: 1, id: 1 })
  event(0, Lifecycle.Suspended, 1)
  event(1, Lifecycle.Resumed, 1)
  const came = world.clock.now()
  // The process of the source goes a little later.
  world.clock.advance(1500)
  event(0, Lifecycle.Stopped, 3)
  world.poll(20_000, 2, { host: 1, id: 1 })
  world.commit()
  history.record('kvm-01', begun, came + 1500, {})
  history.record('kvm-02', begun, world.clock.now(), {})
  const copy = new DetailClient(world).open(1, { host: 'kvm-02', pixels: 60 })
  expect(copy.facts?.host).toBe('kvm-02')
  expect(copy.marks.filter(({ kind }) => kind === 'handover')).toEqual([
    { at: came + PAGE_AHEAD_MS, kind: 'handover', label: 'moved to kvm-02' },
  ])
  const ends = (host: string) => pointsOf(trackOf(copy, 'vcpu', '0', host), 'vcpuPercent').map(([at]) => at)
  const width = copy.bucketMs
  expect(ends('kvm-01').length).toBeGreaterThan(20)
  expect(ends('kvm-02').length).toBeGreaterThan(20)
  expect(ends('kvm-01').at(-1)).toBeLessThanOrEqual(came + PAGE_AHEAD_MS + width)
  expect(ends('kvm-02')[0]! - width).toBeGreaterThanOrEqual(came + PAGE_AHEAD_MS)
})
