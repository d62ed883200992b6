/** What looking at a connection finds. */

/** One thing that was looked at. */
export interface Finding {
  level: 'ok' | 'info' | 'warning' | 'error'
  /** What was looked at. */
  check: string
  message: string
  /** What to do about it. */
  advice?: string
}

/** Where the application runs. */
export interface Surroundings {
  production: boolean
  environment: Readonly<Record<string, string | undefined>>
}
