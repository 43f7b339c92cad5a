import type { Clock } from '../../clock.ts'

/** libvirtd's `keepalive_interval` and `keepalive_count`. */
const INTERVAL_MS = 5_000
const COUNT = 5

export interface KeptAlive {
  /** When anything at all last came from the client. */
  lastHeardAt(): number
  ping(): void
  /** The client has been silent for too long. */
  dead(): void
}

/** Pings a client every 5 s and gives it up after 30 s of silence. Returns the undo. */
export function startKeepalive(clock: Clock, client: KeptAlive): () => void {
  let undo = clock.after(INTERVAL_MS, tick)
  function tick(): void {
    if (clock.now() - client.lastHeardAt() >= INTERVAL_MS * (COUNT + 1)) {
      client.dead()
      return
    }
    client.ping()
    undo = clock.after(INTERVAL_MS, tick)
  }
  return () => undo()
}
