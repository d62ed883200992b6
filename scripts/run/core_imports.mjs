// Which files of the core use which others, read from the paths that they write.

/** @typedef {Readonly<Record<string, string>>} Sources Texts of files by path. */

/** Rust without comments and texts. @param {string} text */
export function codeOf(text) {
  return text.replace(/\/\/.*$|"(?:[^"\\]|\\.)*"/gm, '')
}

/** A file's module, as the names on the way to it. @param {string} path */
function moduleOf(path) {
  return path
    .replace(/^src\//, '')
    .replace(/(^|\/)(mod|lib)\.rs$|\.rs$/, '')
    .split('/')
    .filter((name) => name !== '')
}

/**
 * The paths of a `use`, each by itself: `a::{b, c::d}` is `a::b` and `a::c::d`.
 *
 * @param {string} tree
 * @returns {string[]}
 */
function branchesOf(tree) {
  const open = tree.indexOf('{')
  if (open < 0) return [tree.replace(/\s+as\s+\w+/, '').trim()]
  const head = tree.slice(0, open).trim()
  /** @type {string[]} */
  const parts = []
  let depth = 0
  let part = ''
  for (const letter of tree.slice(open + 1, tree.lastIndexOf('}'))) {
    if (letter === '{') depth++
    if (letter === '}') depth--
    if (letter === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += letter
  }
  parts.push(part)
  return parts
    .filter((one) => one.trim() !== '')
    .flatMap(branchesOf)
    .map((one) => head + one)
}

/**
 * The files of the core that each of them uses. A name that a `mod.rs` hands on is that of the file
 * which has it. Tests may look at everything, so they are left out.
 *
 * @param {Sources} sources
 * @returns {Map<string, string[]>}
 */
export function coreImportsOf(sources) {
  /** @type {Map<string, string>} */
  const files = new Map()
  for (const path of Object.keys(sources)) {
    const isTest = /(^|\/)(tests|vectors|properties|fuzzing)(\.rs|\/)/.test(path)
    if (path.startsWith('src/') && !isTest) files.set(moduleOf(path).join('::'), path)
  }
  /** The code of each file without its own tests. @type {Map<string, string>} */
  const codes = new Map()
  for (const path of files.values()) {
    codes.set(
      path,
      codeOf(sources[path] ?? '').replace(/#\[cfg\(test\)\]\s*mod \w+ \{[\s\S]*$/, ''),
    )
  }
  /**
   * @param {readonly string[]} module where the path is written
   * @param {string} written
   */
  const absolute = (module, written) => {
    const names = written.split('::')
    let at = [...module]
    while (names.length > 0) {
      const [name] = names
      if (name === 'crate') at = []
      else if (name === 'super') at = at.slice(0, -1)
      else if (name !== 'self') break
      names.shift()
    }
    return [...at, ...names]
  }
  /**
   * The file that has the name.
   *
   * @param {readonly string[]} names
   * @returns {string | undefined}
   */
  const fileOf = (names) => {
    let known = names.length
    while (known > 0 && !files.has(names.slice(0, known).join('::'))) known--
    const module = names.slice(0, known)
    const path = files.get(module.join('::'))
    const [name] = names.slice(known)
    if (path === undefined || name === undefined) return path
    for (const [, tree = ''] of (codes.get(path) ?? '').matchAll(
      /\bpub(?:\([^)]*\))? use ([^;]+);/g,
    )) {
      for (const branch of branchesOf(tree)) {
        if (branch.split('::').at(-1) !== name) continue
        const first = branch.split('::')[0] ?? ''
        const rooted = ['crate', 'super', 'self'].includes(first) ? branch : `self::${branch}`
        const found = fileOf(absolute(module, rooted))
        if (found !== path) return found
      }
    }
    return path
  }
  /** @type {Map<string, string[]>} */
  const graph = new Map()
  for (const [name, path] of files) {
    const module = name === '' ? [] : name.split('::')
    // What a file hands on is no use of its own.
    const code = (codes.get(path) ?? '').replace(/\bpub(?:\([^)]*\))? use [^;]+;/g, '')
    /** @type {Set<string>} */
    const used = new Set()
    /** @param {string} written */
    const add = (written) => {
      const found = fileOf(absolute(module, written))
      if (found !== undefined && found !== path) used.add(found)
    }
    for (const [, tree = ''] of code.matchAll(/\buse ((?:crate|super|self)\b[^;]+);/g)) {
      for (const branch of branchesOf(tree)) add(branch.replace(/::\*$/, ''))
    }
    const rest = code.replace(/\buse [^;]+;/g, '')
    for (const [written] of rest.matchAll(/\b(?:crate|super|self)(?:::\w+)+/g)) add(written)
    graph.set(path, [...used])
  }
  return graph
}
