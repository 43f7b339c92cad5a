// What a test report says of its failures: few lines that name the test and why, whatever else the runner printed.

const MOST_LINES = 30

/** An error's text without colours, cut to its first lines. */
function brief(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that starts a colour.
  const lines = text.replaceAll(/\u001b\[[0-9;]*m/g, '').split('\n')
  const more = lines.length - MOST_LINES
  return more > 0 ? [...lines.slice(0, MOST_LINES), `… ${more} more lines`] : lines
}

/** Failures of a Vitest JSON report, as `{ title, lines }`. */
export function vitestFailures(report) {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0) return status === 'failed' ? [{ title: name, lines: brief(message ?? '') }] : []
    return failed.map(({ fullName, failureMessages }) => ({
      title: `${name}: ${fullName}`,
      lines: brief((failureMessages ?? []).join('\n')),
    }))
  })
}

/** Failures of a Playwright JSON report, as `{ title, lines }`. */
export function playwrightFailures(report) {
  const failures = (report.errors ?? []).map((error) => ({ title: 'outside of tests', lines: brief(textOf(error)) }))
  const walk = (suite, path) => {
    const here = suite.title === '' ? path : [...path, suite.title]
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests.filter(({ status }) => status === 'unexpected')) {
        const errors = test.results.flatMap((result) => result.errors ?? [])
        const lines = brief(errors.map(textOf).join('\n'))
        failures.push({ title: [...here, `${spec.title} (line ${spec.line})`].join(' › '), lines })
      }
    }
    for (const inner of suite.suites ?? []) walk(inner, here)
  }
  for (const suite of report.suites ?? []) walk(suite, [])
  return failures
}

function textOf({ message, value, stack, location }) {
  const at = location === undefined ? '' : `\nat ${location.file}:${location.line}`
  return `${message ?? value ?? stack ?? 'no message'}${at}`
}
