import { test as base, expect, type Page } from '@playwright/test'

/** What went wrong in a page that nothing on the screen shows. */
export interface PageWatch {
  /** Accepts complaints that match; for a test that provokes one. */
  allow(pattern: RegExp): void
  /** Complaints that nobody allowed. */
  complaints(): readonly string[]
  /** Watches a further page. */
  follow(page: Page): Promise<void>
}

function createWatch(): PageWatch {
  const said: string[] = []
  const allowed: RegExp[] = []
  return {
    allow: (pattern) => void allowed.push(pattern),
    complaints: () => said.filter((line) => !allowed.some((pattern) => pattern.test(line))),
    async follow(page) {
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

/** `test` whose page must stay silent: no console error or warning, no CSP report, no dialog, no foreign request. */
export const test = base.extend<{ watch: PageWatch }>({
  watch: [
    async ({ page }, use) => {
      const watch = createWatch()
      await watch.follow(page)
      await use(watch)
      expect(watch.complaints()).toEqual([])
    },
    { auto: true },
  ],
})

export { expect }
