import { existsSync } from 'node:fs'
import type { Browser } from '@playwright/test'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

/** Size of the page, in CSS pixels. */
export const VIEWPORT = { width: 1920, height: 1080 }

/** Starts the machine's own Chromium, else that of Playwright, without a GPU. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = CHROMIUM.find((file) => existsSync(file))
  const { chromium } = await import('@playwright/test')
  return chromium.launch({ args: FLAGS, ...(executablePath === undefined ? {} : { executablePath }) })
}
