/** Which client is whose. */
import type { Model } from '../contracts/index.ts'
import type { RelationKind } from '../contracts/relation_kind.ts'
import { absorb } from '../instance/attributes.ts'
import { BelongsToClient, OwnedClient, RelationClient } from './client.ts'
import { ManyToManyClient } from './many_to_many.ts'
import { MorphToClient } from './morph_to_client.ts'
import { type Relation, relationOf } from './relation.ts'

const CLIENTS: Readonly<
  Record<RelationKind, new (relation: Relation, parent: Model) => RelationClient>
> = {
  hasOne: OwnedClient,
  hasMany: OwnedClient,
  belongsTo: BelongsToClient,
  manyToMany: ManyToManyClient,
  hasManyThrough: RelationClient,
  morphTo: MorphToClient,
  morphOne: OwnedClient,
  morphMany: OwnedClient,
  ancestors: RelationClient,
  breadcrumbs: RelationClient,
  descendants: RelationClient,
}

/** The client of a relation. Errors: `E_UNDEFINED_RELATIONSHIP`, `E_MODEL_DEFINITION`. */
export function clientOf(parent: Model, name: unknown): RelationClient {
  const relation = relationOf(absorb(parent), name, 'related')
  return new CLIENTS[relation.type](relation, parent)
}
