import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { createFleet } from '../fleet/fleet.ts'
import { LANE_GROUPS, Lane } from '../fleet/fleet-writer.ts'
import { openSession } from '../libvirt/open-session.ts'
import { silentLog } from '../log.ts'
import { ConnectGate } from '../poll/connect-gate.ts'
import { startHostPoller } from '../poll/host-poller.ts'
import { plan, prepareGuest } from './real/guests.ts'
import { hostLoad } from './real/host-load.ts'
import { type JudgedGuest, ReadingsUnderLoad, type Verdict } from './real/read-under-load.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real/real-libvirtd.ts'
import { until } from './until.ts'

const SPINNING = ['spin-01', 'spin-02', 'spin-03']
const READING = ['read-01', 'read-02']
const COME_AND_GO_MS = 5_000
const MINUTE_MS = 60_000
const DUTY = 0.1

let daemon: RealLibvirtd
let readings: ReadingsUnderLoad
const load = hostLoad()
const monitorCalls: { startedAt: number; endedAt: number }[] = []
const undo: (() => Promise<void> | void)[] = []

/** Connects as the program does, and notes how long each monitor call takes. */
function startWatching() {
  const fleet = createFleet({ clock: systemClock, simulated: false })
  const stopPolling = startHostPoller({
    host: fleet.addHost('kvm-01', daemon.uri),
    uri: parseLibvirtUri(daemon.uri),
    ...{ fleet, clock: systemClock, random: Math.random, intervalMs: 1000, dutyPercent: 100 * DUTY },
    connectGate: new ConnectGate(),
    log: silentLog,
    async open(uri, options) {
      const session = await openSession(uri, options)
      const ask = session.bulkStats.bind(session)
      session.bulkStats = async (request, ...rest) => {
        const startedAt = systemClock.now()
        try {
          return await ask(request, ...rest)
        } finally {
          if (request.groups === LANE_GROUPS[Lane.Monitor]) monitorCalls.push({ startedAt, endedAt: systemClock.now() })
        }
      }
      return session
    },
  })
  undo.push(() => fleet.close(), stopPolling, fleet.look())
  return fleet
}

/** Creates and destroys another guest again and again. Returns what ends that. */
function startComeAndGo(): () => Promise<void> {
  const guest = plan('passing-01', { kvm: false })
  const file = path.join(daemon.folder, 'passing-01.xml')
  writeFileSync(file, prepareGuest(guest, path.join(daemon.folder, 'disks'), { kvm: false, bridge: 'domscope0' }))
  let going = true
  const loop = async () => {
    while (going) {
      await daemon.virsh('create', file)
      await sleep(COME_AND_GO_MS / 2)
      await daemon.virsh('destroy', guest.name)
      await sleep(COME_AND_GO_MS / 2)
    }
  }
  const running = loop()
  return async () => {
    going = false
    await running
  }
}

beforeAll(async () => {
  daemon = await startRealLibvirtd()
  undo.push(() => daemon.stop())
  const guests = [...READING.map((name) => [name, 'read'] as const), ...SPINNING.map((name) => [name, 'spin'] as const)]
  // Readers first: a guest boots slowly beside others that compute.
  for (const [name, what] of guests) await daemon.add(plan(name, { kvm: false, load: what }))
  const fleet = startWatching()
  const judged: JudgedGuest[] = []
  for (const [name, what] of guests) {
    const uuid = await daemon.uuidOf(name)
    const row = await until(`the row of ${name}`, () => fleet.rowsOf(uuid)[0])
    const metrics = ['cpuPercent', 'stealWorstPercent', ...(what === 'read' ? (['diskReadBps'] as const) : [])] as const
    judged.push({ name, row, pid: await daemon.guestPid(name), metrics })
  }
  readings = new ReadingsUnderLoad(fleet, judged)
  undo.push(
    () => readings.stop(),
    () => load.stop(),
  )
  undo.push(startComeAndGo())
  const known = () => {
    const { readings: count, unknown, judged } = readings.take()
    // By then the intervals lie within what the reference has read.
    return unknown === 0 && judged > count / 2 ? true : undefined
  }
  // Seconds, unless the machine is busy with other things as well.
  await until('the first rates', known, { timeoutMs: 200_000, everyMs: 1000 })
  readings.take()
}, 360_000)

afterAll(async () => {
  for (const each of undo.reverse()) await each()
})

function expectTruth(verdict: Verdict): void {
  const figures = JSON.stringify({ ...verdict, calls: monitorCalls.length })
  process.stdout.write(`${figures}\n`)
  expect(verdict.wrong, figures).toEqual([])
  expect(verdict.unknown / verdict.readings, figures).toBeLessThanOrEqual(0.01)
  // A test in which nothing could be judged would say nothing.
  expect(verdict.judged, figures).toBeGreaterThan(verdict.readings / 3)
}

describe('with guests that compute and read, and one that comes and goes every 5 s', () => {
  test('rates are known and true when load sets in on a quiet host', async () => {
    await sleep(10_000)
    load.start()
    await sleep(20_000)
    await load.stop()
    expectTruth(readings.take())
  })

  test('rates are known and true in bursts of load', async () => {
    for (let burst = 0; burst < 3; burst++) {
      load.start()
      await sleep(6_000)
      await load.stop()
      await sleep(6_000)
    }
    expectTruth(readings.take())
  })

  test('rates are known and true under constant load', async () => {
    load.start()
    await sleep(36_000)
    await load.stop()
    expectTruth(readings.take())
  })

  test('the daemon spent no more than the duty on monitor calls, but for what slow ones may borrow', () => {
    const [first, last] = [monitorCalls[0]!, monitorCalls.at(-1)!]
    const spentMs = monitorCalls.reduce((sum, { startedAt, endedAt }) => sum + endedAt - startedAt, 0)
    const lastMs = last.endedAt - last.startedAt
    const dutyMs = DUTY * (last.startedAt - first.startedAt)
    process.stdout.write(
      `${monitorCalls.length} monitor calls took ${spentMs.toFixed(0)} ms of ${(last.endedAt - first.startedAt).toFixed(0)}\n`,
    )
    // The last call is still to be paid for, and two thirds of a minute's budget may be owed before that.
    expect(spentMs - lastMs).toBeLessThanOrEqual(dutyMs + (2 / 3) * DUTY * MINUTE_MS)
  })
})
