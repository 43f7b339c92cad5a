/** `state.state` and what libvirt calls it. */
export const DomainState = {
  NoState: 0,
  Running: 1,
  Blocked: 2,
  Paused: 3,
  Shutdown: 4,
  ShutOff: 5,
  Crashed: 6,
  PmSuspended: 7,
} as const
export type DomainState = (typeof DomainState)[keyof typeof DomainState]

/** Words for the states, by number, as `virsh` prints them. */
export const STATE_WORDS = [
  'no state',
  'running',
  'idle',
  'paused',
  'in shutdown',
  'shut off',
  'crashed',
  'pmsuspended',
] as const

const REASON_WORDS: readonly (readonly string[])[] = [
  ['unknown'],
  [
    'unknown',
    'booted',
    'migrated',
    'restored',
    'from snapshot',
    'unpaused',
    'migration canceled',
    'save canceled',
    'event wakeup',
    'crashed',
    'post-copy',
    'post-copy failed',
  ],
  ['unknown'],
  [
    'unknown',
    'user',
    'migrating',
    'saving',
    'dumping',
    'I/O error',
    'watchdog',
    'from snapshot',
    'shutting down',
    'creating snapshot',
    'crashed',
    'starting up',
    'post-copy',
    'post-copy failed',
    'api error',
  ],
  ['unknown', 'user'],
  ['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from snapshot', 'daemon'],
  ['unknown', 'panicked'],
  ['unknown'],
]

/** libvirt's word for a state; `state 9` for one that it added later; *unknown* for what cannot be one. */
export function stateWord(state: number): string {
  return STATE_WORDS[state] ?? laterWord('state', state)
}

/** libvirt's word for the reason of a state; `reason 40` for one that it added later; *unknown* for what cannot be one. */
export function reasonWord(state: number, reason: number): string {
  return REASON_WORDS[state]?.[reason] ?? laterWord('reason', reason)
}

/** libvirt has eight states and fifteen reasons at most. */
const LAST_LATER = 255

/** Words go into dictionaries that never shrink, so a daemon must not be able to make ever new ones. */
function laterWord(kind: string, value: number): string {
  return Number.isInteger(value) && value >= 0 && value <= LAST_LATER ? `${kind} ${value}` : 'unknown'
}

/** Kinds of lifecycle event. */
export const Lifecycle = {
  Defined: 0,
  Undefined: 1,
  Started: 2,
  Suspended: 3,
  Resumed: 4,
  Stopped: 5,
  Shutdown: 6,
  PmSuspended: 7,
  Crashed: 8,
} as const
export type Lifecycle = (typeof Lifecycle)[keyof typeof Lifecycle]

export const LIFECYCLE_WORDS = [
  'defined',
  'undefined',
  'started',
  'suspended',
  'resumed',
  'stopped',
  'shutdown',
  'pmsuspended',
  'crashed',
] as const

export interface StateAndReason {
  readonly state: DomainState
  readonly reason: number
}

/** Reasons by detail of the event; a detail that libvirt added later gives reason 0, unknown. */
const STARTED_REASONS = [1, 2, 3, 4, 8]
/** Detail of *started*: QEMU was started to take in a guest, which runs where it comes from until *resumed: migrated*. */
const STARTED_FOR_MIGRATION = 1
/** Reason of a pause: a migration. */
const PAUSED_FOR_MIGRATION = 2
/** Reasons of a pause that lasts as long as a job of the whole domain: migration, save, dump, snapshot. */
export const PAUSED_FOR_JOB: ReadonlySet<number> = new Set([PAUSED_FOR_MIGRATION, 3, 4, 9])
const SUSPENDED_REASONS = [1, 2, 5, 6, 0, 7, 14, 12, 13, 8]
const RESUMED_REASONS = [5, 2, 4, 10, 11]
const STOPPED_REASONS = [1, 2, 3, 4, 5, 6, 7]

/**
 * The state a domain is in after a lifecycle event.
 *
 * @returns null when the event says nothing of the state: definitions, removals, and a crash that the guest survived.
 */
export function stateAfter(event: number, detail: number): StateAndReason | null {
  switch (event) {
    case Lifecycle.Started:
      if (detail === STARTED_FOR_MIGRATION) return { state: DomainState.Paused, reason: PAUSED_FOR_MIGRATION }
      return { state: DomainState.Running, reason: STARTED_REASONS[detail] ?? 0 }
    case Lifecycle.Suspended:
      return { state: DomainState.Paused, reason: SUSPENDED_REASONS[detail] ?? 0 }
    case Lifecycle.Resumed:
      return { state: DomainState.Running, reason: RESUMED_REASONS[detail] ?? 0 }
    case Lifecycle.Stopped:
      return { state: DomainState.ShutOff, reason: STOPPED_REASONS[detail] ?? 0 }
    case Lifecycle.Shutdown:
      return { state: DomainState.Shutdown, reason: 0 }
    case Lifecycle.PmSuspended:
      return { state: DomainState.PmSuspended, reason: 0 }
    case Lifecycle.Crashed:
      return detail === 0 ? { state: DomainState.Crashed, reason: 1 } : null
    default:
      return null
  }
}
