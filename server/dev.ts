import { createServer } from 'node:http'
import type { Pages } from './http/pages.ts'

/**
 * The pages as Next compiles them on demand.
 *
 * @remarks Next adds an upgrade listener of its own to the server it sees. It is shown one that never listens, and gets
 * the upgrades of its hot reload by hand, so that the real server keeps its one listener. Next is imported only here
 * and only when asked for: the production bundle runs without it.
 */
export async function createDevPages(
  directory: string,
  hostname: string,
  port: number,
  basePath: string,
): Promise<Pages> {
  // Read by next.config.js, whose pages then know their base path by themselves, and look for it in what is asked.
  process.env.DOMSCOPE_BASE_PATH = basePath
  const { default: next } = await import('next')
  const neverListens = createServer()
  const app = next({ dev: true, dir: directory, hostname, port, httpServer: neverListens })
  await app.prepare()
  const handle = app.getRequestHandler()
  return {
    readOnly: false,
    async handle(request, response) {
      // The development build evaluates text and opens sockets of its own: no policy fits it.
      response.removeHeader('Content-Security-Policy')
      response.removeHeader('Cache-Control')
      request.url = `${basePath}${request.url}`
      await handle(request, response)
    },
    upgrade: (request, socket, head) => {
      request.url = `${basePath}${request.url}`
      neverListens.emit('upgrade', request, socket, head)
    },
    close: () => app.close(),
  }
}
