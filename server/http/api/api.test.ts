import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type HttpFixture, RAW, startHttp, UUID_A, UUID_B, writeSite } from '../../testing/http-fixture.ts'
import { rawExchange, rawRequest } from '../../testing/raw-http.ts'

let site: ReturnType<typeof writeSite>
let http: HttpFixture

beforeAll(() => {
  site = writeSite()
})
afterAll(() => site.remove())
beforeEach(async () => {
  http = await startHttp(site.directory)
})
afterEach(() => http.server.close(0))

describe('API', () => {
  it('lists hosts with labels and without row numbers', async () => {
    const { body } = await http.json('/api/v1/hosts')
    expect(body.simulated).toBe(true)
    const [first] = body.hosts as Record<string, unknown>[]
    expect(first).toMatchObject({ host: 'kvm-01', state: 'up', labels: { rack: '3' }, version: '9.0.0' })
    expect(first).not.toHaveProperty('row')
  })

  it('lists domains with full precision, sorted by what the grid sorts by', async () => {
    const { body } = await http.json('/api/v1/domains?sort=-cpu&columns=cpu,overhead,steal')
    expect(body).toMatchObject({
      simulated: true,
      total: 3,
      columns: [
        { id: 'cpuPercent', label: 'CPU', unit: '%' },
        { id: 'overheadCores', label: 'Overhead', unit: 'cores' },
        { id: 'stealWorstPercent', label: 'Steal, worst vCPU', unit: '%' },
      ],
    })
    expect(Number.isNaN(Date.parse(body.asOf as string))).toBe(false)
    expect((body.rows as Record<string, unknown>[]).map((row) => row.cpuPercent)).toEqual([99, 50, 12.3456789])
    expect((body.rows as unknown[])[2]).toEqual({
      uuid: UUID_A,
      host: 'kvm-01',
      name: 'web-2',
      id: 1,
      state: 'running',
      ageMs: 120,
      cpuPercent: 12.3456789,
      overheadCores: -0.25,
      stealWorstPercent: null,
      overdueMs: 20,
      partial: null,
      partialReason: null,
    })
  })

  it('filters by host and words, and limits after counting', async () => {
    expect((await http.json('/api/v1/domains?host=kvm-01')).body.total).toBe(2)
    expect((await http.json('/api/v1/domains?filter=web')).body.total).toBe(2)
    const { body } = await http.json('/api/v1/domains?filter=web&limit=1')
    expect([body.total, (body.rows as unknown[]).length]).toEqual([2, 1])
    expect((await http.json('/api/v1/domains?limit=0')).body.rows).toEqual([])
  })

  it('[TX3] puts a byte order mark before CSV where it is asked for, and only there', async () => {
    const text = async (query: string) => (await http.get(`/api/v1/domains?${query}`)).body
    expect(await text('format=csv&columns=cpu&bom=1')).toMatch(/(^|\n)\xef\xbb\xbfuuid,host/)
    for (const query of ['format=csv&columns=cpu', 'format=csv&bom=0', '']) {
      expect(await text(query)).not.toContain('\xef\xbb\xbf')
    }
    for (const query of ['bom=1', 'format=csv&bom=yes']) {
      expect((await http.get(`/api/v1/domains?${query}`)).status).toBe(400)
    }
  })

  it('[S-13] quotes formulas in CSV and leaves numbers alone', async () => {
    const answer = await http.get('/api/v1/domains?format=csv&columns=cpu,overhead')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="domscope-domains.csv"')
    expect(answer.headers.get('domscope-simulated')).toBe('true')
    expect(answer.body).toContain(
      'uuid,host,name,id,state,ageMs,cpuPercent,overheadCores,overdueMs,partial,partialReason\r\n',
    )
    expect(answer.body).toContain(`${UUID_A},kvm-01,web-2,1,running,120,12.3456789,-0.25,20,,\r\n`)
    expect(answer.body).toContain(`"'=HYPERLINK(""http://evil"",""<b>x</b>"")"`)
  })

  it('fills in the links to other tools for a domain', async () => {
    const { body } = await http.json(`/api/v1/domains/${UUID_A}?host=kvm-01`)
    const url = `https://grafana.example/d/vm?h=kvm-01&u=${UUID_A}&n=web-2`
    expect(body.links).toEqual([{ label: 'Grafana', url }])
  })

  it('tells everything of one domain, raw values exactly', async () => {
    const { body } = await http.json(`/api/v1/domains/${UUID_A.toUpperCase()}?host=kvm-01`)
    expect(body).toMatchObject({
      uuid: UUID_A,
      name: 'web-2',
      host: 'kvm-01',
      id: 1,
      reason: 'booted',
      simulated: true,
    })
    expect(body.metrics).toMatchObject({ cpuPercent: 12.3456789, netRxBps: null })
    expect(body.raw).toEqual(RAW)
  })

  it('tells one statistic', async () => {
    const { body } = await http.json(`/api/v1/domains/${UUID_A}/stats/vcpu.3.time?host=kvm-01`)
    expect(body).toEqual({ simulated: true, ...RAW[1] })
  })

  it('tells what happened, newest first, of the fleet, a host or a domain', async () => {
    const web = { host: 'kvm-01', uuid: UUID_A, name: 'web-2' }
    http.events.add({ host: 'kvm-02', uuid: '', name: '' }, { kind: 'host-up', text: 'connected', details: {} })
    http.events.add(web, { kind: 'started', text: 'started: booted', details: { reason: 'booted' } })
    http.events.add({ ...web, host: 'kvm-02' }, { kind: 'stopped', text: 'stopped: migrated', details: {} })
    const kinds = async (query: string) => {
      const { body } = await http.json(`/api/v1/events${query}`)
      return [body.total, (body.events as { kind: string }[]).map(({ kind }) => kind)]
    }
    expect(await kinds('')).toEqual([3, ['stopped', 'started', 'host-up']])
    expect(await kinds('?limit=1')).toEqual([3, ['stopped']])
    expect(await kinds('?host=kvm-02')).toEqual([2, ['stopped', 'host-up']])
    expect(await kinds(`?uuid=${UUID_A.toUpperCase()}&host=kvm-01`)).toEqual([1, ['started']])
    expect(await kinds(`?uuid=${UUID_B}`)).toEqual([0, []])
    const { body } = await http.json('/api/v1/events?host=kvm-02')
    const [stopped, up] = body.events as Record<string, unknown>[]
    expect(stopped).toMatchObject({ ...web, host: 'kvm-02', text: 'stopped: migrated', details: {} })
    expect(up).toMatchObject({ host: 'kvm-02', uuid: null, name: null })
    expect(Math.abs(Date.parse(stopped!.at as string) + (stopped!.ageMs as number) - Date.now())).toBeLessThan(5000)
  })

  it('answers 409 with the hosts when a UUID is on several', async () => {
    const { status, body } = await http.json(`/api/v1/domains/${UUID_A}`)
    expect([status, body.code, body.detail]).toEqual([409, 'DOMAIN_AMBIGUOUS', { hosts: ['kvm-01', 'kvm-02'] }])
  })

  it('says build, mode and versions', async () => {
    const { body } = await http.json('/healthz')
    expect(body).toMatchObject({ status: 'ok', version: '1.2.3', build: 'abc', mode: 'production', nodeEnv: 'test' })
    expect(body).toMatchObject({ node: 'v20', simulated: true, streams: 0, streamsWaiting: 0, refusedRequests: 0 })
  })

  it.each<[string, number, string, string]>([
    ['/api/v1/hosts?x=1', 400, 'UNKNOWN_PARAMETER', 'takes no parameters'],
    ['/api/v1/domains?color=red', 400, 'UNKNOWN_PARAMETER', 'host, filter, sort, columns, limit, format'],
    ['/api/v1/domains?limit=1&limit=2', 400, 'BAD_PARAMETER', 'given twice'],
    ['/api/v1/domains?limit=-1', 400, 'BAD_PARAMETER', 'a whole number from 0'],
    ['/api/v1/domains?limit=1e9', 400, 'BAD_PARAMETER', 'a whole number from 0'],
    ['/api/v1/domains?format=xml', 400, 'BAD_PARAMETER', 'json or csv'],
    ['/api/v1/domains?columns=cpu,wings', 400, 'BAD_PARAMETER', 'columns="wings"'],
    ['/api/v1/domains?columns=hostcpu', 400, 'BAD_PARAMETER', 'no such metric of domains'],
    ['/api/v1/domains?columns=', 400, 'BAD_PARAMETER', 'no such metric of domains'],
    ['/api/v1/domains?sort=wings', 400, 'BAD_PARAMETER', 'sort="wings"'],
    ['/api/v1/domains?filter=cpu%3E80', 400, 'BAD_PARAMETER', 'at character 4'],
    ['/api/v1/domains?host=nowhere', 400, 'BAD_PARAMETER', 'no such host'],
    ['/api/v1/domains/xyz', 400, 'BAD_UUID', '"xyz" is not a UUID'],
    ['/api/v1/domains/00000000-0000-0000-0000-000000000000', 404, 'DOMAIN_UNKNOWN', 'on any host'],
    [`/api/v1/domains/${UUID_B}?host=kvm-02`, 404, 'DOMAIN_UNKNOWN', 'on host "kvm-02"'],
    [`/api/v1/domains/${UUID_B}/stats/no.such`, 404, 'STAT_UNKNOWN', '"no.such"'],
    ['/api/v1/events?uuid=x', 400, 'BAD_PARAMETER', 'it is no UUID'],
    ['/api/v1/events?host=nowhere', 400, 'BAD_PARAMETER', 'no such host'],
    ['/api/v1/events?limit=5001', 400, 'BAD_PARAMETER', 'from 0 to 5000'],
    ['/api/v1/nothing', 404, 'NO_SUCH_ROUTE', 'nothing at this address'],
    ['/api/v1/domains/%ff', 400, 'BAD_PATH', 'percent'],
    ['/healthz?x', 400, 'UNKNOWN_PARAMETER', 'no parameters'],
  ])('refuses %s with %d %s', async (target, status, code, words) => {
    const answer = await http.json(target)
    expect([answer.status, answer.body.code]).toEqual([status, code])
    expect(answer.body.message).toContain(words)
    expect(Object.keys(answer.body).sort()).toEqual(['code', 'detail', 'message'])
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])(
    'refuses %s and says what is allowed',
    async (method) => {
      const answer = await rawExchange(http.port, rawRequest('/api/v1/hosts', {}, { method }))
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    },
  )

  it('does not repeat markup of the client', async () => {
    const answer = await http.get('/api/v1/domains?host=%3Cscript%3E')
    expect(JSON.parse(answer.body).message).not.toContain('<')
  })
})
