import { defineConfig } from 'vitest/config'

/** Tests that judge numbers on a machine that they load themselves: they need it for themselves, and minutes. */
export default defineConfig({
  test: {
    include: ['server/**/*.load.test.ts'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
})
