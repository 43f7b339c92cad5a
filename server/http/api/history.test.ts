import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpFixture, startHttp, UUID_A, UUID_B, writeSite } from '../../testing/http-fixture.ts'

interface Answer {
  readonly simulated: boolean
  readonly kept: { readonly exactMs: number; readonly coarseMs: number }
  readonly stepMs: number
  readonly tracks: readonly {
    readonly host: string
    readonly entity: string
    readonly id: string
    readonly marks: readonly { readonly at: string; readonly kind: string }[]
    readonly series: readonly {
      readonly id: string
      readonly low: readonly (number | null)[]
      readonly mean: readonly (number | null)[]
      readonly high: readonly (number | null)[]
    }[]
  }[]
}

let site: ReturnType<typeof writeSite>
let http: HttpFixture

beforeAll(async () => {
  site = writeSite()
  http = await startHttp(site.directory)
})
afterAll(async () => {
  await http.server.close(0)
  site.remove()
})

async function history(query: string, uuid = UUID_A): Promise<{ status: number; body: Answer }> {
  const { status, body } = await http.json(`/api/v1/domains/${uuid}/history${query}`)
  // What the route writes; the tests below look at every part of it.
  return { status, body: body as unknown as Answer }
}

describe('/api/v1/domains/{uuid}/history', () => {
  it('gives least and greatest values by span, of the domain on every host that kept it', async () => {
    const { status, body } = await history('?metrics=cpuPercent&points=600')
    expect(status).toBe(200)
    expect([body.simulated, body.stepMs]).toEqual([true, 1000])
    expect(body.kept.exactMs).toBeGreaterThanOrEqual(59_000)
    expect(body.tracks.map(({ host, entity, id }) => [host, entity, id])).toEqual([
      ['kvm-01', 'domain', ''],
      ['kvm-02', 'domain', ''],
    ])
    const [series] = body.tracks[0]!.series
    expect(series!.id).toBe('cpuPercent')
    const known = series!.high.filter((value) => value !== null)
    expect(known).toHaveLength(50)
    expect([Math.max(...known), Math.min(...known)]).toEqual([2, 1])
    expect(body.tracks[0]!.marks.map(({ kind }) => kind)).toEqual(['gap'])
  })

  it('[HI65] gives the mean of what is known of a span, by time', async () => {
    const { body } = await history('?metrics=cpuPercent&points=1&host=kvm-02')
    // 48 seconds at 1 and one at 2; the first sample and the one after the gap stand for no time.
    expect(body.tracks[0]!.series[0]!.mean).toEqual([1.02083])
    const { body: fine } = await history('?metrics=cpuPercent&points=600&host=kvm-02')
    const { low, mean, high } = fine.tracks[0]!.series[0]!
    expect(mean.map((value) => value === null)).toEqual(low.map((value) => value === null))
    expect(mean.every((value, i) => value === null || (value >= low[i]! && value <= high[i]!))).toBe(true)
  })

  it('keeps a spike of one sample in a single span', async () => {
    const { body } = await history('?metrics=cpuPercent&points=1&host=kvm-02')
    expect(body.tracks.map(({ series }) => series.map(({ low, high }) => [low, high]))).toEqual([[[[1], [2]]]])
  })

  it('gives all series of a disk by its name', async () => {
    const { body } = await history('?entity=disk&id=vda&host=kvm-01')
    expect(body.tracks.map(({ id }) => id)).toEqual(['vda'])
    expect(body.tracks[0]!.series.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['diskReadIops', 'diskQueueDepth']),
    )
    expect(body.tracks[0]!.series[0]!.low).toHaveLength(300)
  })

  it('gives a stretch between two times, without anything outside of it', async () => {
    const wall = Date.now()
    const at = (secondsAgo: number) => encodeURIComponent(new Date(wall - secondsAgo * 1000).toISOString())
    const { body } = await history(`?metrics=cpuPercent&host=kvm-01&from=${at(3600)}&to=${at(600)}&points=10`)
    expect(body.tracks[0]!.series[0]!.high).toEqual(Array(10).fill(null))
    expect(body.tracks[0]!.marks).toEqual([])
  })

  it.each([
    ['an unknown entity', '?entity=cpu', 'BAD_PARAMETER', 'domain or vcpu or disk or nic'],
    ['a metric of something else', '?entity=disk&metrics=cpuPercent', 'BAD_PARAMETER', 'metrics="cpuPercent"'],
    ['a metric that is not kept', '?metrics=cpuPercent,state', 'BAD_PARAMETER', 'metrics="state"'],
    ['an unknown disk', '?entity=disk&id=vdz', 'BAD_PARAMETER', 'id="vdz"'],
    ['an unknown host', '?host=nowhere', 'BAD_PARAMETER', '/api/v1/hosts lists them'],
    ['a time that is none', '?from=yesterday', 'BAD_PARAMETER', 'as 2026-11-22T23:00:00Z'],
    [
      'times the wrong way round',
      '?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z',
      'BAD_PARAMETER',
      'from="2026-01-02T00:00:00Z": it must be before to="2026-01-01T00:00:00Z"',
    ],
    ['a begin that is to come', '?from=2199-01-02T00:00:00Z', 'BAD_PARAMETER', 'it must be in the past'],
    ['too many points', '?points=2001', 'BAD_PARAMETER', 'from 1 to 2000'],
    ['an unknown parameter', '?range=5m', 'UNKNOWN_PARAMETER', 'from, to, points'],
  ])('refuses %s by name, and says what to give', async (_what, query, code, words) => {
    const answer = await history(query)
    expect([answer.status, answer.body]).toMatchObject([400, { code, message: expect.stringContaining(words) }])
  })

  it('lists what could be asked for instead of a metric or disk that is not kept', async () => {
    const allowed = async (query: string) =>
      ((await history(query)).body as unknown as { detail: { allowed: readonly string[] } }).detail.allowed
    expect(await allowed('?entity=disk&metrics=wings')).toContain('diskReadIops')
    expect(await allowed('?metrics=wings')).toEqual(expect.arrayContaining(['cpuPercent', 'netRxBps']))
    expect(await allowed('?entity=disk&id=vdz')).toEqual(['vda', 'vda'])
  })

  it('says when nothing is kept of a domain, and what is no UUID', async () => {
    expect(await history('', UUID_B)).toMatchObject({ status: 404, body: { code: 'HISTORY_UNKNOWN' } })
    expect(await history('', 'web-1')).toMatchObject({ status: 400, body: { code: 'BAD_UUID' } })
  })
})
