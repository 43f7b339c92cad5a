import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { until } from '../until.ts'
import { type GuestPlan, plan } from './guests.ts'
import { type RealLibvirtd, startRealLibvirtd } from './real-libvirtd.ts'

/** A live migration of a guest, under way or over. */
export interface Move {
  /** Resolves when virsh is done; rejects with its words. */
  readonly ended: Promise<void>
  /** Lets it use the whole link, so that it catches up with the guest. */
  hurry(): Promise<void>
  /** Gives it up; `ended` rejects then. */
  abort(): Promise<void>
}

/** Two hosts, in namespaces of their own, that guests can be moved between. */
export interface TwoLibvirtds {
  readonly first: RealLibvirtd
  readonly second: RealLibvirtd
  /** Starts a guest on the first host and waits until it writes to its memory. */
  addWriter(name: string, over?: Partial<GuestPlan>): Promise<void>
  /**
   * Begins to move a guest over a slow link: a writer is under way for 12 s at least, unless it is hurried or aborted.
   *
   * @param flags further flags of `virsh migrate`
   */
  move(name: string, from: RealLibvirtd, to: RealLibvirtd, ...flags: readonly string[]): Promise<Move>
  stop(): Promise<void>
}

/** MiB/s: the 12 MiB of a writer take as many seconds; where KVM is, it then writes faster than that for ever. */
const SLOW = '1'
const FAST = '1000'
/** Where the first sector of a disk is loaded. */
const IN_BOOT_SECTOR = /EIP=00007c/

/**
 * Starts two daemons that take each other for other machines.
 *
 * @remarks Their files lie in the machine's temporary folder, which both see under the same path: that is the shared
 * storage, and a socket in it is the link.
 */
export async function startTwoLibvirtds(): Promise<TwoLibvirtds> {
  const started = await Promise.allSettled([startRealLibvirtd(randomUUID()), startRealLibvirtd(randomUUID())])
  const daemons = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  const [first, second] = daemons
  const stop = async () => void (await Promise.all(daemons.map((daemon) => daemon.stop())))
  if (first === undefined || second === undefined) {
    await stop()
    throw new Error('a libvirtd did not start', { cause: started.find(({ status }) => status === 'rejected') })
  }
  let moves = 0
  return {
    first,
    second,
    async addWriter(name, over = {}) {
      await first.add(plan(name, { load: 'write', ...over }))
      await until('the guest to boot', async () => (await isInBootSector(first, name)) || undefined, {
        timeoutMs: 60_000,
        everyMs: 100,
      })
    },
    async move(name, from, to, ...flags) {
      const link = path.join(from.folder, `link-${++moves}`)
      return startMove(name, from, to, link, flags)
    },
    stop,
  }
}

async function startMove(
  name: string,
  from: RealLibvirtd,
  to: RealLibvirtd,
  link: string,
  flags: readonly string[],
): Promise<Move> {
  const target = `qemu+unix:///system?socket=${to.readWriteSocket}`
  const options = ['--live', '--unsafe', '--bandwidth', SLOW, '--migrateuri', `unix://${link}`, ...flags]
  const ended = from.virsh('migrate', ...options, name, target).then(() => {})
  // Whoever moves looks at it when it suits; until then a failure is nobody's.
  ended.catch(() => {})
  return {
    ended,
    hurry: async () => void (await from.virsh('migrate-setspeed', name, FAST)),
    abort: async () => void (await from.virsh('domjobabort', name)),
  }
}

async function isInBootSector(daemon: RealLibvirtd, name: string): Promise<boolean> {
  return IN_BOOT_SECTOR.test(await daemon.virsh('qemu-monitor-command', name, '--hmp', 'info registers'))
}
