import type { ServerResponse } from 'node:http'

/**
 * Writes pieces one after another, giving the event loop a turn after each, and no faster than the client reads.
 *
 * @remarks A long answer is made while it is sent: the pieces should take about a millisecond each. Ends early when
 * the client goes away. When a piece throws, the socket is cut, so that the client does not take a part for the whole.
 */
export async function streamBody(response: ServerResponse, pieces: Iterable<string>): Promise<void> {
  try {
    for (const piece of pieces) {
      if (response.destroyed) return
      if (response.write(piece)) await turn()
      else await drained(response)
    }
    response.end()
  } catch (cause) {
    response.destroy()
    throw cause
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
