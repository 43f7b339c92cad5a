import type { XdrReader } from '../../xdr/xdr-reader.ts'
import type { XdrWriter } from '../../xdr/xdr-writer.ts'
import type { Call } from '../call.ts'
import { nothing } from '../call.ts'
import { Procedure } from '../constants.ts'
import {
  MAX_FIELD_NAME_BYTES,
  MAX_FREE_PAGES,
  MAX_NODE_CPU_STATS,
  MAX_NODE_MEMORY_STATS,
  NODE_MODEL_CHARS,
} from '../limits.ts'

export interface NodeInfo {
  readonly model: string
  readonly memoryKiB: number
  readonly cpus: number
  readonly mhz: number
  readonly numaNodes: number
  readonly sockets: number
  readonly cores: number
  readonly threads: number
}

/** 6: the machine. The model is an array of characters, each of which travels as a word. */
export const nodeGetInfo: Call<NodeInfo> = {
  procedure: Procedure.NodeGetInfo,
  encode: nothing,
  decode: (reader) => ({
    model: readModel(reader),
    memoryKiB: Number(reader.u64()),
    cpus: reader.i32(),
    mhz: reader.i32(),
    numaNodes: reader.i32(),
    sockets: reader.i32(),
    cores: reader.i32(),
    threads: reader.i32(),
  }),
}

function readModel(reader: XdrReader): string {
  let model = ''
  let ended = false
  for (let i = 0; i < NODE_MODEL_CHARS; i++) {
    const character = reader.i32() & 0xff
    ended ||= character === 0
    if (!ended) model += String.fromCharCode(character)
  }
  return model
}

export function writeNodeInfo(writer: XdrWriter, node: NodeInfo): void {
  for (let i = 0; i < NODE_MODEL_CHARS; i++) {
    writer.i32(i < NODE_MODEL_CHARS - 1 && i < node.model.length ? node.model.charCodeAt(i) & 0x7f : 0)
  }
  writer.u64(BigInt(node.memoryKiB)).i32(node.cpus).i32(node.mhz).i32(node.numaNodes)
  writer.i32(node.sockets).i32(node.cores).i32(node.threads)
}

/** Fields by name, and how many there are. With `count` 0 the daemon sends no fields and says how many to ask for. */
export interface NodeStats {
  readonly fields: ReadonlyMap<string, bigint>
  readonly count: number
}

/** A daemon has no reason to count its CPUs or NUMA nodes in this argument: -1 is all of them together. */
const ALL = -1

/** 227: cumulative ns by field over all CPUs. */
export function nodeGetCpuStats(count: number): Call<NodeStats> {
  return {
    procedure: Procedure.NodeGetCpuStats,
    encode: (writer) => void writer.i32(ALL).i32(count).u32(0),
    decode: (reader) => readNodeStats(reader, MAX_NODE_CPU_STATS),
  }
}

/** 228: KiB by field over all NUMA nodes. The two numbers come in the other order than in 227. */
export function nodeGetMemoryStats(count: number): Call<NodeStats> {
  return {
    procedure: Procedure.NodeGetMemoryStats,
    encode: (writer) => void writer.i32(count).i32(ALL).u32(0),
    decode: (reader) => readNodeStats(reader, MAX_NODE_MEMORY_STATS),
  }
}

/** Least bytes of a field: name length and value. */
const MIN_NODE_STAT_BYTES = 4 + 8

function readNodeStats(reader: XdrReader, max: number): NodeStats {
  const fields = new Map<string, bigint>()
  for (let left = reader.count(max, MIN_NODE_STAT_BYTES); left > 0; left--) {
    const name = reader.string(MAX_FIELD_NAME_BYTES)
    fields.set(name, reader.u64())
  }
  return { fields, count: reader.i32() }
}

/**
 * 340: pages of the given sizes that are free on one NUMA node, in the order of the sizes.
 *
 * @param sizesKiB - At most {@link MAX_FREE_PAGES}. The daemon refuses a size that the machine does not have.
 */
export function nodeGetFreePages(cell: number, sizesKiB: readonly number[]): Call<readonly bigint[]> {
  return {
    procedure: Procedure.NodeGetFreePages,
    encode: (writer) => {
      writer.u32(sizesKiB.length)
      for (const size of sizesKiB) writer.u32(size)
      writer.i32(cell).u32(1).u32(0)
    },
    decode: (reader) => {
      const free: bigint[] = []
      for (let left = reader.count(MAX_FREE_PAGES, 8); left > 0; left--) free.push(reader.u64())
      return free
    },
  }
}
