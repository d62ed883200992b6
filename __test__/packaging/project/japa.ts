import { assert } from '@japa/assert'
import { configure, processCLIArgs, run } from '@japa/runner'

processCLIArgs([])
configure({ plugins: [assert()], files: ['tests/*.japa.ts'] })
void run()
