/** Those who are told of one kind of event. */
export class Listeners<Event> {
  readonly #listeners = new Set<(event: Event) => void>()

  get isEmpty(): boolean {
    return this.#listeners.size === 0
  }

  /** Answers what ends it. */
  add(listener: (event: Event) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** A listener that throws must not fail the operation: what it throws is a warning. */
  tell(event: Event): void {
    for (const listener of this.#listeners) {
      try {
        listener(event)
      } catch (error) {
        process.emitWarning(error instanceof Error ? error : String(error))
      }
    }
  }
}
