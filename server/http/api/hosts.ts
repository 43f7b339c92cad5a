import type { HostStatus } from '../../fleet/fleet-reader.ts'
import type { Route } from '../route.ts'

/** `/api/v1/hosts`: every connection with its state, cost and last error. */
export const hostsRoute: Route = {
  pattern: ['api', 'v1', 'hosts'],
  parameters: [],
  answer: ({ fleet, labels }) => ({
    kind: 'json',
    value: {
      simulated: fleet.simulated,
      hosts: fleet.hostStatuses().map((status) => hostJson(status, labels.get(status.host) ?? {})),
    },
  }),
}

/** The row is a number of this process and means nothing outside. */
function hostJson({ row: _row, ...status }: HostStatus, labels: Readonly<Record<string, string>>) {
  return { ...status, labels }
}
