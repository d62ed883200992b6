/** Kinds of relations, by the names of their decorators. */
export type RelationKind =
  | 'hasOne'
  | 'hasMany'
  | 'belongsTo'
  | 'manyToMany'
  | 'hasManyThrough'
  | 'morphTo'
  | 'morphOne'
  | 'morphMany'
  | 'ancestors'
  | 'breadcrumbs'
  | 'descendants'
