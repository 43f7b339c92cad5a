import { HistoryMemory } from '../../lib/history/history-memory.ts'
import { HistoryStore } from '../../lib/history/history-store.ts'
import { createLayout } from '../../lib/history/page/layout.ts'
import { systemClock } from '../clock.ts'
import { Lane } from '../fleet/fleet-writer.ts'
import { LANE_SCHEMAS } from '../history/lane-schemas.ts'
import { StoreReader } from '../history/store-reader.ts'

const BUDGET_BYTES = 8 * 1024 * 1024
const SAMPLES = 60
/** Level of 1 in the encoding of nearly all metrics. */
const LEVEL_OF_ONE = 0x4000

/**
 * A history of one domain with a disk, on some hosts: a sample a second for the minute that ends now. Everything is 1,
 * but the first series of each thing is 2 in the last sample; ten seconds in the middle are missing.
 */
export function keptHistory(uuid: string, hosts: readonly string[]): StoreReader {
  const store = new HistoryStore(LANE_SCHEMAS, new HistoryMemory(BUDGET_BYTES))
  const schema = LANE_SCHEMAS[Lane.Monitor]!
  const layout = createLayout(schema, [
    { entity: 'domain', identity: '' },
    { entity: 'disk', identity: 'vda' },
  ])
  const now = systemClock.now()
  for (const host of hosts) {
    const stream = store.stream(host, uuid, Lane.Monitor)
    store.describe(stream, layout)
    const levels = new Int32Array(layout.series).fill(LEVEL_OF_ONE)
    for (let i = 1; i <= SAMPLES; i++) {
      if (i > 25 && i < 36) continue
      if (i === SAMPLES) for (const { first } of layout.parts) levels[first] = LEVEL_OF_ONE + 0x400
      store.append(stream, now - (SAMPLES - i) * 1000, i === 36, 0, levels)
    }
  }
  return new StoreReader(store, systemClock)
}
