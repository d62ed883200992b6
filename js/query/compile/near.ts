import type { Near } from '../rows.ts'
import { type Document, field, operators } from './record.ts'

/** The condition of a query that is sorted by distance as `find` takes it. */
export function nearFilter({ field: name, center, most, least }: Near): Document {
  const sphere = field('$geometry', center)
  if (least !== undefined) sphere.$minDistance = least
  if (most !== undefined) sphere.$maxDistance = most
  return field(name, field('$nearSphere', sphere))
}

/** The same as the first stage of a pipeline. */
export function nearStage(near: Near, filter: Document, distance: string): Document {
  const stage = operators({
    near: near.center,
    key: near.field,
    distanceField: distance,
    spherical: true,
  })
  if (near.least !== undefined) stage.minDistance = near.least
  if (near.most !== undefined) stage.maxDistance = near.most
  if (Object.keys(filter).length > 0) stage.query = filter
  return field('$geoNear', stage)
}
