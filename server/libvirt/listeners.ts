/** Callbacks that come and go. */
export class Listeners<Value> {
  readonly #all = new Set<(value: Value) => void>()

  /** Returns the undo. The same function may be added twice. */
  add(listener: (value: Value) => void): () => void {
    const own = (value: Value) => listener(value)
    this.#all.add(own)
    return () => this.#all.delete(own)
  }

  emit(value: Value): void {
    for (const listener of [...this.#all]) listener(value)
  }
}
