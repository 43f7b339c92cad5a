import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiDomain, domainWhen } from './api.ts'
import { STANDARD_GUESTS } from './guests.ts'
import { type RealLibvirtd, startRealLibvirtdWith } from './real-libvirtd.ts'
import { type RealSshd, startRealSshd } from './real-sshd.ts'
import { type Domscope, startDomscope } from './start-domscope.ts'
import { parseDomstats, type VirshStats } from './virsh-domstats.ts'

const ACTIVE = STANDARD_GUESTS.filter(({ left }) => left !== 'off')
const ROUNDS = 6

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

async function virshStats(name: string): Promise<VirshStats> {
  const groups = ['--state', '--cpu-total', '--balloon', '--vcpu', '--interface', '--block']
  const stats = parseDomstats(await daemon.virsh('domstats', '--nowait', ...groups, name)).get(name)
  if (stats === undefined) throw new Error(`virsh says nothing of ${name}`)
  return stats
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

/** An answer all of whose values were sampled after `since`, on our clock. */
function answerSampledAfter(domscope: Domscope, uuid: string, since: number): Promise<ApiDomain> {
  const fresh = ({ raw }: ApiDomain) => {
    const now = performance.now()
    return raw.length > 0 && raw.every(({ ageMs }) => now - ageMs > since)
  }
  return domainWhen(domscope, uuid, 'values newer than the first reading of virsh', fresh, 60_000)
}

describe.each(['the local socket', 'qemu+ssh'])('through %s', (way) => {
  let domscope: Domscope

  beforeAll(async () => {
    const uri = way === 'qemu+ssh' ? `qemu+ssh://${sshd.host}/system` : daemon.uri
    domscope = await startDomscope(['--connect', `real=${uri}`], { env: sshd.env })
    await domscope.ready()
  })

  afterAll(async () => {
    await domscope?.stop()
  })

  test.each(ACTIVE.map(({ name }) => name))(
    'every field of %s equals virsh, or lies between two of its readings',
    async (name) => {
      const uuid = await daemon.uuidOf(name)
      let chance: string[] = []
      for (let round = 0; round < ROUNDS; round++) {
        const before = await virshStats(name)
        const ours = await answerSampledAfter(domscope, uuid, performance.now())
        const after = await virshStats(name)
        const verdict = compare(before, ours, after)
        expect(ours.name).toBe(name)
        expect(ours.host).toBe('real')
        expect(verdict.wrong, `round ${round + 1}`).toEqual([])
        chance = verdict.chance
        if (chance.length === 0) return
      }
      expect(chance, `in each of ${ROUNDS} rounds`).toEqual([])
    },
  )

  test('the guest that is off is there, with its state and no process', async () => {
    const off = await domainWhen(
      domscope,
      await daemon.uuidOf('off-01'),
      'shut off',
      ({ state }) => state === 'shutoff',
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
