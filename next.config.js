/**
 * What stands in the built pages where the path that Domscope is served below belongs; the server writes it in when it
 * starts. The same text is in server/http/base-path.ts.
 */
const BUILT_BASE = '/__domscope_base__'

/** @type {(phase: string) => import('next').NextConfig} */
export default function config(phase) {
  const base = phase === 'phase-production-build' ? BUILT_BASE : (process.env.DOMSCOPE_BASE_PATH ?? '')
  return {
    output: 'export',
    basePath: base,
    env: { DOMSCOPE_BASE: base },
    reactStrictMode: true,
    trailingSlash: false,
    images: { unoptimized: true },
    devIndicators: false,
  }
}
