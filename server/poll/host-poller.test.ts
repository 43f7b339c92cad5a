import { afterEach, describe, expect, test } from 'vitest'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { VirtualClock } from '../libvirt/testing/virtual-clock.ts'
import { silentLog } from '../log.ts'
import { errorBody, message, testDomain } from '../testing/daemon-messages.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { ConnectGate } from './connect-gate.ts'
import type { HostPollerOptions } from './host-poller.ts'
import { startHostPoller } from './host-poller.ts'
import { RecordingFleet } from './testing/recording-fleet.ts'
import { VirtualSession } from './testing/virtual-session.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

function poll(uri: string, more: Partial<HostPollerOptions> = {}) {
  const fleet = new RecordingFleet()
  const stop = startHostPoller({
    host: 0,
    uri: parseLibvirtUri(uri),
    fleet,
    clock: systemClock,
    random: () => 0,
    intervalMs: 50,
    dutyPercent: 10,
    connectGate: new ConnectGate(),
    log: silentLog,
    ...more,
  })
  undo.push(stop)
  return { fleet, stop }
}

async function startDaemon(): Promise<FakeDaemon> {
  const daemon = await new FakeDaemon().start()
  undo.push(() => daemon.stop())
  daemon.domains = [testDomain(1), testDomain(2)]
  return daemon
}

const lanes = (fleet: RecordingFleet) => new Set(fleet.ingested.map(({ lane }) => lane))
const unreachable = () => new DomscopeError('SSH_REFUSED', 'no', { radius: 'connection' })

describe('against a daemon on a unix socket', () => {
  test('connects, polls all lanes and stops without a trace', async () => {
    const daemon = await startDaemon()
    const { fleet, stop } = poll(daemon.uri)
    await expect.poll(() => lanes(fleet)).toEqual(new Set([Lane.Fast, Lane.Monitor, Lane.Roster]))
    expect(fleet.states.map(({ state }) => state)).toEqual(['connecting', 'up'])
    expect(fleet.ingested.every(({ complete, words }) => complete && words > 20)).toBe(true)
    await stop()
    expect(daemon.seen.at(-1)).toBe(2)
    await expect.poll(() => daemon.connections).toBe(0)
  })

  test('a killed daemon shows at once, and is found again when it returns', async () => {
    const daemon = await startDaemon()
    const { fleet } = poll(daemon.uri)
    await expect.poll(() => fleet.ingested.length).toBeGreaterThan(2)
    await daemon.kill()
    await expect.poll(() => fleet.state).toMatch(/^unreachable: (CONNECTION_LOST|SOCKET_MISSING|DAEMON_NOT_RUNNING)$/)
    await expect.poll(() => fleet.state).toBe('unreachable: SOCKET_MISSING')
    const before = fleet.ingested.length
    await daemon.start()
    await expect.poll(() => fleet.ingested.length, { timeout: 5000 }).toBeGreaterThan(before)
    expect([fleet.state, fleet.ups.length]).toEqual(['up', 2])
    await expect.poll(() => fleet.last?.reconnects).toBe(1)
  })

  test('events reach the fleet, and the roster follows', async () => {
    const daemon = await startDaemon()
    const { fleet } = poll(daemon.uri)
    await expect.poll(() => fleet.ingested.filter(({ lane }) => lane === Lane.Roster).length).toBe(1)
    const { name, uuid, id } = testDomain(3)
    const body = [
      0,
      0,
      0,
      0,
      0,
      0,
      0,
      name.length,
      ...Buffer.from(name),
      0,
      0,
      0,
      ...uuid,
      0,
      0,
      0,
      id,
      0,
      0,
      0,
      2,
      0,
      0,
      0,
      0,
    ]
    daemon.broadcast(message({ procedure: 318, type: 2, serial: 1 }, body))
    await expect.poll(() => fleet.ingested.filter(({ lane }) => lane === Lane.Roster).length).toBe(2)
    expect(fleet.events).toMatchObject([{ kind: 'lifecycle', domain: { name: 'dom-3' }, event: 2 }])
  })

  test('a daemon with too many domains for one call is asked by lists', async () => {
    const daemon = await startDaemon()
    const bulk = daemon.handlers.get(344)!
    daemon.handlers.set(344, (call) =>
      new DataView(call.buffer, call.byteOffset).getUint32(28) === 0
        ? { error: errorBody(1, 7, 'too many') }
        : bulk(call),
    )
    const { fleet } = poll(daemon.uri)
    await expect.poll(() => new Set(fleet.finished.map(({ lane }) => lane)).size).toBe(3)
    expect(fleet.ingested.every(({ complete }) => !complete)).toBe(true)
    expect(fleet.state).toBe('up')
    expect(daemon.bulkCalls.some(({ names }) => names.join() === 'dom-1,dom-2')).toBe(true)
  })

  test('garbage in the middle of the stream costs the connection and nothing else', async () => {
    const daemon = await startDaemon()
    const { fleet } = poll(daemon.uri)
    await expect.poll(() => fleet.ingested.length).toBeGreaterThan(2)
    daemon.broadcast(Buffer.from('\u0000\u0000\u0000\u0001garbage'))
    await expect.poll(() => fleet.states.map(({ code }) => code)).toContain('FRAME_LENGTH')
    await expect.poll(() => fleet.state, { timeout: 5000 }).toBe('up')
  })
})

describe('[V-8] connecting again', () => {
  test('backs off with full jitter up to a minute, and asks the log once', async () => {
    const clock = new VirtualClock()
    const attempts: number[] = []
    const warnings: string[] = []
    const { fleet } = poll('qemu+ssh://far/system', {
      clock,
      random: () => 1,
      log: { ...silentLog, warn: (event) => warnings.push(event) },
      open: async () => {
        attempts.push(clock.now())
        throw unreachable()
      },
    })
    await clock.advance(200_000)
    expect(attempts).toEqual([0, 1000, 3000, 7000, 15_000, 31_000, 63_000, 123_000, 183_000])
    expect([fleet.state, warnings]).toEqual(['unreachable: SSH_REFUSED', ['host.unreachable']])
  })

  test('logs a failure of another kind than the last, and each kind once in a row', async () => {
    const clock = new VirtualClock()
    const codes = ['SSH_REFUSED', 'SSH_REFUSED', 'SSH_HOST_KEY', 'SSH_HOST_KEY', 'SSH_REFUSED']
    const logged: unknown[] = []
    poll('qemu+ssh://far/system', {
      clock,
      random: () => 1,
      log: { ...silentLog, warn: (_event, fields) => logged.push((fields?.error as DomscopeError | undefined)?.code) },
      open: async () => {
        throw new DomscopeError(codes.shift() ?? 'SSH_REFUSED', 'no', { radius: 'connection' })
      },
    })
    await clock.advance(100_000)
    expect(logged).toEqual(['SSH_REFUSED', 'SSH_HOST_KEY', 'SSH_REFUSED'])
  })

  test('a failure is logged again after a session in between', async () => {
    const clock = new VirtualClock()
    const sessions: VirtualSession[] = []
    const events: string[] = []
    poll('qemu+ssh://far/system', {
      clock,
      log: { ...silentLog, warn: (event) => events.push(event) },
      open: async () => {
        if (sessions.length > 0) throw unreachable()
        sessions.push(new VirtualSession(clock))
        return sessions[0]!
      },
    })
    await clock.advance(1000)
    sessions[0]?.lose(unreachable())
    await clock.advance(30_000)
    expect(events).toEqual(['host.lost', 'host.unreachable'])
  })

  test('the end of a simulated daemon is told as what it is: nothing that systemctl could start', async () => {
    const clock = new VirtualClock()
    const errors: (DomscopeError | null)[] = []
    const { fleet } = poll('qemu+unix:///system?socket=/tmp/sim-01', {
      clock,
      simulated: true,
      open: async () => {
        const remedy = 'Start the daemon: systemctl start libvirtd.'
        throw new DomscopeError('DAEMON_NOT_RUNNING', 'nobody listens', { radius: 'connection', remedy })
      },
    })
    fleet.hostState = (_host, _state, error) => void errors.push(error)
    await clock.advance(2000)
    expect(errors.at(-1)).toMatchObject({ code: 'DAEMON_NOT_RUNNING', message: 'nobody listens' })
    expect(errors.at(-1)?.remedy).toBe('The simulation ended: start Domscope again.')
  })

  test('a host that is the same machine as another one is warned of when it connects', async () => {
    const clock = new VirtualClock()
    const warnings: unknown[] = []
    const { fleet } = poll('qemu+ssh://far/system', {
      clock,
      log: { ...silentLog, warn: (event, fields) => warnings.push({ event, ...fields }) },
      open: async () => new VirtualSession(clock),
    })
    fleet.sameMachine = 'kvm-01'
    await clock.advance(10)
    expect(warnings).toEqual([{ event: 'host.same-machine', host: 0, sameAs: 'kvm-01', uuid: null }])
  })

  test('a session that held ends a row of failures', async () => {
    const clock = new VirtualClock()
    let up = false
    const sessions: VirtualSession[] = []
    let attempts = 0
    poll('qemu+ssh://far/system', {
      clock,
      random: () => 1,
      intervalMs: 1000,
      open: async () => {
        attempts++
        if (!up) throw unreachable()
        sessions.push(new VirtualSession(clock))
        return sessions.at(-1)!
      },
    })
    await clock.advance(60_000)
    up = true
    await clock.advance(120_000)
    expect(sessions).toHaveLength(1)
    const before = attempts
    sessions[0]?.lose(unreachable())
    await clock.advance(1001)
    expect([attempts, sessions.length]).toEqual([before + 1, 2])
  })

  test('a mistake of ours is shown as the host’s error and does not end the poller', async () => {
    const clock = new VirtualClock()
    const { fleet } = poll('qemu:///system', {
      clock,
      open: () => Promise.reject(new TypeError('oops')),
    })
    await clock.advance(10)
    expect(fleet.state).toBe('unreachable: INTERNAL')
  })

  test('stopping does not wait for a daemon that does not answer, and closes what opens after all', async () => {
    const clock = new VirtualClock()
    const session = new VirtualSession(clock)
    let opened: (session: VirtualSession) => void = () => {}
    const { stop } = poll('qemu+ssh://far/system', {
      clock,
      open: () =>
        new Promise((resolve) => {
          opened = resolve
        }),
    })
    await clock.advance(1)
    await stop()
    opened(session)
    expect(await session.closed).toBeNull()
    expect(clock.pending).toBe(0)
  })
})

test('[V-8] at most eight hosts connect at once, and every one gets its turn', async () => {
  const clock = new VirtualClock()
  const connectGate = new ConnectGate()
  let inside = 0
  let most = 0
  let done = 0
  for (let i = 0; i < 50; i++) {
    poll('qemu+ssh://far/system', {
      clock,
      connectGate,
      open: async () => {
        most = Math.max(most, ++inside)
        await new Promise<void>((resolve) => clock.after(100, resolve))
        inside--
        done++
        throw unreachable()
      },
    })
  }
  await clock.advance(450)
  expect(most).toBe(8)
  await clock.advance(300)
  expect(done).toBeGreaterThanOrEqual(50)
})
