/** A kind of guest: what it is called, how large it is and how it behaves. Rates are means. */
export interface GuestKind {
  readonly word: string
  /** How common it is, against the other kinds. */
  readonly weight: number
  readonly vcpus: readonly number[]
  readonly memoryGiB: readonly number[]
  /** Share of one vCPU used. */
  readonly cpu: number
  /** Part of that which comes in bursts. */
  readonly bursty: number
  /** Swing of the day curve, 0 to below 1. */
  readonly swing: number
  readonly iops: number
  /** Packets per second into the guest. */
  readonly pps: number
  readonly disks: readonly number[]
}

/** Small guests are common and large ones rare, as in any estate. */
export const GUEST_KINDS: readonly GuestKind[] = [
  kind('web-frontend', 18, [1, 2, 2, 4], [2, 4], { cpu: 0.12, bursty: 0.4, swing: 0.7, iops: 8, pps: 400, disks: [1] }),
  kind('k8s-node', 9, [2, 4, 4, 8], [8, 16], { cpu: 0.22, bursty: 0.4, swing: 0.4, iops: 40, pps: 900, disks: [1, 2] }),
  kind('db-postgres', 6, [4, 4, 8], [16, 32], {
    cpu: 0.25,
    bursty: 0.3,
    swing: 0.5,
    iops: 350,
    pps: 500,
    disks: [2, 3],
  }),
  kind('db-mysql', 3, [2, 4], [8, 16], { cpu: 0.2, bursty: 0.3, swing: 0.5, iops: 200, pps: 300, disks: [2] }),
  kind('ci-runner', 12, [2, 4], [4, 8], { cpu: 0.15, bursty: 0.9, swing: 0.3, iops: 60, pps: 120, disks: [1] }),
  kind('cache-redis', 5, [1, 2], [4, 8], { cpu: 0.1, bursty: 0.2, swing: 0.5, iops: 2, pps: 2500, disks: [1] }),
  kind('api', 10, [1, 2, 4], [2, 4], { cpu: 0.14, bursty: 0.4, swing: 0.6, iops: 6, pps: 700, disks: [1] }),
  kind('mail-relay', 2, [1, 2], [2], { cpu: 0.04, bursty: 0.5, swing: 0.6, iops: 30, pps: 60, disks: [1, 2] }),
  kind('etl-worker', 3, [4, 8], [16], { cpu: 0.55, bursty: 0.5, swing: 0.1, iops: 250, pps: 300, disks: [2] }),
  kind('render', 1, [8, 16, 16, 32], [32, 64], {
    cpu: 0.7,
    bursty: 0.1,
    swing: 0.05,
    iops: 15,
    pps: 80,
    disks: [1],
  }),
  kind('dev-box', 12, [1, 2, 4], [2, 4, 8], { cpu: 0.03, bursty: 0.7, swing: 0.8, iops: 5, pps: 20, disks: [1] }),
  kind('legacy-app', 10, [1], [1, 2], { cpu: 0.006, bursty: 0.3, swing: 0.2, iops: 0.5, pps: 3, disks: [1] }),
  kind('vpn-gw', 2, [1, 2], [1], { cpu: 0.05, bursty: 0.2, swing: 0.6, iops: 0.3, pps: 1200, disks: [1] }),
  // Names as OpenStack gives them: the title in the metadata is what people search for.
  kind('instance', 12, [1, 2, 4], [2, 4, 8], { cpu: 0.09, bursty: 0.5, swing: 0.5, iops: 12, pps: 90, disks: [1, 2] }),
]

/** The guest of a small estate with the most vCPUs. */
export const LARGE_KIND: GuestKind = kind('hpc-solver', 0, [128], [256], {
  cpu: 0.1,
  bursty: 0.8,
  swing: 0.1,
  iops: 20,
  pps: 200,
  disks: [1],
})

/**
 * A database in memory on one of the largest machines that are sold, and the application server beside it. They stand on
 * a host of their size: `make-host.ts` gives it at least as many CPUs as its largest guest has.
 */
export const HUGE_KIND: GuestKind = kind('hana', 0, [512], [6144], {
  cpu: 0.2,
  bursty: 0.75,
  swing: 0.2,
  iops: 900,
  pps: 2_000,
  disks: [4],
})
export const WIDE_KIND: GuestKind = kind('sap-app', 0, [64], [512], {
  cpu: 0.2,
  bursty: 0.4,
  swing: 0.5,
  iops: 40,
  pps: 1_500,
  disks: [1],
})

/** Takes what CPU it can get whenever its host is contended; the others wait. */
export const NOISY_KIND: GuestKind = kind('batch-noisy', 0, [16], [32], {
  cpu: 0.05,
  bursty: 0.1,
  swing: 0.1,
  iops: 80,
  pps: 40,
  disks: [1],
})

/** Names that have broken dashboards before. */
export const HOSTILE_NAMES: readonly string[] = [
  'билд-агент-01',
  '<b onmouseover=alert(1)>shop & cart',
  `very-long-name-${'staging-environment-of-the-regional-warehouse-'.repeat(4)}01`,
]

function kind(
  word: string,
  weight: number,
  vcpus: readonly number[],
  memoryGiB: readonly number[],
  load: Omit<GuestKind, 'word' | 'weight' | 'vcpus' | 'memoryGiB'>,
): GuestKind {
  return { word, weight, vcpus, memoryGiB, ...load }
}
