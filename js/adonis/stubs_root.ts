import { fileURLToPath } from 'node:url'

/** Where this module is; bundlers that write CommonJS leave it out. */
const here: string | undefined = import.meta.url

/** The folder of the templates that the commands of AdonisJS write files from. */
export const stubsRoot: string =
  here === undefined ? 'stubs' : fileURLToPath(new URL('../../stubs', here))
