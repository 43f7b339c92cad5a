import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const system = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) =>
  existsSync(file),
)
const report = process.env.DOMSCOPE_TEST_REPORT

/** One worker: the tests share a machine of two cores with a server and sometimes with guests. */
export default defineConfig({
  testDir: 'e2e',
  projects: [
    { name: 'scenarios', testMatch: '**/*.spec.ts' },
    { name: 'screenshots', testMatch: '**/screenshots.ts' },
    { name: 'soak', testMatch: '**/*.soak.ts' },
  ],
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: report === undefined ? 'list' : [['line'], ['json', { outputFile: report }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1920, height: 1080 },
    trace: 'off',
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(system === undefined ? {} : { executablePath: system }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
        '--disable-quic',
      ],
    },
  },
})
