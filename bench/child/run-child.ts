import { type AllocationInput, measureAllocation } from './allocation.ts'
import { type EstateInput, measureEstate } from './estate.ts'
import { type HistoryInput, measureHistory } from './history.ts'
import { type HubClientsInput, runHubClients } from './hub-clients.ts'
import { type HubServerInput, measureHub } from './hub-server.ts'
import { type PageServerInput, servePages } from './page-server.ts'
import { measurePolls, type PollClientInput } from './poll-client.ts'
import { type RecordGuestsInput, recordGuests } from './record-guests.ts'
import { type ReplyServerInput, serveReplies } from './reply-server.ts'

/** Work that needs a process of its own, by name. The input is what `startChild` was given. */
const CHILDREN: Readonly<Record<string, (input: unknown) => Promise<unknown> | unknown>> = {
  allocation: (input) => measureAllocation(input as AllocationInput),
  estate: (input) => measureEstate(input as EstateInput),
  'hub-server': (input) => measureHub(input as HubServerInput),
  'page-server': (input) => servePages(input as PageServerInput),
  'reply-server': (input) => serveReplies(input as ReplyServerInput),
  'poll-client': (input) => measurePolls(input as PollClientInput),
  history: (input) => measureHistory(input as HistoryInput),
  'record-guests': (input) => recordGuests(input as RecordGuestsInput),
  'hub-clients': (input) => runHubClients(input as HubClientsInput),
}

/** Entry of a child process of the bench: does one job and prints its result as one line of JSON. */
export async function runChild([name = '', input = 'null']: readonly string[]): Promise<void> {
  const job = CHILDREN[name]
  if (job === undefined) throw new Error(`no child job "${name}"`)
  const result = await job(JSON.parse(input))
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
