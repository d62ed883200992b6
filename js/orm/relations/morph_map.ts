/** Names by which documents refer to models. */
import { errors } from '../../errors/index.ts'
import type { ModelClass, MorphMap } from '../contracts/index.ts'
import type { RelationContract } from '../contracts/relation.ts'

type Named = Pick<RelationContract, 'model' | 'relationName'>

/** The map of the model whose documents refer to others. Errors: `E_UNKNOWN_MORPH_TYPE`. */
export function morphMapOf(of: ModelClass, relation: Named): MorphMap {
  const map = of.morphMap ?? {}
  if (Object.keys(map).length > 0) return map
  throw refused(relation, `${of.name} has no morph map; set ${hint('name', 'Model')}`)
}

/**
 * What documents of `of` call a model, or the one that it extends; by default the one that has the
 * relation. Errors: `E_UNKNOWN_MORPH_TYPE`.
 */
export function morphName(of: ModelClass, relation: Named, named = relation.model): string {
  const names = Object.entries(morphMapOf(of, relation))
  for (let model: unknown = named; typeof model === 'function'; ) {
    const found = names.find(([, lazy]) => lazy() === model)
    if (found !== undefined) return found[0]
    model = Object.getPrototypeOf(model)
  }
  const { name } = named
  const why = `the morph map of ${of.name} has no name for ${name}; add it: ${hint(name.toLowerCase(), name)}`
  throw refused(relation, why)
}

/** What is said of a name in a document that the map does not have. */
export function otherwise(relation: Named, column: string, map: MorphMap): string {
  const { model, relationName } = relation
  return (
    `${model.name}.${relationName}: the "${column}" of a row is no name of the morph map, which has: ` +
    `${Object.keys(map).join(', ')}; add the missing one: ${hint('name', 'Model')}`
  )
}

function refused(relation: Named, why: string): Error {
  return unknownType(relation, `${relation.model.name}.${relation.relationName}: ${why}`)
}

export function unknownType({ model, relationName }: Named, message: string): Error {
  return new errors.E_UNKNOWN_MORPH_TYPE(message, { model: model.name, column: relationName })
}

function hint(name: string, model: string): string {
  return `BaseModel.morphMap = { ${name}: () => ${model} }`
}
