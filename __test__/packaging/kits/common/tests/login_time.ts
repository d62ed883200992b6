const ROUNDS = 5

const median = (times: number[]) => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0

/** How much longer it takes to refuse a known user than an unknown one: 1 where nobody can tell. */
export async function ratioOfRefusals(
  known: () => Promise<unknown>,
  unknown: () => Promise<unknown>,
) {
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, work] of [
      ['known', known],
      ['unknown', unknown],
    ] as const) {
      const start = performance.now()
      await work()
      times[name].push(performance.now() - start)
    }
  }
  return median(times.known) / median(times.unknown)
}
