import { HealthChecks, MemoryHeapCheck } from '@adonisjs/core/health'
import { MongoCheck } from 'lucent-odm/health'
import db from 'lucent-odm/services/db'

export const healthChecks = new HealthChecks().register([
  new MemoryHeapCheck(),
  new MongoCheck(db).warnWhenSlowerThan(500),
])
