import { defineConfig } from 'lucent-odm'
import type {} from 'lucent-odm/lucid_names'

const mongodbConfig = defineConfig({
  connection: 'main',
  connections: {
    main: { url: process.env.MONGODB_URL ?? '', database: process.env.MONGODB_DATABASE ?? '' },
  },
})

export default mongodbConfig
