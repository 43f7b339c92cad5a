import { test as base, expect, type Page } from '@playwright/test'
import { type Domscope, startDomscope } from '../server/testing/start-domscope.ts'

/**
 * What a page may say when a test stops its server: the stream cannot be had, and a request that was under way ends in
 * one of several ways.
 */
export const SERVER_GONE =
  /WebSocket connection to .* failed|net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED)|status of 503/

/** What went wrong in a page that nothing on the screen shows. */
export interface PageWatch {
  /** Accepts complaints that match; for a test that provokes one. */
  allow(pattern: RegExp): void
  /** Complaints that nobody allowed. */
  complaints(): readonly string[]
  /** Watches a further page. */
  follow(page: Page): Promise<void>
}

/** Starts a server of this test's own. It is stopped after the pages have left it. */
export type Launch = typeof startDomscope

function createWatch(): PageWatch & { leave(): Promise<void> } {
  const said: string[] = []
  const allowed: RegExp[] = []
  const pages: Page[] = []
  return {
    allow: (pattern) => void allowed.push(pattern),
    complaints: () => said.filter((line) => !allowed.some((pattern) => pattern.test(line))),
    /** Takes the pages away from their servers. */
    async leave() {
      for (const page of pages) if (!page.isClosed()) await page.goto('about:blank')
    },
    async follow(page) {
      pages.push(page)
      page.on('crash', () => said.push('the page crashed'))
      page.on('console', (message) => {
        const type = message.type()
        if (type === 'error' || type === 'warning') said.push(`console ${type}: ${message.text()}`)
      })
      page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`))
      page.on('dialog', (dialog) => {
        said.push(`dialog: ${dialog.message()}`)
        void dialog.dismiss()
      })
      page.on('request', (request) => {
        const { hostname, protocol } = new URL(request.url())
        if (/^(http|ws)s?:$/.test(protocol) && hostname !== '127.0.0.1')
          said.push(`asked another server: ${request.url()}`)
      })
      await page.exposeFunction('__domscopeViolation', (line: string) => void said.push(line))
      await page.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) => {
          const report = (window as unknown as { __domscopeViolation(line: string): void }).__domscopeViolation
          report(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)
        })
      })
    },
  }
}

/**
 * `test` whose page must stay silent: no console error or warning, no CSP report, no dialog, no foreign request.
 *
 * @remarks A server that is stopped while a page still shows it makes that page complain, rightly. Hooks run before
 * fixtures are undone, so `afterEach` is too early to stop one: take it from `launch`, whose servers outlive the pages'
 * visit. `afterAll` is late enough.
 */
export const test = base.extend<{ launch: Launch; watch: PageWatch }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what a fixture needs; this one needs nothing.
  launch: async ({}, use) => {
    const running: Domscope[] = []
    await use(async (...args) => {
      const domscope = await startDomscope(...args)
      running.push(domscope)
      return domscope
    })
    await Promise.all(running.map((domscope) => domscope.stop()))
  },
  // It names `launch` so as to be undone before it.
  watch: [
    async ({ page, launch: _ }, use) => {
      const watch = createWatch()
      await watch.follow(page)
      await use(watch)
      await watch.leave()
      expect(watch.complaints()).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
