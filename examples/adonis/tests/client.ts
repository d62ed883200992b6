import server from '@adonisjs/core/services/server'

export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  body: any
}

/** Asks the application that the tests serve. */
export async function ask(route: string, body?: unknown, token?: string): Promise<Answer> {
  const [method = 'GET', path = '/'] = route.split(' ')
  const address = server.getNodeServer()?.address()
  if (typeof address !== 'object' || address === null) throw new Error('nothing listens')
  const headers: Record<string, string> = { connection: 'close' }
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  const response = await fetch(`http://127.0.0.1:${address.port}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const { status } = response
  return { status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
}

export const PASSWORD = 'correct horse battery staple'

/** A user who has logged in. */
export async function signUp(handle: string): Promise<{ id: string; token: string }> {
  const email = `${handle}@example.com`
  const { body: user } = await ask('POST /users', { handle, email, password: PASSWORD })
  const { body: session } = await ask('POST /session', { email, password: PASSWORD })
  return { id: user.id, token: session.token }
}
