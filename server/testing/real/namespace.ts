import { readFileSync, readlinkSync } from 'node:fs'
import { runTool, startProcess } from '../subprocess.ts'

/** A private set of processes, mounts and network links. */
export interface Namespace {
  /** Runs a shell script inside and gives back what it wrote. */
  run(script: string): Promise<string>
  /** Arguments for `nsenter` by which a program sees the files inside, and else runs beside us. */
  readonly enterFiles: readonly string[]
  /** Pid on our side of the process inside that is known there as `pid`. */
  outerPid(pid: number): Promise<number>
  /** Ends everything inside. */
  stop(): Promise<void>
}

/**
 * Makes namespaces, runs `setUp` inside as their first process and waits for its line `ready`.
 *
 * @remarks The first process lives as long as our end of its stdin. When we stop, or die in whatever way, the kernel
 * ends every process inside: no daemon and no guest can be left behind. Needs root or unprivileged user namespaces.
 */
export async function startNamespace(setUp: string, timeoutMs = 60_000): Promise<Namespace> {
  const asRoot = process.getuid?.() === 0
  const flags = ['--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child']
  const unshare = startProcess('unshare', [
    ...(asRoot ? [] : ['--map-root-user']),
    ...flags,
    'sh',
    '-ec',
    // Not `exec cat`: the shell collects orphans. libvirtd waits for such a one when it probes QEMU.
    `${setUp}\necho ready\ncat >/dev/null; exit 0`,
  ])
  await unshare.line(/^ready$/, timeoutMs)
  const first = Number(readFileSync(`/proc/${unshare.pid}/task/${unshare.pid}/children`, 'utf8').trim())
  const target = ['--target', String(first), ...(asRoot ? [] : ['--user', '--preserve-credentials']), '--mount']
  return {
    enterFiles: target,
    run: (script) => runTool('nsenter', [...target, '--net', '--pid', 'sh', '-ec', script]),
    outerPid: (pid) => outerPid(first, pid),
    async stop() {
      unshare.child.stdin?.end()
      await unshare.stop('SIGTERM')
    },
  }
}

/** Looks for the process whose last pid, in the innermost namespace, is `pid`. */
async function outerPid(first: number, pid: number): Promise<number> {
  const namespace = readlinkSync(`/proc/${first}/ns/pid`)
  const all = (await runTool('ps', ['-eo', 'pid='])).trim().split(/\s+/).map(Number)
  for (const candidate of all) {
    try {
      if (readlinkSync(`/proc/${candidate}/ns/pid`) !== namespace) continue
      const inner = /^NSpid:.*\s(\d+)$/m.exec(readFileSync(`/proc/${candidate}/status`, 'utf8'))?.[1]
      if (Number(inner) === pid) return candidate
    } catch {
      // It ended while we looked.
    }
  }
  throw new Error(`no process ${pid} in the namespace`)
}
