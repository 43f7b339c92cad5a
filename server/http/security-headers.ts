import { createHash } from 'node:crypto'

/**
 * Fields that every answer carries, errors too (S-11).
 *
 * @remarks The three cross-origin fields isolate the page from others; they also make `crossOriginIsolated` true.
 */
export const SECURITY_HEADERS: readonly (readonly [string, string])[] = [
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Embedder-Policy', 'require-corp'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'no-referrer'],
  [
    'Permissions-Policy',
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()',
  ],
]

/** Only on connections that we encrypt: then there is a certificate, and browsers ask for nothing else for a year. */
export const HSTS = ['Strict-Transport-Security', 'max-age=31536000'] as const

/** For answers that are no page: nothing may run, load or frame them. */
export const BARE_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Policy of a page whose inline scripts have these hashes (S-10). */
export function pagePolicy(scriptHashes: readonly string[]): string {
  const scripts = ["'self'", ...scriptHashes.map((hash) => `'sha256-${hash}'`)].join(' ')
  return [
    "default-src 'none'",
    `script-src ${scripts}`,
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; ')
}

const SCRIPT = /<script\b([^>]*)>([\s\S]*?)<\/script\s*>/gi

/**
 * Base64 SHA-256 of every inline script of a page that we built, without repeats, in order.
 *
 * @remarks The exporter writes regular HTML, with quoted attributes, so a pattern is enough; a script that it missed
 * would be refused by the browser, not run.
 */
export function inlineScriptHashes(html: string): string[] {
  const hashes = new Set<string>()
  for (const [, attributes, body] of html.matchAll(SCRIPT)) {
    if (/\ssrc\s*=/i.test(attributes!) || body === '') continue
    hashes.add(createHash('sha256').update(body!, 'utf8').digest('base64'))
  }
  return [...hashes]
}
