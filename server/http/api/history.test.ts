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
    ['an unknown entity', '?entity=cpu', 400, 'BAD_PARAMETER'],
    ['a metric of something else', '?entity=disk&metrics=cpuPercent', 400, 'BAD_PARAMETER'],
    ['an unknown disk', '?entity=disk&id=vdz', 400, 'BAD_PARAMETER'],
    ['an unknown host', '?host=nowhere', 400, 'BAD_PARAMETER'],
    ['a time that is none', '?from=yesterday', 400, 'BAD_PARAMETER'],
    ['times the wrong way round', '?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 400, 'BAD_PARAMETER'],
    ['too many points', '?points=2001', 400, 'BAD_PARAMETER'],
    ['an unknown parameter', '?range=5m', 400, 'UNKNOWN_PARAMETER'],
  ])('refuses %s by name', async (_what, query, status, code) => {
    const answer = await history(query)
    expect([answer.status, answer.body]).toMatchObject([status, { code }])
  })

  it('says when nothing is kept of a domain, and what is no UUID', async () => {
    expect(await history('', UUID_B)).toMatchObject({ status: 404, body: { code: 'HISTORY_UNKNOWN' } })
    expect(await history('', 'web-1')).toMatchObject({ status: 400, body: { code: 'BAD_UUID' } })
  })
})
