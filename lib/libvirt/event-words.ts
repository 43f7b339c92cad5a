import { assertNever } from '../errors/domscope-error.ts'
import type { DomainEvent } from './events.ts'
import type { TypedParam } from './typed-params.ts'
import { numberParam } from './typed-params.ts'
import { LIFECYCLE_WORDS } from './words.ts'

/** Plain values that belong to an event, for programs. */
export type EventDetails = Readonly<Record<string, string | number | boolean | null>>

/** An event in words: `kind` is stable API, `text` is for people. */
export interface EventWords {
  readonly kind: string
  readonly text: string
  readonly details: EventDetails
}

/** Details of the lifecycle events, by event and detail. */
const LIFECYCLE_DETAILS: readonly (readonly string[])[] = [
  ['added', 'updated', 'renamed', 'from snapshot'],
  ['removed', 'renamed'],
  ['booted', 'migrated', 'restored', 'from snapshot', 'wakeup', 'recreated'],
  [
    'paused',
    'migrated',
    'I/O error',
    'watchdog',
    'restored',
    'from snapshot',
    'api error',
    'post-copy',
    'post-copy failed',
    'guest shutdown',
  ],
  ['unpaused', 'migrated', 'from snapshot', 'post-copy', 'post-copy failed'],
  ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'from snapshot', 'recreated'],
  ['finished', 'by guest', 'by host'],
  ['to memory', 'to disk'],
  ['panicked', 'crash dump loaded'],
]

/** What a lifecycle event and its detail are called: `stopped` and `migrated`. */
export function lifecycleWords(event: number, detail: number): { event: string; detail: string } {
  return {
    event: LIFECYCLE_WORDS[event] ?? numbered('lifecycle event', event),
    detail: LIFECYCLE_DETAILS[event]?.[detail] ?? numbered('detail', detail),
  }
}

const WATCHDOG_ACTIONS = [
  'nothing done',
  'paused',
  'reset',
  'powered off',
  'shutdown asked for',
  'debug',
  'NMI injected',
]
const IO_ERROR_ACTIONS = ['nothing done', 'domain paused', 'reported to the guest']
const GRAPHICS_PHASES = ['connected', 'initialized', 'disconnected']
/** By libvirt's number; 0 is none of them. */
export const BLOCK_JOBS = ['job', 'pull', 'copy', 'commit', 'active commit', 'backup'] as const
const BLOCK_JOB_STATUS = ['completed', 'failed', 'canceled', 'ready']
const DISK_CHANGES = ['medium missing at start, ejected', 'medium missing at start, disk dropped']
const TRAY_CHANGES = ['opened', 'closed']
const POWER_WORDS = {
  'pm-wakeup': 'woken up',
  'pm-suspend': 'suspended to memory (ACPI S3)',
  'pm-suspend-disk': 'suspended to disk (ACPI S4)',
} as const
const CONNECTED = ['unknown', 'connected', 'disconnected']
const AGENT_REASONS = ['unknown', 'domain started', 'channel']
const METADATA_TYPES = ['description', 'title', 'element']
const FAILURE_RECIPIENTS = ['hypervisor', 'guest']
const FAILURE_ACTIONS = ['ignored', 'injected into the guest', 'fatal', 'guest reset']

/** What an event says, in libvirt's words where it has some; `text` never repeats the domain. */
export function eventWords(event: DomainEvent): EventWords {
  switch (event.kind) {
    case 'lifecycle': {
      const words = lifecycleWords(event.event, event.detail)
      return told(words.event, `${words.event}: ${words.detail}`, { reason: words.detail })
    }
    case 'reboot':
      // The same event for a reset, a reboot asked for from outside and one by the guest.
      return told(event.kind, 'reset or rebooted')
    case 'control-error':
      return told(event.kind, 'libvirt may have lost control of it')
    case 'rtc-change':
      return told(event.kind, `guest clock set, ${event.offsetSeconds} s from UTC`, {
        offsetSeconds: event.offsetSeconds,
      })
    case 'watchdog': {
      const action = word(WATCHDOG_ACTIONS, event.action, 'action')
      return told(event.kind, `watchdog fired: ${action}`, { action })
    }
    case 'pm-wakeup':
    case 'pm-suspend':
    case 'pm-suspend-disk':
      // A guest may do so when it is asked to from outside: libvirt does not tell.
      return told(event.kind, POWER_WORDS[event.kind])
    case 'balloon':
      return told(event.kind, `balloon moved to ${mebibytes(event.actualKiB)}`, { actualKiB: event.actualKiB })
    case 'agent': {
      const state = word(CONNECTED, event.state, 'state')
      const reason = word(AGENT_REASONS, event.reason, 'reason')
      return told(event.kind, `guest agent ${state}: ${reason}`, { state, reason })
    }
    case 'channel': {
      const state = word(CONNECTED, event.state, 'state')
      return told(event.kind, `channel ${event.channel} ${state}`, { channel: event.channel, state })
    }
    case 'migration-iteration':
      return told(event.kind, `migration: round ${event.iteration}`, { iteration: event.iteration })
    case 'tunable':
      return told(event.kind, `limits changed: ${listParams(event.params)}`, detailsOf(event.params))
    case 'job-completed':
      return jobCompleted(event.params)
    case 'metadata': {
      const type = word(METADATA_TYPES, event.type, 'metadata type')
      const which = event.namespace === null ? type : `${type} ${event.namespace}`
      return told(event.kind, `metadata changed: ${which}`, { type, namespace: event.namespace })
    }
    case 'memory-failure': {
      const recipient = word(FAILURE_RECIPIENTS, event.recipient, 'recipient')
      const action = word(FAILURE_ACTIONS, event.action, 'action')
      return told(event.kind, `memory failure in the ${recipient}: ${action}`, { recipient, action })
    }
    case 'vcpu-removed':
      return told(event.kind, `vCPU ${event.vcpu} removed`, { vcpu: event.vcpu })
    default:
      return deviceWords(event)
  }
}

type DeviceEvent = Extract<DomainEvent, { readonly device: string } | { readonly disk: string } | { kind: 'graphics' }>

/** Events of one device of the domain. */
function deviceWords(event: DeviceEvent): EventWords {
  switch (event.kind) {
    case 'io-error': {
      const { path, device, reason } = event
      const action = word(IO_ERROR_ACTIONS, event.action, 'action')
      const why = reason === null || reason === '' ? '' : `, ${reason}`
      return told(event.kind, `I/O error on ${device} (${path})${why}: ${action}`, { path, device, reason, action })
    }
    case 'graphics': {
      const phase = word(GRAPHICS_PHASES, event.phase, 'phase')
      const { node } = event.remote
      return told(event.kind, `console ${phase}${node === '' ? '' : ` from ${node}`}`, { phase, remote: node })
    }
    case 'block-job': {
      const job = word(BLOCK_JOBS, event.job, 'job')
      const status = word(BLOCK_JOB_STATUS, event.status, 'status')
      return told(event.kind, `block ${job} of ${event.disk}: ${status}`, { disk: event.disk, job, status })
    }
    case 'disk-change': {
      const { device, oldPath, newPath } = event
      const reason = word(DISK_CHANGES, event.reason, 'reason')
      return told(event.kind, `${device} changed: ${reason}`, { device, oldPath, newPath, reason })
    }
    case 'tray': {
      const reason = word(TRAY_CHANGES, event.reason, 'reason')
      return told(event.kind, `tray of ${event.device} ${reason}`, { device: event.device, reason })
    }
    case 'device-added':
      return told(event.kind, `device ${event.device} added`, { device: event.device })
    case 'device-removed':
      return told(event.kind, `device ${event.device} removed`, { device: event.device })
    case 'device-removal-failed':
      return told(event.kind, `device ${event.device} could not be removed`, { device: event.device })
    case 'block-threshold': {
      const { device, path, thresholdBytes, excessBytes } = event
      const text = `${device} wrote ${excessBytes} B beyond the mark of ${thresholdBytes} B`
      return told(event.kind, text, { device, path, thresholdBytes, excessBytes })
    }
    case 'memory-device-size':
      return told(event.kind, `memory device ${event.device} has size ${event.size}`, {
        device: event.device,
        size: event.size,
      })
    case 'nic-mac': {
      const { device, oldMac, newMac } = event
      return told(event.kind, `MAC of ${device} changed from ${oldMac} to ${newMac}`, { device, oldMac, newMac })
    }
    default:
      return assertNever(event, 'domain event')
  }
}

/** libvirt's `operation` parameter of a job. */
const JOB_OPERATIONS = [
  'job',
  'start',
  'save',
  'restore',
  'incoming migration',
  'outgoing migration',
  'snapshot',
  'snapshot revert',
  'dump',
  'backup',
  'snapshot delete',
]

/** Word for the operation of a job; *job* for one that is not told or that libvirt added later. */
export function jobOperation(operation: number | null): string {
  return (operation === null ? undefined : JOB_OPERATIONS[operation]) ?? 'job'
}

function jobCompleted(params: readonly TypedParam[]): EventWords {
  const operation = jobOperation(numberParam(params, 'operation'))
  const failed = params.some(({ field, value }) => field === 'success' && value === false)
  const ms = numberParam(params, 'time_elapsed')
  const after = ms === null ? '' : ` after ${Math.round(ms / 100) / 10} s`
  return told('job-completed', `${operation} ${failed ? 'failed' : 'completed'}${after}`, detailsOf(params))
}

function told(kind: string, text: string, details: EventDetails = {}): EventWords {
  return { kind, text, details }
}

/** At most so many parameters are told; a daemon may send thousands. */
const MAX_TOLD_PARAMS = 64
const MAX_LISTED_PARAMS = 4

function detailsOf(params: readonly TypedParam[]): EventDetails {
  return Object.fromEntries(params.slice(0, MAX_TOLD_PARAMS).map(({ field, value }) => [field, plain(value)]))
}

function listParams(params: readonly TypedParam[]): string {
  const listed = params.slice(0, MAX_LISTED_PARAMS).map(({ field, value }) => `${field} ${plain(value) ?? 'unknown'}`)
  return listed.join(', ') + (params.length > MAX_LISTED_PARAMS ? ', …' : '')
}

/** Numbers that JSON has no word for are unknown. */
function plain(value: TypedParam['value']): TypedParam['value'] | null {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}

function word(words: readonly string[], value: number, what: string): string {
  return words[value] ?? numbered(what, value)
}

function numbered(what: string, value: number): string {
  return `${what} ${value}`
}

function mebibytes(kibibytes: number): string {
  return `${Math.round(kibibytes / 102.4) / 10} MiB`
}
