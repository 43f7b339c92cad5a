import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { DomscopeError } from '../../lib/errors/domscope-error.ts'
import { BUILT_BASE, withBase } from './edge/base-path.ts'
import type { Coding } from './negotiate.ts'
import { inlineScriptHashes, pagePolicy } from './security-headers.ts'

/** One file of the pages, ready to be sent. */
export interface Asset {
  readonly type: string
  readonly cacheControl: string
  /** Policy of a page; null for what is no page. */
  readonly policy: string | null
  readonly plain: Buffer
  /** Entity tag of one representation, in quotes. */
  tag(coding: Coding | null): string
  /** The body in a coding; null when coding it would not make it smaller. Made once, then kept. */
  coded(coding: Coding): Promise<Buffer | null>
}

export interface Site {
  /** By request path: `/`, `/domain`, `/_next/static/…`. Only what is here can be asked for. */
  readonly assets: ReadonlyMap<string, Asset>
  readonly notFound: Asset | null
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

const COMPRESSIBLE = new Set(['.html', '.css', '.js', '.mjs', '.json', '.map', '.webmanifest', '.txt', '.svg', '.wasm'])
/** File names there hold a hash of the content. */
const HASHED = '/_next/static/'
const IMMUTABLE = 'public, max-age=31536000, immutable'
const REVALIDATE = 'no-cache'
const NOT_FOUND = '/404'
/** Below this a coding saves less than its header field costs. */
const MIN_CODED_BYTES = 256
/** Of 11: beyond this brotli takes seconds for a bundle and saves a percent. */
const BROTLI_QUALITY = 6

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

/**
 * Reads the exported pages into memory and fixes what may be asked for.
 *
 * @remarks Requests look their path up in this map and touch no file system, so no path can lead out of the directory.
 * Symbolic links are left out. `index.html` is `/`, `domain.html` is `/domain`.
 * @param base - The path that browsers find all this below; see {@link withBase}.
 * @throws {@link DomscopeError} `PAGES_MISSING` when the directory holds no `index.html`.
 */
export function loadSite(directory: string, base = ''): Site {
  if (!existsSync(join(directory, 'index.html'))) {
    throw new DomscopeError('PAGES_MISSING', `no pages in ${directory}: index.html is not there`, {
      radius: 'process',
      remedy: 'Run npm run build first.',
    })
  }
  const assets = new Map<string, Asset>()
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath ?? entry.path, entry.name)
    const path = requestPath(file.slice(directory.length))
    assets.set(path, createAsset(path, extname(file), readBuilt(file, base)))
  }
  const notFound = assets.get(NOT_FOUND) ?? null
  assets.delete(NOT_FOUND)
  return { assets, notFound }
}

function readBuilt(file: string, base: string): Buffer {
  const bytes = readFileSync(file)
  // Before hashes and tags are made: policy and caches know only what is sent.
  return COMPRESSIBLE.has(extname(file)) && bytes.includes(BUILT_BASE)
    ? Buffer.from(withBase(bytes.toString('utf8'), base))
    : bytes
}

function requestPath(relative: string): string {
  const path = `/${relative.replaceAll('\\', '/').replace(/^\/+/, '')}`
  if (!path.endsWith('.html')) return path
  const page = path.slice(0, -'.html'.length)
  return page === '/index' ? '/' : page.endsWith('/index') ? page.slice(0, -'/index'.length) : page
}

function createAsset(path: string, extension: string, plain: Buffer): Asset {
  const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 22)
  const isPage = extension === '.html'
  const coded = new Map<Coding, Promise<Buffer | null>>()
  const mayShrink = COMPRESSIBLE.has(extension) && plain.length >= MIN_CODED_BYTES
  return {
    type: TYPES[extension] ?? 'application/octet-stream',
    cacheControl: path.startsWith(HASHED) ? IMMUTABLE : REVALIDATE,
    policy: isPage ? pagePolicy(inlineScriptHashes(plain.toString('utf8'))) : null,
    plain,
    tag: (coding) => (coding === null ? `"${digest}"` : `"${digest}-${coding}"`),
    coded(coding) {
      if (!mayShrink) return Promise.resolve(null)
      let made = coded.get(coding)
      if (made === undefined) {
        made = encode(coding, plain).then((body) => (body.length < plain.length ? body : null))
        coded.set(coding, made)
      }
      return made
    },
  }
}

function encode(coding: Coding, plain: Buffer): Promise<Buffer> {
  if (coding === 'gzip') return toGzip(plain, { level: 9 })
  return toBrotli(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  })
}
