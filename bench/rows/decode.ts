import { decodeObjects, type StatsRecord } from '../baseline/naive-decoder.ts'
import {
  type JsonRecord,
  parseJson,
  parseVirshText,
  parseXml,
  toJson,
  toVirshText,
  toXml,
  type XmlDomain,
} from '../baseline/stats-texts.ts'
import { atLeast, atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { type Contender, ratios, timeByTurns } from '../timing.ts'
import { HostReplies } from '../workload/host-replies.ts'
import { createLoneIngest, type LoneIngest } from '../workload/lone-ingest.ts'
import { FIELDS, recordedFields } from '../workload/recorded-fields.ts'

/** Replies that the contenders take in turn, so that nobody meets bytes that he has just read. */
const REPLIES = 4
const PROBE = 'cpu.time'

export const decodeRow: BenchRow = {
  name: 'decode',
  title: 'Decode and ingest one reply',
  run,
}

function run({ quick }: BenchOptions): RowResult {
  const domains = quick ? 512 : 4096
  const source = new HostReplies(recordedFields(), { domains, host: 0, busyShare: 1, seed: 11 })
  const replies = Array.from({ length: REPLIES }, () => source.next().slice())
  const lone = createLoneIngest()
  for (const reply of replies) take(lone, reply)
  const texts = textsOf(replies[0]!)
  const times = timeByTurns(contenders(lone, replies, texts), { warmUp: 3, rounds: quick ? 3 : 9 })
  checkSums(lone, replies[0]!, texts)
  const megabytes = replies[0]!.byteLength / 1e6
  return {
    name: decodeRow.name,
    title: `Decode and ingest ${domains.toLocaleString('en')} domains × ${FIELDS} fields (${megabytes.toFixed(1)} MB)`,
    setting:
      'One bulk-stats reply of one host, all six groups, every counter moving. Names, types and order of the fields are those of a recorded TCG guest (4 vCPUs, 2 disks, 1 NIC: 69 fields), with the 10 balloon statistics of a guest that gives them. Baselines get the same data in their own form, ready in memory.',
    measures: [
      measure('into columns', 'ms', times.columns.all),
      measure(
        'into columns, per field',
        'ns',
        times.columns.all.map((ms) => (ms * 1e6) / (domains * FIELDS)),
      ),
      measure('naive decoder, objects with BigInt', 'ms', times.bigints.all),
      measure('naive decoder, objects with numbers', 'ms', times.numbers.all),
      measure(`JSON.parse, names, types and values (${mb(texts.json)} MB)`, 'ms', times.json.all),
      measure(`JSON.parse, names and values as an object (${mb(texts.jsonMap)} MB)`, 'ms', times.jsonMap.all),
      measure(`fast-xml-parser (${mb(texts.xml)} MB)`, 'ms', times.xml.all),
      measure(`text of virsh domstats (${mb(texts.virsh)} MB), parsed in JS`, 'ms', times.virsh.all),
      measure('memory copy of the reply into a fresh buffer', 'ms', times.copyFresh.all),
      measure('memory copy of the reply into a warm buffer', 'ms', times.copyWarm.all),
    ],
    claims: [
      atLeast('faster than decoding to objects (BigInt)', '×', ratios(times.bigints.all, times.columns.all), 25),
      told('faster than decoding to objects (numbers)', '×', ratios(times.numbers.all, times.columns.all)),
      atLeast('faster than JSON.parse of the same data', '×', ratios(times.json.all, times.columns.all), 8),
      told('faster than JSON.parse of names and values alone', '×', ratios(times.jsonMap.all, times.columns.all)),
      told('faster than fast-xml-parser', '×', ratios(times.xml.all, times.columns.all)),
      told('faster than parsing virsh text', '×', ratios(times.virsh.all, times.columns.all)),
      atMost('of a memory copy of the reply, fresh buffer', '×', ratios(times.columns.all, times.copyFresh.all), 6),
      told('of a memory copy of the reply, warm buffer', '×', ratios(times.columns.all, times.copyWarm.all)),
    ],
    remarks: [
      'The naive decoder keeps no more than names, types and values; it looks nothing up and remembers nothing, which ingest does.',
      'A fresh buffer costs the page faults of its memory; a warm one only the copy.',
    ],
  }
}

const mb = (text: string) => (text.length / 1e6).toFixed(1)

function take(lone: LoneIngest, reply: Uint32Array): void {
  lone.tick()
  lone.ingest(0, reply)
}

const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)

interface Texts {
  readonly records: StatsRecord<bigint>[]
  /** Names, types and values, as on the wire. */
  readonly json: string
  /** Names and values only, as an object: JSON at its fastest. */
  readonly jsonMap: string
  readonly xml: string
  readonly virsh: string
}

function textsOf(reply: Uint32Array<ArrayBuffer>): Texts {
  const records = decodeObjects(Buffer.from(reply.buffer), 'bigint')
  return {
    records,
    json: JSON.stringify(records, plain),
    jsonMap: toJson(records),
    xml: toXml(records),
    virsh: toVirshText(records),
  }
}

function contenders(lone: LoneIngest, replies: readonly Uint32Array<ArrayBuffer>[], texts: Texts) {
  let turn = 0
  let reply = replies[0]!
  const warm = new Uint8Array(reply.byteLength)
  const prepare = () => {
    reply = replies[turn++ % replies.length]!
  }
  const of = (run: () => unknown): Contender => ({ prepare, run })
  return {
    columns: of(() => take(lone, reply)),
    bigints: of(() => decodeObjects(Buffer.from(reply.buffer), 'bigint')),
    numbers: of(() => decodeObjects(Buffer.from(reply.buffer), 'number')),
    json: of(() => JSON.parse(texts.json)),
    jsonMap: of(() => parseJson(texts.jsonMap)),
    xml: of(() => parseXml(texts.xml)),
    virsh: of(() => parseVirshText(texts.virsh)),
    copyFresh: of(() => reply.slice()),
    copyWarm: of(() => warm.set(new Uint8Array(reply.buffer))),
  }
}

/** Everybody must have read the same numbers: a fast wrong decoder proves nothing. */
function checkSums(lone: LoneIngest, reply: Uint32Array, texts: Texts): void {
  const probe = (record: StatsRecord<bigint>) => record.params.find((param) => param.name === PROBE)?.value
  const expected = texts.records.reduce((sum, record) => sum + Number(probe(record)), 0)
  const ofJson = (records: readonly JsonRecord[]) =>
    records.reduce((sum, record) => sum + Number(record.stats[PROBE]), 0)
  const ofXml = (domains: readonly XmlDomain[]) =>
    domains.reduce((sum, { stat }) => sum + Number(stat.find((one) => one['@_name'] === PROBE)?.['#text']), 0)
  take(lone, reply)
  const column = lone.table.wire.counters[PROBE]
  const ofColumns = texts.records.reduce((sum, _, row) => sum + Number(column.currentBigInt(row)), 0)
  const sums = {
    columns: ofColumns,
    json: ofJson(parseJson(texts.jsonMap)),
    virsh: ofJson(parseVirshText(texts.virsh)),
    xml: ofXml(parseXml(texts.xml)),
  }
  for (const [who, sum] of Object.entries(sums)) {
    if (sum !== expected) throw new Error(`${who} read ${sum} as the sum of ${PROBE}, the naive decoder ${expected}`)
  }
}
