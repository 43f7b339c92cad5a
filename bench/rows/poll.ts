import { type OtherClient, pollByPython, pollByVirsh } from '../baseline/other-clients.ts'
import type { PollClient, PollClientInput, PollClientOutput } from '../child/poll-client.ts'
import { startChild } from '../child/start-child.ts'
import {
  atMost,
  type BenchOptions,
  type BenchRow,
  type Claim,
  type Measure,
  measure,
  type RowResult,
  told,
} from '../row.ts'
import { median } from '../timing.ts'
import { startSimulator } from '../workload/simulator.ts'

export const pollRow: BenchRow = {
  name: 'poll',
  title: 'CPU of one poll',
  run,
}

/** Processes of this build and of the one before that take turns. */
const TURNS = 5
/** What the work on receiving was allowed to leave of the build before it. */
const MOST_OF_BEFORE = 0.6

interface Polls {
  readonly columns: PollClientOutput
  readonly floor: PollClientOutput
  readonly objects: PollClientOutput
  readonly json: PollClientOutput
  readonly xml: PollClientOutput
  readonly virsh: OtherClient
  readonly python: OtherClient
}

async function run({ quick, before }: BenchOptions): Promise<RowResult> {
  const polls = quick ? 3 : 10
  const measures: Measure[] = []
  const claims: Claim[] = []
  const remarks = [
    'JSON and XML stand for an interface that libvirt does not have: the same data as text, in memory already; only parsing counts.',
    'virsh starts a process for each poll and prints to /dev/null; nobody reads its text.',
  ]
  if (before !== null) {
    remarks.push(
      'The program of 2026-11-23 (commit c3655ec) used the memory of its replies again; its bench row did not, which made most of the time that it showed. With that mended in its row as well, 4,096 domains took 8.2 ms then and 7.4 ms now.',
    )
  }
  for (const domains of quick ? [500] : [1_000, 4_096]) {
    const taken = await measureAll(domains, polls)
    if (before !== null) claims.push(await againstBefore(domains, polls, before))
    const label = `${domains.toLocaleString('en')} domains`
    measures.push(...measuresOf(taken, label))
    claims.push(...claimsOf(taken, label))
    const { fields, replyBytes } = taken.columns
    remarks.push(`${label}: ${fields.toFixed(1)} fields each on average, ${(replyBytes / 1e6).toFixed(1)} MB a reply.`)
    for (const [who, client] of Object.entries({ virsh: taken.virsh, python: taken.python })) {
      if ('missing' in client) remarks.push(`${label}, ${who}: left out, ${client.missing}`)
    }
  }
  return {
    name: pollRow.name,
    title: 'What one poll costs the client',
    setting:
      'User and system time of the whole client process for one bulk call with all six groups, against one simulated libvirt daemon that every client asks over the same unix socket. Reading from the socket, decoding and storing are all in it.',
    measures,
    claims,
    remarks,
  }
}

async function measureAll(domains: number, polls: number): Promise<Polls> {
  const simulator = await startSimulator(domains)
  try {
    const [uri = ''] = simulator.uris
    const ours = (client: PollClient) => {
      const input: PollClientInput = { client, uri, polls }
      return startChild<PollClientOutput>('poll-client', input)
    }
    return {
      columns: await ours('columns'),
      floor: await ours('floor'),
      objects: await ours('objects'),
      json: await ours('json'),
      xml: await ours('xml'),
      virsh: await pollByVirsh(uri, Math.min(polls, 5)),
      python: await pollByPython(uri, polls),
    }
  } finally {
    await simulator.stop()
  }
}

/** Median poll of this build over that of the build before it, process by process in turn. */
async function againstBefore(domains: number, polls: number, script: string): Promise<Claim> {
  const simulator = await startSimulator(domains)
  try {
    const [uri = ''] = simulator.uris
    const input: PollClientInput = { client: 'columns', uri, polls }
    const ratios: number[] = []
    for (let turn = 0; turn < TURNS; turn++) {
      const old = await startChild<PollClientOutput>('poll-client', input, [], script)
      const own = await startChild<PollClientOutput>('poll-client', input)
      ratios.push(median(own.cpuMs) / median(old.cpuMs))
    }
    const label = `${domains.toLocaleString('en')} domains: Domscope, against the build before it, by turns`
    return atMost(label, '×', ratios, MOST_OF_BEFORE)
  } finally {
    await simulator.stop()
  }
}

const NAMES = {
  columns: 'Domscope: RPC client and columns',
  floor: 'the floor: the same bytes from the same socket, read and dropped',
  objects: 'the same RPC client, naive decoder to objects',
  json: 'JSON.parse of the same data',
  xml: 'fast-xml-parser on the same data',
  virsh: 'virsh domstats',
  python: 'python3-libvirt, getAllDomainStats',
} as const

function measuresOf(polls: Polls, label: string): Measure[] {
  const keys = Object.keys(NAMES) as (keyof Polls)[]
  return keys.flatMap((key) => {
    const client = polls[key]
    return 'missing' in client ? [] : [measure(`${label}: ${NAMES[key]}`, 'ms', client.cpuMs)]
  })
}

function claimsOf(polls: Polls, label: string): Claim[] {
  const own = median(polls.columns.cpuMs)
  const keys = (Object.keys(NAMES) as (keyof Polls)[]).filter((key) => key !== 'columns')
  return keys.flatMap((key) => {
    const client = polls[key]
    if ('missing' in client) return []
    return [
      told(
        `${label}: ${NAMES[key]}, against Domscope`,
        '×',
        client.cpuMs.map((ms) => ms / own),
      ),
    ]
  })
}
