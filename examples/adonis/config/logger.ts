import { defineConfig } from '@adonisjs/core/logger'
import app from '@adonisjs/core/services/app'
import env from '#start/env'

const loggerConfig = defineConfig({
  default: 'app',
  loggers: {
    app: { enabled: !app.inTest, name: 'lucent-example', level: env.get('LOG_LEVEL') },
  },
})

export default loggerConfig
