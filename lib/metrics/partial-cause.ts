/** Why the last record of a row left fields out, as far as it is known. Numbers travel: docs/spec/sync.md, SY31. */
export const PartialCause = {
  None: 0,
  /** The record is short, and nothing has said why. */
  Incomplete: 1,
  /** A job has hold of the domain. */
  Job: 2,
  /** QEMU does not answer its monitor. */
  Stuck: 3,
  /** libvirt says that the monitor is of no use any more. */
  MonitorError: 4,
  /** Replies about all domains do not name this one. */
  LeftOut: 5,
} as const
export type PartialCause = (typeof PartialCause)[keyof typeof PartialCause]

const WORDS: readonly string[] = [
  '',
  'incomplete record',
  'busy with a job',
  'QEMU does not answer its monitor',
  'libvirt has lost its monitor',
  'left out of the last replies',
]

/** The cause in words; a cause that a newer server knows is an incomplete record. */
export function partialWords(cause: number): string {
  return WORDS[cause] ?? WORDS[PartialCause.Incomplete]!
}
