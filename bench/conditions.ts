import { execFileSync } from 'node:child_process'
import { arch, availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** Where and when numbers were taken. */
export interface Conditions {
  readonly date: string
  readonly node: string
  readonly v8: string
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly system: string
  /** One-minute load average before and after. */
  readonly loadBefore: number
  readonly loadAfter: number
  /** Times that the bench lost its CPU to somebody else: what a busy machine did to the numbers. */
  readonly preemptions: number
  /** Commit of the sources; `+` when files were changed since. */
  readonly commit: string
}

/** Notes the state of the machine; the answer completes the picture when the measuring is done. */
export function beginConditions(): () => Conditions {
  const loadBefore = loadOf()
  const preempted = process.resourceUsage().involuntaryContextSwitches
  return () => ({
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    node: process.version,
    v8: process.versions.v8,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()} ${arch()}`,
    loadBefore,
    loadAfter: loadOf(),
    preemptions: process.resourceUsage().involuntaryContextSwitches - preempted,
    commit: commitOf(),
  })
}

function loadOf(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100
}

function commitOf(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const changed = git('status', '--porcelain', '--untracked-files=no').trim() !== ''
    return git('rev-parse', '--short', 'HEAD').trim() + (changed ? '+' : '')
  } catch {
    return 'not a git checkout'
  }
}
