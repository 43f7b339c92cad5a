import type { Procedure } from '../../lib/libvirt/constants.ts'
import type { Clock } from '../clock.ts'
import { timeoutError } from '../libvirt/rpc-errors.ts'
import type { OrphanBudget } from './orphan-budget.ts'

/** How often a call past its deadline looks whether it may be given up by now. */
const GIVE_UP_RETRY_MS = 1_000

export interface BudgetedCall<Reply> {
  readonly clock: Clock
  readonly orphans: OrphanBudget
  readonly procedure: (typeof Procedure)[keyof typeof Procedure]
  readonly deadlineMs: number
  /** Makes the call, without a deadline of its own. */
  readonly start: () => Promise<Reply>
  /** The deadline passed without an answer; whether the call is given up then is another question. */
  readonly overdue: () => void
  /** Gets a reply that comes after the call was given up. */
  readonly late: (reply: Reply) => void
}

/**
 * Makes one call. At its deadline it is given up, if the host may have another orphan; else it is waited for until it
 * may. Rejects with `RPC_TIMEOUT` when given up.
 */
export function callWithinBudget<Reply>(call: BudgetedCall<Reply>): Promise<Reply> {
  const { clock, orphans, procedure, deadlineMs } = call
  return new Promise((resolve, reject) => {
    let orphan = false
    const giveUp = () => {
      orphan = orphans.take()
      if (orphan) reject(timeoutError(procedure, deadlineMs, true))
      else cancel = clock.after(GIVE_UP_RETRY_MS, giveUp)
    }
    let cancel = clock.after(deadlineMs, () => {
      call.overdue()
      giveUp()
    })
    const settle = (apply: () => void, late: () => void) => {
      cancel()
      if (!orphan) return apply()
      orphans.release()
      late()
    }
    call.start().then(
      (reply) =>
        settle(
          () => resolve(reply),
          () => call.late(reply),
        ),
      (error: unknown) =>
        settle(
          () => reject(error),
          () => {},
        ),
    )
  })
}
