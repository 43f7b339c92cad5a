import { Procedure } from '../../../lib/libvirt/constants.ts'
import { MAX_FREE_PAGES, NODE_MODEL_CHARS } from '../../../lib/libvirt/limits.ts'
import type { NodeFigures } from '../guest/node-figures.ts'
import { HUGE_PAGE_KIB, PAGE_KIB } from '../guest/page-sizes.ts'
import { ErrorCode, ErrorDomain, RpcRefusal } from '../wire/rpc-refusal.ts'
import type { ProcedureServer } from './procedure.ts'

const MODEL = 'x86_64'

/** NODE_GET_INFO: the model is 32 characters of a whole word each. */
const nodeInfo: ProcedureServer = ({ host, reply }) => {
  const { memoryKiB, cpus, mhz, sockets, cores, threads } = host.world.node
  for (let place = 0; place < NODE_MODEL_CHARS; place++) reply.i32(MODEL.charCodeAt(place) || 0)
  reply.u64(BigInt(memoryKiB)).i32(cpus).i32(mhz).i32(1).i32(sockets).i32(cores).i32(threads)
}

/** Called twice: with 0 parameters to learn how many there are, then with that number. */
function twoStep(asked: number, stats: ReadonlyMap<string, number>, reply: Parameters<ProcedureServer>[0]['reply']) {
  if (asked === 0) {
    reply.u32(0).i32(stats.size)
    return
  }
  const given = [...stats].slice(0, asked)
  reply.u32(given.length)
  for (const [field, value] of given) reply.string(field).u64(BigInt(value))
  reply.i32(given.length)
}

function onlyWholeNode(index: number, cells: number): void {
  if (index >= -1 && index < cells) return
  throw new RpcRefusal(ErrorCode.InvalidArg, ErrorDomain.Qemu, `Invalid index ${index}`)
}

function freeOfSize(sizeKiB: number, figures: NodeFigures): number {
  if (sizeKiB === HUGE_PAGE_KIB) return figures.freeHugePages()
  if (sizeKiB === PAGE_KIB) return Math.floor((figures.memory().get('free') ?? 0) / PAGE_KIB)
  throw new RpcRefusal(ErrorCode.InvalidArg, ErrorDomain.Qemu, `pages of ${sizeKiB} KiB do not exist here`)
}

/** Procedures about the host's hardware. */
export function nodeProcedures(figures: NodeFigures): ReadonlyMap<number, ProcedureServer> {
  const cpuStats: ProcedureServer = ({ host, args, reply }) => {
    const cpu = args.i32()
    const asked = args.i32()
    args.u32()
    onlyWholeNode(cpu, host.world.node.cpus)
    const all = figures.cpu()
    const share = cpu === -1 ? 1 : host.world.node.cpus
    twoStep(asked, new Map([...all].map(([field, value]) => [field, Math.floor(value / share)])), reply)
  }
  const memoryStats: ProcedureServer = ({ args, reply }) => {
    const asked = args.i32()
    const cell = args.i32()
    args.u32()
    onlyWholeNode(cell, 1)
    twoStep(asked, figures.memory(), reply)
  }
  const freePages: ProcedureServer = ({ args, reply }) => {
    const sizes = Array.from({ length: args.count(MAX_FREE_PAGES, 4) }, () => args.u32())
    const start = args.i32()
    const cells = args.u32()
    args.u32()
    if (start !== 0 || cells < 1) throw new RpcRefusal(ErrorCode.Internal, ErrorDomain.Qemu, `no cell ${start} here`)
    const free = sizes.map((size) => freeOfSize(size, figures))
    reply.u32(free.length)
    for (const pages of free) reply.u64(BigInt(pages))
  }
  return new Map<number, ProcedureServer>([
    [Procedure.NodeGetInfo, nodeInfo],
    [Procedure.NodeGetCpuStats, cpuStats],
    [Procedure.NodeGetMemoryStats, memoryStats],
    [Procedure.NodeGetFreePages, freePages],
    // Free memory in bytes.
    [102, ({ reply }) => void reply.u64(BigInt(figures.memory().get('free') ?? 0) * 1024n)],
    // No security model: two empty arrays of characters.
    [Procedure.NodeGetSecurityModel, ({ reply }) => void reply.u32(0).u32(0)],
  ])
}
