import { Secret } from '@adonisjs/core/helpers'
import { defineConfig } from '@adonisjs/core/http'

export const appKey = new Secret('only-for-the-tests-of-these-kits')

export const http = defineConfig({
  generateRequestId: true,
  allowMethodSpoofing: false,
  useAsyncLocalStorage: false,
  cookie: { path: '/', maxAge: '2h', httpOnly: true, secure: false, sameSite: 'lax' },
})
