/** The fields of one domain as an object, by name. */
export type NaiveStats = Readonly<Record<string, number>>
export type NaiveMetrics = Record<string, number>

const NS_PER_SECOND = 1e9

/**
 * Twenty of the catalogue's metrics computed the obvious way, from two objects.
 *
 * @remarks No resets, gaps, partial records or hot-plug: the columns' formulas do all of these as well.
 */
export function naiveMetrics(before: NaiveStats, now: NaiveStats, seconds: number): NaiveMetrics {
  const delta = (name: string) => (now[name] ?? 0) - (before[name] ?? 0)
  const rate = (name: string) => delta(name) / seconds
  const metrics: NaiveMetrics = { coresUsed: rate('cpu.time') / NS_PER_SECOND }
  addVcpus(metrics, now, delta, seconds)
  addMemory(metrics, now)
  addNics(metrics, now, rate)
  addDisks(metrics, now, delta, seconds)
  return metrics
}

function addVcpus(metrics: NaiveMetrics, now: NaiveStats, delta: (name: string) => number, seconds: number): void {
  const vcpus = now['vcpu.current'] ?? 0
  let time = 0
  let delay = 0
  let busiest = 0
  let worst = 0
  for (let id = 0; id < vcpus; id++) {
    const used = delta(`vcpu.${id}.time`)
    const waited = delta(`vcpu.${id}.delay`)
    time += used
    delay += waited
    busiest = Math.max(busiest, used)
    worst = Math.max(worst, waited)
  }
  const whole = seconds * NS_PER_SECOND
  metrics.cpuPercent = (100 * time) / (whole * vcpus)
  metrics.cpuBusiestVcpuPercent = (100 * busiest) / whole
  metrics.stealWorstPercent = (100 * worst) / whole
  metrics.stealMeanPercent = (100 * delay) / (whole * vcpus)
  metrics.cpuDeniedPercent = time + delay > 0 ? (100 * delay) / (time + delay) : 0
  metrics.vcpuOnline = vcpus
}

function addMemory(metrics: NaiveMetrics, now: NaiveStats): void {
  const available = now['balloon.available'] ?? 0
  const used = available - (now['balloon.usable'] ?? 0)
  metrics.memoryUsedKiB = used
  metrics.memoryUsedPercent = available > 0 ? (100 * used) / available : 0
  metrics.memoryCacheKiB = now['balloon.disk_caches'] ?? 0
  metrics.memoryAllocatedKiB = now['balloon.current'] ?? 0
  metrics.rssKiB = now['balloon.rss'] ?? 0
}

function addNics(metrics: NaiveMetrics, now: NaiveStats, rate: (name: string) => number): void {
  let received = 0
  let sent = 0
  for (let i = 0; i < (now['net.count'] ?? 0); i++) {
    received += rate(`net.${i}.rx.bytes`)
    sent += rate(`net.${i}.tx.bytes`)
  }
  metrics.netRxBps = received
  metrics.netTxBps = sent
}

function addDisks(metrics: NaiveMetrics, now: NaiveStats, delta: (name: string) => number, seconds: number): void {
  const sum = { reads: 0, writes: 0, bytes: 0, ns: 0 }
  for (let i = 0; i < (now['block.count'] ?? 0); i++) {
    sum.reads += delta(`block.${i}.rd.reqs`)
    sum.writes += delta(`block.${i}.wr.reqs`)
    sum.bytes += delta(`block.${i}.rd.bytes`) + delta(`block.${i}.wr.bytes`)
    sum.ns += delta(`block.${i}.rd.times`) + delta(`block.${i}.wr.times`)
  }
  const requests = sum.reads + sum.writes
  metrics.diskReadIops = sum.reads / seconds
  metrics.diskWriteIops = sum.writes / seconds
  metrics.diskIops = requests / seconds
  metrics.diskBps = sum.bytes / seconds
  metrics.diskLatencyNs = requests > 0 ? sum.ns / requests : 0
  metrics.diskQueueDepth = sum.ns / (seconds * NS_PER_SECOND)
}

/** What changed of a domain, at the precision that a grid shows; null when nothing did. */
export function changesOf(before: NaiveMetrics | undefined, now: NaiveMetrics): NaiveMetrics | null {
  let changes: NaiveMetrics | null = null
  for (const id of Object.keys(now)) {
    const value = Number(now[id]!.toPrecision(3))
    now[id] = value
    if (before?.[id] === value) continue
    changes ??= {}
    changes[id] = value
  }
  return changes
}
