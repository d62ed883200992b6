import { defineConfig } from '@adonisjs/core/http'

export const appUrl = `http://${process.env.HOST}:${process.env.PORT}`

export const http = defineConfig({
  generateRequestId: true,
  allowMethodSpoofing: false,
  useAsyncLocalStorage: false,
  cookie: { path: '/', maxAge: '2h', httpOnly: true, secure: false, sameSite: 'lax' },
})
