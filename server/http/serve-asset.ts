import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Asset } from './assets.ts'
import { type Coding, chooseCoding, matchesTag } from './negotiate.ts'

/** Sends an asset in the best coding the client takes, or 304 when the client has it. */
export async function serveAsset(
  request: IncomingMessage,
  response: ServerResponse,
  asset: Asset,
  status: number,
): Promise<void> {
  const { coding, body } = await pick(asset, request.headers['accept-encoding'])
  if (response.destroyed) return
  const tag = asset.tag(coding)
  response.setHeader('Cache-Control', status === 200 ? asset.cacheControl : 'no-store')
  response.setHeader('Vary', 'Accept-Encoding')
  response.setHeader('ETag', tag)
  if (asset.policy !== null) response.setHeader('Content-Security-Policy', asset.policy)
  if (status === 200 && matchesTag(request.headers['if-none-match'], tag)) {
    response.statusCode = 304
    response.end()
    return
  }
  response.statusCode = status
  response.setHeader('Content-Type', asset.type)
  response.setHeader('Content-Length', body.length)
  if (coding !== null) response.setHeader('Content-Encoding', coding)
  response.end(request.method === 'HEAD' ? undefined : body)
}

async function pick(asset: Asset, accept: string | undefined): Promise<{ coding: Coding | null; body: Buffer }> {
  const coding = chooseCoding(accept)
  const coded = coding === null ? null : await asset.coded(coding)
  return coded === null ? { coding: null, body: asset.plain } : { coding, body: coded }
}
