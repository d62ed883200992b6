import { exercise } from './exercise.js'

// No await at the top level, so that it can be CommonJS as well.
const [name = ''] = process.argv.slice(2)
exercise(name).then(
  (seen) => console.log(JSON.stringify(seen)),
  (error: unknown) => console.log(error instanceof Error ? error.message : error),
)
