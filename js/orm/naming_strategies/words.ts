const IRREGULAR: Record<string, string> = {
  person: 'people',
  child: 'children',
  man: 'men',
  woman: 'women',
  mouse: 'mice',
  goose: 'geese',
  foot: 'feet',
  tooth: 'teeth',
  datum: 'data',
  medium: 'media',
  criterion: 'criteria',
}

const UNCOUNTABLE = new Set([
  'data',
  'equipment',
  'fish',
  'information',
  'media',
  'metadata',
  'money',
  'news',
  'series',
  'sheep',
  'species',
  'staff',
])

/** `firstName`, `FirstName`, `HTTPServer2` → `first_name`, `first_name`, `http_server2`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
}

/** `User_id`, `blog_post_id` → `userId`, `blogPostId`. */
export function camelCase(name: string): string {
  return snakeCase(name).replace(/(?!^)_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

/** The plural of a snake_case name; only its last word changes. */
export function pluralize(name: string): string {
  const at = name.lastIndexOf('_') + 1
  return name.slice(0, at) + pluralWord(name.slice(at))
}

function pluralWord(word: string): string {
  if (UNCOUNTABLE.has(word)) return word
  const irregular = Object.hasOwn(IRREGULAR, word) ? IRREGULAR[word] : undefined
  if (irregular !== undefined) return irregular
  if (/(us|ss|sh|ch|x|z)$/.test(word)) return `${word}es`
  if (/s$/.test(word)) return word
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`
  if (/(?:[^f]fe|[lr]f)$/.test(word)) return `${word.replace(/fe?$/, '')}ves`
  return `${word}s`
}
