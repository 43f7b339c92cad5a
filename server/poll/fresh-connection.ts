import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { LIST_ACTIVE } from '../../lib/libvirt/constants.ts'
import { ErrorCode } from '../../lib/libvirt/error-codes.ts'
import { remoteCode } from '../../lib/libvirt/error-payload.ts'
import type { Clock } from '../clock.ts'
import type { DomainRef, HostSession } from '../libvirt/host-session.ts'
import { MAX_ORPHANS, type OrphanBudget } from './orphan-budget.ts'

/** GET_CONTROL_INFO: nobody has hold of the monitor. */
const CONTROL_OK = 0

export interface FreshConnectionOptions {
  readonly clock: Clock
  readonly orphans: OrphanBudget
  /** Opens another connection to the same daemon. */
  readonly open: () => Promise<HostSession>
  /** The fresh connection is the host's from now on; called while no call is under way on the old one. */
  readonly moved: (fresh: HostSession) => void
  /** A question about domains was sent, and later: was answered. */
  readonly asking: (unanswered: boolean) => void
}

/**
 * One try to go on with a fresh connection: it is opened, asked the cheapest call, and taken over if that is answered.
 *
 * @remarks A worker of the daemon stays with a call whose connection is closed, so no more than {@link MAX_ORPHANS}
 * unanswered calls may be left. With more, the fresh connection asks which of them the daemon can be holding: the list of
 * domains needs every domain's lock, and control info tells which monitors are held. Neither waits for a guest, and
 * libvirt lets its priority workers do both.
 */
export class FreshConnection {
  readonly #options: FreshConnectionOptions
  #session: HostSession | null = null
  #over = false

  constructor(options: FreshConnectionOptions) {
    this.#options = options
  }

  /** Resolves when the host has moved, or when the try was ended. Rejects with why it failed; nothing stays open then. */
  async run(): Promise<void> {
    try {
      const session = await this.#options.open()
      this.#session = session
      if (!this.#over) await answered(session.nodeCpuStats())
      while (!this.#over && !(await this.#moveWhenQuiet(session))) await this.#countHeld(session)
    } finally {
      this.end()
    }
  }

  /** Ends the try, unless the host has moved. */
  end(): void {
    this.#over = true
    void this.#session?.close()
    this.#session = null
  }

  /** Waits until nothing is under way; resolves to false when too many calls are unanswered then. */
  #moveWhenQuiet(session: HostSession): Promise<boolean> {
    const { orphans, moved } = this.#options
    return new Promise((resolve) => {
      const finish = (done: boolean) => {
        orphans.changed = () => {}
        resolve(done)
      }
      const look = () => {
        if (this.#over) return finish(true)
        if (!orphans.quiet) return
        if (orphans.held > MAX_ORPHANS) return finish(false)
        this.#over = true
        this.#session = null
        moved(session)
        finish(true)
      }
      orphans.changed = look
      look()
    })
  }

  /** Asks which unanswered calls the daemon can be holding. Throws when they are too many. */
  async #countHeld(session: HostSession): Promise<void> {
    const { orphans, clock, asking } = this.#options
    const askedAt = clock.now()
    asking(true)
    const active = await session.listDomains(LIST_ACTIVE, Number.POSITIVE_INFINITY)
    orphans.locksSeenFree(askedAt)
    if (orphans.heldByMonitors > MAX_ORPHANS) orphans.monitorsSeenHeld(await heldMonitors(session, active), askedAt)
    asking(false)
    if (orphans.heldByMonitors > MAX_ORPHANS) throw guestsHang()
  }
}

/** A refusal is an answer too: the daemon works. */
async function answered(call: Promise<unknown>): Promise<void> {
  try {
    await call
  } catch (error) {
    if (remoteCode(error) === null) throw error
  }
}

/** How many guests' monitors somebody has hold of; it stops counting where more make no difference. */
async function heldMonitors(session: HostSession, domains: readonly DomainRef[]): Promise<number> {
  let held = 0
  for (const domain of domains) {
    if (await isHeld(session, domain)) held++
    if (held > MAX_ORPHANS) break
  }
  return held
}

async function isHeld(session: HostSession, domain: DomainRef): Promise<boolean> {
  try {
    return (await session.controlInfo(domain)).state !== CONTROL_OK
  } catch (error) {
    const code = remoteCode(error)
    if (code === null) throw error
    // A domain that has gone holds nothing; a driver that does not tell leaves it open.
    return code !== ErrorCode.NoDomain && code !== ErrorCode.OperationInvalid
  }
}

function guestsHang(): DomscopeError {
  const message = `more than ${MAX_ORPHANS} guests that hang keep the daemon from answering`
  const remedy = 'Find the guests whose QEMU hangs (virsh domcontrol DOMAIN) and why. Domscope goes on by itself then.'
  return new DomscopeError('GUESTS_HANG', message, { radius: 'connection', remedy })
}
