/** Keeps the application's log out of reports. */
import type { ApplicationService } from '@adonisjs/core/types'

/** A report says itself what goes wrong, and the log may go to where its JSON goes. */
export async function withoutLog<T>(app: ApplicationService, work: () => Promise<T>): Promise<T> {
  const logger = await app.container.make('logger')
  const { level } = logger
  logger.level = 'silent'
  try {
    return await work()
  } finally {
    logger.level = level
  }
}
