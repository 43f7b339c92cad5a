import { defineConfig } from 'vitest/config'

/** Tests against a real libvirtd: one file after another, because they share the daemon. */
export default defineConfig({
  test: {
    include: ['server/**/*.integration.test.ts'],
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
})
