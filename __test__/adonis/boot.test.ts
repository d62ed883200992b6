import { afterEach, expect, it } from 'vitest'
import { makeApplication } from './application.ts'

const app: { terminate(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of app.splice(0)) await one.terminate()
})

it.each([
  ['mongodb://ada:s3/cret@127.0.0.1:1/shop', 'the password in `url` must be percent-encoded'],
  ['mongodb://ada:s3?cret@127.0.0.1:1/shop', 'the user name or the password in `url` must be'],
  ['mongodb://127.0.0.1:1/shop?retryWrites=s3cret', 'the option retryWrites in `url` must be'],
  ['mongodb://127.0.0.1:s3cret/shop', 'the port of a host in `url`'],
])('A2: an application does not boot with %s, and says what is wrong', async (uri, part) => {
  const application = makeApplication({ uri, name: 'shop' })
  app.push(application)
  await application.init()
  const error = await application.boot().catch((caught) => caught)
  expect(error).toMatchObject({ code: 'E_CONFIGURATION', connection: 'main' })
  expect(error.message).toContain(part)
  expect(error.message).not.toMatch(/s3|cret/)
})
