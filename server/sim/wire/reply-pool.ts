import { ReplyWords } from './reply-words.ts'

/** Words of a new buffer: 64 KiB. It grows to what its replies need and keeps that size. */
const FIRST_WORDS = 16_384
/** Buffers kept for the next calls. More than so many large replies are rarely on their way at once. */
const KEPT = 4

/** Buffers for bulk replies, shared by the hosts of a process: the largest are tens of megabytes. */
export class ReplyPool {
  readonly #free: ReplyWords[] = []

  take(): ReplyWords {
    return this.#free.pop() ?? new ReplyWords(FIRST_WORDS)
  }

  /** Takes a buffer back once its bytes were sent, or never will be. */
  release(reply: ReplyWords): void {
    if (this.#free.length < KEPT) this.#free.push(reply)
  }
}
