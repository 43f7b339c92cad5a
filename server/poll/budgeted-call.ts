import { findDomscopeError } from '../../lib/errors/domscope-error.ts'
import type { Procedure } from '../../lib/libvirt/constants.ts'
import type { Clock } from '../clock.ts'
import { timeoutError } from '../libvirt/rpc-errors.ts'
import type { Keeper, OrphanBudget } from './orphan-budget.ts'

/** How often a call past its deadline looks whether it may be given up by now. */
const GIVE_UP_RETRY_MS = 1_000

export interface BudgetedCall<Reply> {
  readonly clock: Clock
  readonly orphans: OrphanBudget
  readonly procedure: (typeof Procedure)[keyof typeof Procedure]
  /** What may keep the daemon from answering. A call that nothing can keep is never given up: it is waited for. */
  readonly keeper: Keeper
  readonly deadlineMs: number
  /** Makes the call, without a deadline of its own. */
  readonly start: () => Promise<Reply>
  /** The deadline passed without an answer; whether the call is given up then is another question. */
  readonly overdue?: () => void
  /** Gets a reply that comes after the call was given up. */
  readonly late?: (reply: Reply) => void
}

/**
 * Makes one call. At its deadline it is given up, if the host may have another orphan; else it is waited for until it
 * may. Rejects with `RPC_TIMEOUT` when given up.
 */
export function callWithinBudget<Reply>(call: BudgetedCall<Reply>): Promise<Reply> {
  const { clock, orphans, procedure, keeper, deadlineMs } = call
  return new Promise((resolve, reject) => {
    const open = orphans.begin(keeper, clock.now())
    const giveUp = () => {
      if (orphans.giveUp(open)) reject(timeoutError(procedure, deadlineMs, true))
      else cancel = clock.after(GIVE_UP_RETRY_MS, giveUp)
    }
    let cancel = clock.after(deadlineMs, () => {
      call.overdue?.()
      if (keeper !== 'nothing') giveUp()
      orphans.overdue(open, clock.now())
    })
    const settle = (end: () => void, apply: () => void, late: () => void) => {
      cancel()
      const { orphan } = open
      end()
      if (orphan) late()
      else apply()
    }
    call.start().then(
      (reply) =>
        settle(
          () => orphans.end(open),
          () => resolve(reply),
          () => call.late?.(reply),
        ),
      (error: unknown) =>
        settle(
          () => (findDomscopeError(error)?.code === 'CONNECTION_LOST' ? orphans.carry(open) : orphans.end(open)),
          () => reject(error),
          () => {},
        ),
    )
  })
}
