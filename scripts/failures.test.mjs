import { expect, test } from 'vitest'
import { playwrightFailures, vitestFailures } from './failures.mjs'

test('names each failed unit test with its reason, and files that could not run', () => {
  const report = {
    testResults: [
      {
        name: 'a.test.ts',
        status: 'failed',
        assertionResults: [
          { status: 'passed', fullName: 'is fine' },
          { status: 'failed', fullName: 'adds up', failureMessages: ['\u001b[31mexpected 1 to be 2\u001b[0m'] },
        ],
      },
      { name: 'b.test.ts', status: 'failed', message: 'cannot import', assertionResults: [] },
      { name: 'c.test.ts', status: 'passed', assertionResults: [] },
    ],
  }
  expect(vitestFailures(report)).toEqual([
    { title: 'a.test.ts: adds up', lines: ['expected 1 to be 2'] },
    { title: 'b.test.ts', lines: ['cannot import'] },
  ])
})

test('finds failed browser tests at any depth, and errors outside of tests', () => {
  const spec = (title, status, errors) => ({ title, line: 7, tests: [{ status, results: [{ errors }] }] })
  const report = {
    errors: [{ message: 'no browser', location: { file: 'x.ts', line: 3 } }],
    suites: [
      {
        title: 'x.spec.ts',
        specs: [spec('passes', 'expected', [])],
        suites: [{ title: 'in the dark', specs: [spec('breaks', 'unexpected', [{ message: 'gone' }])] }],
      },
    ],
  }
  expect(playwrightFailures(report)).toEqual([
    { title: 'outside of tests', lines: ['no browser', 'at x.ts:3'] },
    { title: 'x.spec.ts › in the dark › breaks (line 7)', lines: ['gone'] },
  ])
})

test('cuts a long reason and says how much is missing', () => {
  const message = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n')
  const [failure] = vitestFailures({ testResults: [{ name: 'a', status: 'failed', message, assertionResults: [] }] })
  expect(failure.lines).toHaveLength(31)
  expect(failure.lines.at(-1)).toBe('… 70 more lines')
})
