import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiDomain, domainOf, domainWhen } from './api.ts'
import { STANDARD_GUESTS } from './real/guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real/real-libvirtd.ts'
import { type RealSshd, startRealSshd } from './real/real-sshd.ts'
import { parseDomstats, type VirshStats } from './real/virsh-domstats.ts'
import { type Domscope, startDomscope } from './start-domscope.ts'
import { until } from './until.ts'

const ACTIVE = STANDARD_GUESTS.filter(({ left }) => left !== 'off')
const ROUNDS = 3

let daemon: RealLibvirtd
let sshd: RealSshd

beforeAll(async () => {
  daemon = await startRealLibvirtdWith(STANDARD_GUESTS)
  sshd = await startRealSshd(daemon.namespace)
})

afterAll(async () => {
  await sshd?.stop()
  await daemon?.stop()
})

async function virshStats(): Promise<Map<string, VirshStats>> {
  const groups = ['--state', '--cpu-total', '--balloon', '--vcpu', '--interface', '--block']
  return parseDomstats(await daemon.virsh('domstats', '--nowait', ...groups, ...ACTIVE.map(({ name }) => name)))
}

/** virsh says yes and no where the wire says 1 and 0. */
const YES_NO: Readonly<Record<string, string>> = { yes: '1', no: '0', true: '1', false: '0' }
const plain = (value: string | undefined) => (value === undefined ? undefined : (YES_NO[value] ?? value))

/** Fields that may go down as well as up, so that a value between two readings can lie outside both. */
const GAUGE = /^balloon\.|\.(cur|max)$|\.(allocation|physical|capacity)$/

type Verdict = 'equal' | 'between' | 'outside'

function judge(before: string, ours: string, after: string): Verdict {
  if (before === after && ours === before) return 'equal'
  if (![before, ours, after].every((value) => /^-?\d+$/.test(value))) return 'outside'
  const [low, mine, high] = [BigInt(before), BigInt(ours), BigInt(after)]
  const inside = low <= high ? low <= mine && mine <= high : high <= mine && mine <= low
  return inside ? 'between' : 'outside'
}

/** What is wrong with one answer of ours between two answers of virsh: lines, with `gauge` for what may be chance. */
function compare(before: VirshStats, ours: ApiDomain, after: VirshStats) {
  const raw = new Map(ours.raw.map(({ name, value }) => [name, plain(value)]))
  const wrong: string[] = []
  const chance: string[] = []
  for (const [field, text] of before) {
    const [low, mine, high] = [plain(text), raw.get(field), plain(after.get(field))]
    if (high === undefined) chance.push(`${field}: virsh left it out`)
    else if (mine === undefined) wrong.push(`${field}: we have nothing, virsh says ${text}`)
    else if (judge(low!, mine, high) === 'outside') {
      const line = `${field}: ${mine} is not between ${low} and ${high}`
      if (GAUGE.test(field)) chance.push(line)
      else wrong.push(line)
    }
  }
  for (const field of raw.keys())
    if (!before.has(field) && !after.has(field)) wrong.push(`${field}: virsh has no such field`)
  return { wrong, chance }
}

/** Times are estimates: a sample lies somewhere within its call. */
const MARGIN_MS = 250

/** An answer all of whose values were sampled after `since`, on our clock. */
async function answerSampledAfter(domscope: Domscope, uuid: string, since: number): Promise<ApiDomain> {
  const probe = async () => {
    const asked = performance.now()
    const domain = await domainOf(domscope, uuid)
    const fresh = domain?.raw.every(({ ageMs }) => asked - ageMs > since + MARGIN_MS) ?? false
    return fresh && domain !== undefined && domain.raw.length > 0 ? domain : undefined
  }
  return until('values newer than the first reading of virsh', probe, { timeoutMs: 60_000 })
}

/** One reading of ours between two of virsh, of every active guest. */
async function readRound(domscope: Domscope, uuids: ReadonlyMap<string, string>) {
  const before = await virshStats()
  const since = performance.now()
  const ours = new Map<string, ApiDomain>()
  for (const [name, uuid] of uuids) ours.set(name, await answerSampledAfter(domscope, uuid, since))
  const after = await virshStats()
  return (name: string) => {
    const [low, mine, high] = [before.get(name), ours.get(name), after.get(name)]
    if (low === undefined || mine === undefined || high === undefined) throw new Error(`no reading of ${name}`)
    return { ...compare(low, mine, high), mine }
  }
}

describe.each(['the local socket', 'qemu+ssh'])('through %s', (way) => {
  let domscope: Domscope
  const rounds: ((name: string) => { wrong: string[]; chance: string[]; mine: ApiDomain })[] = []

  beforeAll(async () => {
    const uri = way === 'qemu+ssh' ? `qemu+ssh://${sshd.host}/system` : daemon.uri
    domscope = await startDomscope(['--connect', `real=${uri}`], { env: sshd.env })
    await domscope.ready()
    const uuids = new Map<string, string>()
    for (const { name } of ACTIVE) uuids.set(name, await daemon.uuidOf(name))
    for (let round = 0; round < ROUNDS; round++) rounds.push(await readRound(domscope, uuids))
  })

  afterAll(async () => {
    await domscope?.stop()
  })

  test.each(ACTIVE.map(({ name }) => name))(
    'every field of %s equals virsh, or lies between two of its readings',
    (name) => {
      const verdicts = rounds.map((round) => round(name))
      for (const { mine, wrong } of verdicts) {
        expect(mine).toMatchObject({ name, host: 'real' })
        expect(wrong).toEqual([])
      }
      // A gauge may leave the range of both readings for a moment, but not each time.
      const fields = (lines: readonly string[]) => lines.map((line) => line.split(':', 1)[0])
      const always = fields(verdicts[0]!.chance).filter((field) =>
        verdicts.every(({ chance }) => fields(chance).includes(field)),
      )
      expect(always).toEqual([])
    },
  )

  test('the guest that is off is there, with its state and no process', async () => {
    const off = await domainWhen(
      domscope,
      await daemon.uuidOf('off-01'),
      'shut off',
      ({ state }) => state === 'shut off',
    )
    expect(off.id).toBe(-1)
    expect(off.raw.find(({ name }) => name === 'state.state')?.value).toBe('5')
    expect(off.metrics.coresUsed ?? null).toBeNull()
  })

  test('a statistic by its name says what the domain says', async () => {
    const uuid = await daemon.uuidOf('k8s-node-01')
    const { status, body } = await domscope.get(`/api/v1/domains/${uuid}/stats/vcpu.maximum`)
    expect(status).toBe(200)
    expect(body).toMatchObject({ name: 'vcpu.maximum', type: 'uint', value: '8' })
  })
})
