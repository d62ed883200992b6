/**
 * The code of a Markdown document, as modules that can be compiled and run.
 *
 * The `ts` blocks under one `##` heading make one module, in their order; what several of them import
 * is imported once. What a reader need not see stands in comments, and is put in where it stands:
 *
 * - `<!-- setup: … -->`: a part of the module of its heading;
 * - `<!-- every module: … -->`: the beginning of all modules of the document;
 * - `<!-- file: app/models/user.ts … -->`: a file of the application that the document speaks of; with
 *   the path alone, the block that follows is that file. Such files are compiled, and not run.
 *
 * A comment on the line of a `console.log(…)`, or on the lines after it, is what it has to print.
 */
export interface CodeModule {
  readonly heading: string
  readonly source: string
  /** What the module's code prints, line by line. */
  readonly prints: readonly string[]
}

/** A file of an application. */
export interface CodeFile {
  readonly path: string
  readonly source: string
}

const PIECE =
  /^## (?<heading>.+)$|^<!-- every module:\n(?<every>[\s\S]*?)^-->$|^<!-- setup:\n(?<setup>[\s\S]*?)^-->$|^<!-- file: (?<path>\S+?)(?:\n(?<text>[\s\S]*?)^| )-->$|^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm

/** Modules of a document, by heading. */
export function modulesOf(markdown: string): CodeModule[] {
  const modules: { heading: string; parts: string[]; shown: string[] }[] = []
  const everywhere: string[] = []
  let ofFile = false
  for (const { groups = {} } of markdown.matchAll(PIECE)) {
    const { heading, every, setup, path, text, language, code } = groups
    if (every !== undefined) everywhere.push(every)
    if (path !== undefined && text === undefined) ofFile = true
    if (heading !== undefined) modules.push({ heading, parts: [], shown: [] })
    const module = modules.at(-1)
    if (setup !== undefined) module?.parts.push(setup)
    if (language === 'ts' && code !== undefined) {
      if (!ofFile) {
        module?.parts.push(code)
        module?.shown.push(code)
      }
      ofFile = false
    }
  }
  return modules
    .filter(({ shown }) => shown.length > 0)
    .map(({ heading, parts, shown }) => ({
      heading,
      // A module even where the block imports nothing.
      source: `${importedOnce([...everywhere, ...parts].join('\n'))}\nexport {}\n`,
      prints: shown.flatMap(printed),
    }))
}

/** Files of the application that a document speaks of. */
export function filesOf(markdown: string): CodeFile[] {
  const files: CodeFile[] = []
  let awaited: string | undefined
  for (const { groups = {} } of markdown.matchAll(PIECE)) {
    const { path, text, language, code } = groups
    if (path !== undefined && text !== undefined) files.push({ path, source: text })
    else if (path !== undefined) awaited = path
    if (language === 'ts' && code !== undefined && awaited !== undefined) {
      files.push({ path: awaited, source: code })
      awaited = undefined
    }
  }
  return files
}

/** Every name is imported once, at the top. */
function importedOnce(source: string): string {
  const names = new Map<string, Map<string, boolean>>()
  const rest = source.replace(
    /^import (type )?\{([^}]*)\} from '([^']+)'$/gm,
    (_all, type: string | undefined, list: string, from: string) => {
      const known = names.get(from) ?? new Map<string, boolean>()
      names.set(from, known)
      for (const name of list.split(',').map((one) => one.trim())) {
        const bare = name.replace(/^type /, '')
        const isType = type !== undefined || bare !== name
        if (bare !== '') known.set(bare, isType && (known.get(bare) ?? true))
      }
      return ''
    },
  )
  const imports = [...names].map(([from, known]) => {
    const list = [...known].map(([name, isType]) => (isType ? `type ${name}` : name))
    return `import { ${list.join(', ')} } from '${from}'`
  })
  return [...imports, rest].join('\n')
}

function printed(code: string): string[] {
  const lines = code.split('\n')
  return lines.flatMap((line, at) => {
    if (!/^\s*console\.log\(/.test(line)) return []
    const beside = /\)\s*\/\/ (.*)$/.exec(line)?.[1]
    if (beside !== undefined) return [beside]
    const below = []
    for (let next = at + 1; /^\s*\/\/ /.test(lines[next] ?? ''); next++) {
      below.push((lines[next] ?? '').replace(/^\s*\/\/ /, ''))
    }
    return below
  })
}

/** Commands of a document's `sh` blocks, without their comments. */
export function commandsIn(markdown: string): string[] {
  return [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .flatMap(([, code = '']) => code.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '')
}
