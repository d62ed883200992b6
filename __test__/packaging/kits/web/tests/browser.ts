/** A browser, as far as its cookies and forms go. */
export class Browser {
  readonly cookies = new Map<string, string>()

  async open(path: string, init: RequestInit = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(`http://${process.env.HOST}:${process.env.PORT}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, connection: 'close' },
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (/Max-Age=(0|-\d+)|Expires=Thu, 01 Jan 1970/i.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const text = await response.text()
    return { status: response.status, text, to: response.headers.get('location') }
  }

  /** Opens the page with a form, and sends what was filled in. */
  async submit(page: string, fields: Record<string, string>, action = page) {
    const { text } = await this.open(page)
    const [, token = ''] = /name=['"]_csrf['"] value=['"]([^'"]+)['"]/.exec(text) ?? []
    return this.open(action, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, _csrf: token }),
    })
  }
}
