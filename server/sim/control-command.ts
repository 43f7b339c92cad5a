import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import type { DaemonMode } from './faults.ts'
import type { JobKind } from './guest/jobs.ts'
import type { StopKind } from './guest/sim-host.ts'

/**
 * What a test or an operator can do to one simulated host. `domain` is a name or a UUID.
 *
 * @remarks `freeze` stops a domain's QEMU as SIGSTOP would, `freezeIo` the storage under it. `startJob` starts a core dump or
 * a copy of its first disk, which takes so many seconds. `fail` makes the next `times` calls of `procedure` (344, the
 * bulk call, when absent) fail with libvirt's `code`. `lose` takes the next `times` calls of `procedure` (any, when absent)
 * and never answers them, and goes on answering everything else. `cut` ends the next bulk reply after `bytes` and drops the
 * connection. `trickle` sends everything in pieces of `bytes`; 0 ends that. `restart` drops all connections, leaves the
 * socket closed for `downMs` and listens again. `slowMonitor` makes bulk calls about monitor groups take that much longer, and no
 * others. `list` and `counters` only ask.
 */
export type ControlCommand =
  | { readonly op: DomainOp; readonly domain: string }
  | { readonly op: 'stop'; readonly domain: string; readonly how?: StopKind }
  | { readonly op: 'setTitle'; readonly domain: string; readonly title: string }
  | { readonly op: 'startJob'; readonly domain: string; readonly job: JobKind; readonly seconds: number }
  | { readonly op: 'rename'; readonly domain: string; readonly to: string }
  | {
      readonly op: 'define'
      readonly name: string
      readonly vcpus?: number
      readonly running?: boolean
      readonly persistent?: boolean
    }
  | { readonly op: 'setVcpus'; readonly domain: string; readonly ids: readonly number[] }
  | { readonly op: 'setMemory'; readonly domain: string; readonly memoryKiB: number }
  | { readonly op: 'attachDisk'; readonly domain: string; readonly target: string; readonly index?: number }
  | { readonly op: 'detachDisk'; readonly domain: string; readonly target: string }
  | { readonly op: 'detachNic'; readonly domain: string; readonly index: number }
  | { readonly op: 'partial'; readonly domain: string; readonly on: boolean }
  | { readonly op: 'partialPercent'; readonly percent: number }
  | { readonly op: 'slow'; readonly ms: number }
  | { readonly op: 'slowMonitor'; readonly ms: number }
  | { readonly op: 'delay'; readonly ms: number }
  | { readonly op: 'fail'; readonly code: number; readonly times?: number; readonly procedure?: number }
  | { readonly op: 'lose'; readonly times: number; readonly procedure?: number }
  | { readonly op: 'mode'; readonly mode: DaemonMode }
  | { readonly op: 'trickle'; readonly bytes: number; readonly everyMs: number }
  | { readonly op: 'cut'; readonly bytes: number }
  | { readonly op: 'reorder'; readonly on: boolean }
  | { readonly op: 'churn'; readonly on: boolean }
  | { readonly op: 'restart'; readonly downMs?: number }
  | { readonly op: 'dropConnections' | 'list' | 'counters' }

/** Commands that need a domain and nothing else. */
export type DomainOp =
  | 'freeze'
  | 'thaw'
  | 'start'
  | 'crash'
  | 'suspend'
  | 'resume'
  | 'undefine'
  | 'attachNic'
  | 'resetCounters'
  | 'freezeIo'
  | 'thawIo'

export type ControlOp = ControlCommand['op']

type FieldKind = 'string' | 'number' | 'boolean' | 'numbers'
type Fields = Readonly<Record<string, FieldKind>>

/** Fields of each command; a question mark says that it may be absent. */
const COMMAND_FIELDS: Readonly<Record<ControlOp, Fields>> = {
  freeze: { domain: 'string' },
  thaw: { domain: 'string' },
  start: { domain: 'string' },
  crash: { domain: 'string' },
  suspend: { domain: 'string' },
  resume: { domain: 'string' },
  undefine: { domain: 'string' },
  attachNic: { domain: 'string' },
  resetCounters: { domain: 'string' },
  freezeIo: { domain: 'string' },
  thawIo: { domain: 'string' },
  setTitle: { domain: 'string', title: 'string' },
  startJob: { domain: 'string', job: 'string', seconds: 'number' },
  stop: { domain: 'string', 'how?': 'string' },
  rename: { domain: 'string', to: 'string' },
  define: { name: 'string', 'vcpus?': 'number', 'running?': 'boolean', 'persistent?': 'boolean' },
  setVcpus: { domain: 'string', ids: 'numbers' },
  setMemory: { domain: 'string', memoryKiB: 'number' },
  attachDisk: { domain: 'string', target: 'string', 'index?': 'number' },
  detachDisk: { domain: 'string', target: 'string' },
  detachNic: { domain: 'string', index: 'number' },
  partial: { domain: 'string', on: 'boolean' },
  partialPercent: { percent: 'number' },
  slow: { ms: 'number' },
  slowMonitor: { ms: 'number' },
  delay: { ms: 'number' },
  fail: { code: 'number', 'times?': 'number', 'procedure?': 'number' },
  lose: { times: 'number', 'procedure?': 'number' },
  mode: { mode: 'string' },
  trickle: { bytes: 'number', everyMs: 'number' },
  cut: { bytes: 'number' },
  reorder: { on: 'boolean' },
  churn: { on: 'boolean' },
  restart: { 'downMs?': 'number' },
  dropConnections: {},
  list: {},
  counters: {},
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  how: ['shutdown', 'destroy', 'crash'],
  job: ['dump', 'copy'],
  mode: ['normal', 'ping-only', 'dead'],
}

/** Checks what came as JSON. @throws DomscopeError `SIM_BAD_COMMAND` naming the field. */
export function parseCommand(value: unknown): ControlCommand {
  const given = value as Record<string, unknown>
  if (typeof value !== 'object' || value === null) throw badCommand('a command is a JSON object')
  const op = given.op
  if (typeof op !== 'string' || !Object.hasOwn(COMMAND_FIELDS, op)) throw badCommand(`no command "${String(op)}"`)
  for (const [field, kind] of Object.entries(COMMAND_FIELDS[op as ControlOp])) {
    const name = field.replace('?', '')
    if (given[name] === undefined && field.endsWith('?')) continue
    if (!isKind(given[name], kind)) throw badCommand(`"${op}" needs ${name}: ${kind}`)
    const words = WORDS[name]
    if (words !== undefined && !words.includes(String(given[name]))) {
      throw badCommand(`"${op}" needs ${name}: ${words.join(', ')}`)
    }
  }
  return value as ControlCommand
}

function isKind(value: unknown, kind: FieldKind): boolean {
  if (kind === 'numbers') return Array.isArray(value) && value.every((item) => Number.isSafeInteger(item))
  if (kind === 'number') return Number.isSafeInteger(value) && (value as number) >= 0
  return typeof value === kind
}

function badCommand(message: string): DomscopeError {
  return new DomscopeError('SIM_BAD_COMMAND', message, {
    radius: 'client',
    remedy: `Commands are ${Object.keys(COMMAND_FIELDS).join(', ')}.`,
  })
}
