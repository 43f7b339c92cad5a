import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'

const LOOPBACK = '127.0.0.1'
const SHEETS = ['tokens', 'base', 'charts']

/** Serves the page of `charts-page.ts` with Domscope's own style sheets; resolves with its port and how to end it. */
export async function serveCharts(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const script = await bundleCharts()
  const style = SHEETS.map((name) => readFileSync(path.resolve('app', 'styles', `${name}.css`), 'utf8')).join('\n')
  const uplotStyle = readFileSync(path.resolve('node_modules', 'uplot', 'dist', 'uPlot.min.css'), 'utf8')
  const page = `<!doctype html><html lang="en" data-theme="dark"><meta charset="utf-8"><title>Charts</title>
<style>${style}${uplotStyle} #charts { display: flex; flex-wrap: wrap }</style>
<div id="charts"></div><script type="module" src="/charts.js"></script></html>`
  const server = createServer((request, response) => {
    const isScript = request.url === '/charts.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : page)
  })
  await new Promise<void>((resolve) => server.listen(0, LOOPBACK, resolve))
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { port: (server.address() as AddressInfo).port, stop }
}

async function bundleCharts(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [path.resolve('bench', 'browser', 'charts-page.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"', 'process.env': '{}' },
  })
  return outputFiles[0]?.text ?? ''
}
