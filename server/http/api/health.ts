import { problem } from '../problem.ts'
import { type Route, refused } from '../route.ts'

/** `/healthz`: the process lives; which build it is and in which mode it runs. */
export const healthRoute: Route = {
  pattern: ['healthz'],
  parameters: [],
  answer: ({ fleet, clock, build, startedAt, counts }) => ({
    kind: 'json',
    value: {
      status: 'ok',
      ...build,
      simulated: fleet.simulated,
      uptimeSeconds: Math.round((clock.now() - startedAt) / 1000),
      ...counts(),
    },
  }),
}

/** `/readyz`: 200 when every host was tried once, so that what is missing is known to be missing. */
export const readyRoute: Route = {
  pattern: ['readyz'],
  parameters: [],
  answer: ({ fleet }) => {
    if (fleet.ready) return { kind: 'json', value: { status: 'ready', simulated: fleet.simulated } }
    const untried = fleet.hostStatuses().filter((status) => status.state === 'connecting' && status.error === null)
    return refused(
      problem(
        503,
        'NOT_READY',
        'Not every host was tried yet.',
        { hosts: untried.slice(0, 20).map((status) => status.host) },
        { 'Retry-After': '1' },
      ),
    )
  },
}
