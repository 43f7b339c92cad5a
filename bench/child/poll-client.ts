import { STATS_NOWAIT } from '../../lib/libvirt/constants.ts'
import { parseLibvirtUri } from '../../lib/libvirt/uri.ts'
import { systemClock } from '../../server/clock.ts'
import { openSession } from '../../server/libvirt/open-session.ts'
import { silentLog } from '../../server/log.ts'
import { decodeObjects } from '../baseline/naive-decoder.ts'
import { ReadAndDrop } from '../baseline/read-and-drop.ts'
import { parseXml, toXml } from '../baseline/stats-texts.ts'
import { createLoneIngest } from '../workload/lone-ingest.ts'

/**
 * What a client does with each reply. `json` and `xml` parse the same data as text that is in memory already; `floor`
 * reads the bytes and drops them.
 */
export type PollClient = 'columns' | 'objects' | 'json' | 'xml' | 'floor'

export interface PollClientInput {
  readonly client: PollClient
  readonly uri: string
  readonly polls: number
}

export interface PollClientOutput {
  /** User and system time of the whole process by poll, ms. */
  readonly cpuMs: number[]
  readonly domains: number
  readonly fields: number
  readonly replyBytes: number
}

const ALL_SIX_GROUPS = 63
const WARM_UP = 12

/** Polls a daemon through our RPC client and tells what each poll cost this process. */
export async function measurePolls({ client, uri, polls }: PollClientInput): Promise<PollClientOutput> {
  const session = await openSession(parseLibvirtUri(uri), { clock: systemClock, log: silentLog })
  const ask = () => session.bulkStats({ groups: ALL_SIX_GROUPS, flags: STATS_NOWAIT }, Number.POSITIVE_INFINITY)
  const bytesOf = (words: Uint32Array) => Buffer.from(words.buffer, words.byteOffset, words.byteLength)
  const first = await ask()
  const records = decodeObjects(bytesOf(first.words), 'bigint')
  const lone = createLoneIngest()
  const json = client === 'json' ? JSON.stringify(records, plain) : ''
  const xml = client === 'xml' ? toXml(records) : ''
  const floor = await ReadAndDrop.open(uri)
  // As the product does: a reply's memory goes back when its values are stored, and serves the next one.
  const using = async (take: (words: Uint32Array) => unknown) => {
    const reply = await ask()
    const result = take(reply.words)
    reply.release()
    return result
  }
  const jobs: Record<PollClient, () => Promise<unknown> | unknown> = {
    columns() {
      lone.tick()
      return using((words) => lone.ingest(0, words))
    },
    objects: () => using((words) => decodeObjects(bytesOf(words), 'bigint')),
    floor: () => floor.poll(ALL_SIX_GROUPS),
    json: () => JSON.parse(json),
    xml: () => parseXml(xml),
  }
  const cpuMs: number[] = []
  for (let i = -WARM_UP; i < polls; i++) {
    const before = process.cpuUsage()
    kept = await jobs[client]()
    const { user, system } = process.cpuUsage(before)
    if (i >= 0) cpuMs.push((user + system) / 1000)
  }
  await session.close()
  floor.close()
  const fields = records.reduce((sum, { params }) => sum + params.length, 0) / records.length
  return { cpuMs, domains: records.length, fields, replyBytes: first.bytes }
}

/** As a client would: the last answer stays until the next one is here. */
let kept: unknown = null
export const lastAnswer = () => kept

const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)
