/** A contender has no such feature: its row stays empty, and nothing failed. */
export class Unsupported extends Error {}
