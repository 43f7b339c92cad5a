import type { HubSender, HubServerInput, HubServerOutput } from '../child/hub-server.ts'
import { startChild } from '../child/start-child.ts'
import { atMost, type BenchOptions, type BenchRow, measure, type RowResult, told } from '../row.ts'
import { median } from '../timing.ts'

/** With ten columns and 30 % of the cells changed, a frame of some 20 KB. */
const DOMAINS = 2_800

export const hubRow: BenchRow = {
  name: 'hub',
  title: 'Many clients',
  run,
}

async function run({ quick }: BenchOptions): Promise<RowResult> {
  const clients = quick ? 100 : 1_000
  const job = (sender: HubSender, seconds: number) => {
    const input: HubServerInput = { sender, domains: DOMAINS, clients, seconds }
    return startChild<HubServerOutput>('hub-server', input)
  }
  const frames = await job('frames', quick ? 3 : 8)
  const once = await job('json-once', quick ? 2 : 4)
  const each = await job('json-each', quick ? 2 : 4)
  const compare = ({ cpuPercent }: HubServerOutput) => [median(cpuPercent) / median(frames.cpuPercent)]
  return {
    name: hubRow.name,
    title: `${clients.toLocaleString('en')} clients, a frame a second`,
    setting: `A server process with ${DOMAINS.toLocaleString('en')} domains, one commit a second that changes 30 % of ten columns, and all clients in a process of their own on loopback. CPU of the server process, system time for the sockets included. Baselines send the same changes as columnar JSON: one text for all, and one made for each client.`,
    measures: [
      measure('hub: CPU', '% of a core', frames.cpuPercent),
      measure('hub: received by one client', 'KB/s', [frames.bytesPerClient / 1000]),
      measure('hub: memory of the process (RSS)', 'MiB', [frames.rssMiB]),
      measure('hub: memory before the first client', 'MiB', [frames.rssBeforeMiB]),
      measure('JSON, one text for all: CPU', '% of a core', once.cpuPercent),
      measure('JSON, one text for all: received by one client', 'KB/s', [once.bytesPerClient / 1000]),
      measure('JSON, one text for all: memory', 'MiB', [once.rssMiB]),
      measure('JSON, made for each client: CPU', '% of a core', each.cpuPercent),
      measure('JSON, made for each client: memory', 'MiB', [each.rssMiB]),
    ],
    claims: [
      atMost('CPU of the hub', '% of a core', frames.cpuPercent, 25),
      atMost('memory of the process', 'MiB', [frames.rssMiB], 350),
      told('CPU of JSON, one text for all, against the hub', '×', compare(once)),
      told('CPU of JSON made for each client, against the hub', '×', compare(each)),
    ],
    remarks: [
      'CPU is that of one commit, as a share of one second of a core: above 100 % a sender cannot keep up with a commit a second.',
      'The hub keeps a window for each client and takes its acknowledgements; the JSON loops just send.',
    ],
  }
}
