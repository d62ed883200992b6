import { fileURLToPath } from 'node:url'

/** The folder of the templates that the commands of AdonisJS write files from. */
export const stubsRoot: string = fileURLToPath(new URL('../../stubs', import.meta.url))
