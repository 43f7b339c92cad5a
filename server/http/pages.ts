import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { sendProblem } from './answer.ts'
import type { Site } from './assets.ts'
import { problem } from './problem.ts'
import { serveAsset } from './serve-asset.ts'

/** Who answers what is not the API. */
export interface Pages {
  /** The paths of the pages take only GET and HEAD. */
  readonly readOnly: boolean
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  /** Takes an upgrade that is not the stream; absent in production. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  close(): Promise<void>
}

/** The exported pages, from memory. */
export function createSitePages({ assets, notFound }: Site): Pages {
  return {
    readOnly: true,
    async handle(request, response) {
      const asset = assets.get(pathOf(request.url ?? '/'))
      if (asset !== undefined) return serveAsset(request, response, asset, 200)
      if (notFound !== null) return serveAsset(request, response, notFound, 404)
      sendProblem(response, problem(404, 'NOT_FOUND', 'There is no such page.'), request.method === 'HEAD')
    },
    close: () => Promise.resolve(),
  }
}

/** The decoded path; whatever it is, it is only looked up among the known ones. */
function pathOf(url: string): string {
  const cut = url.indexOf('?')
  const path = cut < 0 ? url : url.slice(0, cut)
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
