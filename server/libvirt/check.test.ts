import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readCapture } from '../../lib/libvirt/testing/captures.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../clock.ts'
import { silentLog } from '../log.ts'
import { errorBody, testDomain } from '../testing/daemon-messages.ts'
import { FakeDaemon } from '../testing/fake-daemon.ts'
import { checkHost, formatCheckReport } from './check.ts'
import { surveyStats } from './stats-survey.ts'

let daemon: FakeDaemon
beforeEach(async () => {
  daemon = await new FakeDaemon().start()
})
afterEach(() => daemon.stop())

const check = (uri: string) => checkHost(parseLibvirtUri(uri), { clock: systemClock, log: silentLog })

/** Longest bulk reply of the recording: nine guests, all groups. */
const recorded = readCapture('qemu-lifecycle')
  .filter(({ from, bytes }) => from === 'daemon' && new DataView(bytes.buffer).getUint32(12) === 344)
  .map(({ bytes }) => bytes.subarray(28))
  .sort((a, b) => b.length - a.length)

describe('checkHost', () => {
  test('tells versions, domains, cost and duty, and leaves nothing open', async () => {
    daemon.domains = [testDomain(1)]
    daemon.handlers.set(344, () => ({ body: recorded[0] ?? [] }))
    const report = await check(daemon.uri)
    expect(report).toMatchObject({
      ok: true,
      hostname: 'fake-host',
      libvirt: '9.0.0',
      hypervisor: 'QEMU 7.2.0',
      active: 1,
    })
    expect(report.monitor?.bytes).toBe((recorded[0]?.length ?? 0) + 28)
    expect(report.monitorIntervalMs).toBeGreaterThanOrEqual(1000)
    expect(report.dutyPercent).toBeLessThanOrEqual(10)
    expect(report.missing.join('\n')).toContain("<stats period='10'/>")
    const text = formatCheckReport(report)
    expect(text).toMatch(/^ok {6}qemu\+unix/)
    expect(text).toMatch(/monitor .* ms and [\d.]+ KiB a call/)
    await expect.poll(() => daemon.connections).toBe(0)
    expect(daemon.seen.at(-1)).toBe(2)
  })

  test('names what failed and what to do, with what was read before', async () => {
    daemon.handlers.set(344, () => ({ error: errorBody(3, 12, 'this function is not supported') }))
    const report = await check(daemon.uri)
    expect(report).toMatchObject({ ok: false, hostname: 'fake-host', error: { code: 'RPC_REMOTE' } })
    expect(formatCheckReport(report)).toMatch(/^FAILED[\s\S]*NO_SUPPORT/)
  })

  test('a missing socket is a report too, without secrets of the URI', async () => {
    const report = await check('qemu:///system?socket=/nonexistent&password=hunter2')
    expect(report).toMatchObject({ ok: false, hostname: null, error: { code: 'SOCKET_MISSING' } })
    expect(formatCheckReport(report)).not.toContain('hunter2')
    expect(formatCheckReport(report)).toContain('remedy')
  })
})

test('the survey counts what the recorded guests have', () => {
  const survey = surveyStats(recorded[0] ?? new Uint8Array(0))
  expect(survey).toMatchObject({ guestMemory: 0, kvmCounters: 4 })
  expect(survey.domains).toBeGreaterThanOrEqual(8)
  expect(survey.vcpus).toBeGreaterThan(survey.domains)
})
