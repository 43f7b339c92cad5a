import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['lib/**/*.test.ts', 'server/**/*.test.ts', 'components/**/*.test.ts', 'scripts/**/*.test.mjs'],
    exclude: ['**/*.integration.test.ts', '**/*.load.test.ts', 'node_modules/**'],
    testTimeout: 20_000,
  },
})
