import { type HttpProblem, problem } from '../problem.ts'
import { NOBODY, type Route, refused } from '../route.ts'

/** `/healthz`: the process lives; what time it has, which build it is, and for those who are logged in, in which mode and how much it does. */
export const healthRoute: Route = {
  pattern: ['healthz'],
  parameters: [],
  open: true,
  answer: ({ fleet, clock, build, startedAt, counts, access }) => ({
    kind: 'json',
    value: {
      status: 'ok',
      time: new Date(clock.wall()).toISOString(),
      ...(access === NOBODY ? { build: build.build } : build),
      ...(access === NOBODY
        ? {}
        : {
            simulated: fleet.simulated,
            uptimeSeconds: Math.round((clock.now() - startedAt) / 1000),
            ...counts(),
          }),
    },
  }),
}

/** `/readyz`: 200 when every host was tried once, so that what is missing is known to be missing. */
export const readyRoute: Route = {
  pattern: ['readyz'],
  parameters: [],
  open: true,
  answer: ({ fleet, access }) => {
    if (fleet.ready) return { kind: 'json', value: { status: 'ready', simulated: fleet.simulated } }
    if (access === NOBODY) return refused(notReady({}))
    const untried = fleet.hostStatuses().filter((status) => status.state === 'connecting' && status.error === null)
    return refused(notReady({ hosts: untried.slice(0, 20).map((status) => status.host) }))
  },
}

function notReady(detail: HttpProblem['detail']): HttpProblem {
  return problem(503, 'NOT_READY', 'Not every host was tried yet.', detail, { 'Retry-After': '1' })
}
