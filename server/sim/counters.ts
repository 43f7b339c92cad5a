/** What clients did to a simulated daemon: for tests that must prove restraint. */
export class SimCounters {
  readonly #calls = new Map<number, number>()
  readonly #inFlight = new Map<number, number>()
  readonly #mostInFlight = new Map<number, number>()
  connections = 0
  connectionsEver = 0

  begin(procedure: number): void {
    this.#calls.set(procedure, (this.#calls.get(procedure) ?? 0) + 1)
    const now = (this.#inFlight.get(procedure) ?? 0) + 1
    this.#inFlight.set(procedure, now)
    this.#mostInFlight.set(procedure, Math.max(this.#mostInFlight.get(procedure) ?? 0, now))
  }

  end(procedure: number): void {
    this.#inFlight.set(procedure, (this.#inFlight.get(procedure) ?? 1) - 1)
  }

  /** As JSON: calls by procedure number, the same in flight now and at most. */
  report(): CounterReport {
    return {
      calls: Object.fromEntries(this.#calls),
      inFlight: Object.fromEntries(this.#inFlight),
      mostInFlight: Object.fromEntries(this.#mostInFlight),
      connections: this.connections,
      connectionsEver: this.connectionsEver,
    }
  }
}

export interface CounterReport {
  readonly calls: Readonly<Record<string, number>>
  readonly inFlight: Readonly<Record<string, number>>
  readonly mostInFlight: Readonly<Record<string, number>>
  readonly connections: number
  readonly connectionsEver: number
}
