import { freemem } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../server/testing/free-port.ts'
import { startProcess } from '../../server/testing/subprocess.ts'
import { until } from '../../server/testing/until.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { HostReplies } from '../workload/host-replies.ts'
import { type ProcessUse, processUse } from '../workload/proc.ts'
import { FIELDS, recordedFields } from '../workload/recorded-fields.ts'
import { type Simulator, startSimulator } from '../workload/simulator.ts'

const PER_HOST = 4_000
const NEEDED_BYTES = 6 * 2 ** 30
/** Until every host was asked several times, the code is compiled and memory has stopped growing in leaps. */
const SETTLE_MS = 20_000
const WINDOW_MS = 1_000
/** Below this share of the full rate, work that does not depend on replies would be scaled up with them. */
const LEAST_SHARE = 0.4
/** Longest wait for the first replies of all hosts. */
const KNOWN_MS = 60_000

export const serverRow: BenchRow = {
  name: 'server',
  title: 'The whole server, sockets included',
  run,
}

interface Taken {
  /** Cores that the server and the simulator used, window by window. */
  readonly server: number[]
  readonly simulator: number[]
  readonly residentMiB: number[]
  readonly readMegabytes: number[]
  readonly hosts: readonly HostAnswer[]
}

/** What the row looks at in an entry of `/api/v1/hosts`. */
interface HostAnswer {
  readonly domains: number
  readonly monitorIntervalMs: number | null
  readonly replyBytes: number | null
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const domains = quick ? 8_000 : 100_000
  if (!quick && freemem() < NEEDED_BYTES) throw new Error('needs 6 GiB of free memory')
  const taken = await take(domains, quick ? 4_000 : SETTLE_MS, quick ? 3 : 30)
  const intervals = taken.hosts.map(({ monitorIntervalMs }) => monitorIntervalMs ?? Number.NaN)
  const replies = sum(taken.hosts.map(({ replyBytes }) => replyBytes ?? Number.NaN)) / 1e6
  const full = (domains * recordBytes()) / 1e6
  const share = sum(taken.readMegabytes) / taken.readMegabytes.length / full
  if (!quick && share < LEAST_SHARE) {
    throw new Error(
      `read only ${(share * 100).toFixed(1)} % of the full rate: this machine is too busy to say anything`,
    )
  }
  return {
    name: serverRow.name,
    title: `The built server with ${domains.toLocaleString('en')} domains on ${taken.hosts.length} simulated hosts`,
    setting:
      'dist/domscope.mjs as it is shipped, polling simulated daemons over their unix sockets once a second with a duty of 100 %, so that the monitor groups come as often as the others. User and system time of the process (all threads) in windows of a second, after it has settled. The simulator runs beside it on the same cores and is not in its numbers.',
    measures: [
      measure('server: CPU', 'cores', taken.server),
      measure('server: memory (RSS)', 'MiB', taken.residentMiB),
      measure('server: read from sockets', 'MB/s', taken.readMegabytes),
      measure('interval of the monitor groups, by host', 'ms', intervals),
      measure('simulator: CPU', 'cores', taken.simulator),
    ],
    claims: [
      atMost(
        `CPU of the server, for ${FIELDS} fields of every domain each second`,
        'cores',
        [forFullRate(taken, full)],
        1.5,
      ),
      atMost('memory of the server', 'MiB', taken.residentMiB, 1500),
      told(`read, of ${full.toFixed(0)} MB a second that these fields would be`, '%', [share * 100]),
    ],
    remarks: [
      `One monitor reply of every host together: ${replies.toFixed(0)} MB.`,
      'Nobody looks at the pages; for clients see the row hub. What the recent past takes of the memory is bounded by --history.',
      `On cores that others use too, simulator and server may not keep up with one reply a second. The claim therefore takes the CPU that the server used for what it read, and scales it to what ${FIELDS} fields of every domain each second are (see the row decode).`,
    ],
  }
}

/** Bytes of a record of the recorded guest: that of the rows decode and estate. */
function recordBytes(): number {
  const one = new HostReplies(recordedFields(), { domains: 1, host: 0, busyShare: 0, seed: 1 })
  return one.words.byteLength
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/** Cores that the server would use if it read `megabytes` in each second, at the CPU that it took for each MB it read. */
function forFullRate({ server, readMegabytes }: Taken, megabytes: number): number {
  return (sum(server) / sum(readMegabytes)) * megabytes
}

async function take(domains: number, settleMs: number, windows: number): Promise<Taken> {
  const simulator = await startSimulator(domains, domains / PER_HOST)
  try {
    const port = await freePort()
    const connect = simulator.uris.flatMap((uri, i) => ['--connect', `kvm-${i}=${uri}`])
    const args = ['--listen', `127.0.0.1:${port}`, '--interval', '1000', '--duty', '100', ...connect]
    const server = startProcess(process.execPath, [path.resolve('dist', 'domscope.mjs'), ...args], CLEAN)
    try {
      await server.line(/^domscope listening on http:/)
      const hosts = async () => {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/hosts`)
        // The route's own answer, of which the row reads three members.
        return ((await response.json()) as { hosts: HostAnswer[] }).hosts
      }
      const allKnown = async () => sum((await hosts()).map((host) => host.domains)) === domains || undefined
      await until('every domain to be known', allKnown, { timeoutMs: KNOWN_MS, everyMs: 500 })
      await sleep(settleMs)
      const uses = await watch(server.pid, simulator, windows)
      return { ...uses, hosts: await hosts() }
    } finally {
      await server.stop()
    }
  } finally {
    await simulator.stop()
  }
}

/** No settings of whoever runs the bench. */
const CLEAN = { DOMSCOPE_CONNECT: '', DOMSCOPE_LISTEN: '', DOMSCOPE_CONFIG: '', LIBVIRT_DEFAULT_URI: '' }

async function watch(pid: number, simulator: Simulator, windows: number): Promise<Omit<Taken, 'hosts'>> {
  const taken = { server: [], simulator: [], residentMiB: [], readMegabytes: [] } as Record<
    keyof Omit<Taken, 'hosts'>,
    number[]
  >
  let before = look(pid, simulator)
  for (let window = 0; window < windows; window++) {
    await sleep(WINDOW_MS)
    const now = look(pid, simulator)
    const ms = now.at - before.at
    taken.server.push((now.server.cpuMs - before.server.cpuMs) / ms)
    taken.simulator.push((now.simulator.cpuMs - before.simulator.cpuMs) / ms)
    taken.residentMiB.push(now.server.residentMiB)
    taken.readMegabytes.push((now.server.readBytes - before.server.readBytes) / ms / 1000)
    before = now
  }
  return taken
}

interface Look {
  readonly at: number
  readonly server: ProcessUse
  readonly simulator: ProcessUse
}

function look(pid: number, simulator: Simulator): Look {
  return { at: performance.now(), server: processUse(pid), simulator: processUse(simulator.pid) }
}
