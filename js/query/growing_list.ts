/**
 * A list that grows at its end and is copied in no time: a copy shares the memory until one of the two
 * is added to, so that a query of many calls is built, and cloned, in time that grows with their
 * number. Items that have a name are found by it.
 */
export class GrowingList<Item> {
  readonly #nameOf: (item: Item) => string | undefined
  #items: Item[]
  /** Places of names, the first of each. */
  #places: Map<string, number>
  /** How many of the shared items are this list's. */
  #length: number

  constructor(nameOf: (item: Item) => string | undefined = () => undefined) {
    this.#nameOf = nameOf
    this.#items = []
    this.#places = new Map()
    this.#length = 0
  }

  get length(): number {
    return this.#length
  }

  /** The items in their order; not to be kept. */
  get all(): readonly Item[] {
    return this.#length === this.#items.length ? this.#items : this.#items.slice(0, this.#length)
  }

  /** The first item of this name. */
  named(name: string): Item | undefined {
    const place = this.#places.get(name)
    return place === undefined || place >= this.#length ? undefined : this.#items[place]
  }

  add(item: Item): void {
    if (this.#length < this.#items.length) this.#part()
    const name = this.#nameOf(item)
    if (name !== undefined && !this.#places.has(name)) this.#places.set(name, this.#length)
    this.#items.push(item)
    this.#length++
  }

  /** Adds an item unless there is one of its name. */
  addOnce(item: Item): void {
    const name = this.#nameOf(item)
    if (name === undefined || this.named(name) === undefined) this.add(item)
  }

  copy(): GrowingList<Item> {
    const copy = new GrowingList(this.#nameOf)
    copy.#items = this.#items
    copy.#places = this.#places
    copy.#length = this.#length
    return copy
  }

  /** Another list added to the shared memory: from here on this one has its own. */
  #part(): void {
    const items = this.#items.slice(0, this.#length)
    this.#items = []
    this.#places = new Map()
    this.#length = 0
    for (const item of items) this.add(item)
  }
}
