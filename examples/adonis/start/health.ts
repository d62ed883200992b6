import { HealthChecks, MemoryHeapCheck } from '@adonisjs/core/health'
import db from 'lucent-odm/services/db'
import { MongoCheck } from 'lucent-odm/health'

export const healthChecks = new HealthChecks().register([
  new MemoryHeapCheck(),
  new MongoCheck(db).warnWhenSlowerThan(500),
])
