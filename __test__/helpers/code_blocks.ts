/**
 * The code of a Markdown document, as modules that can be compiled and run.
 *
 * The `ts` blocks under one `##` heading make one module, in their order. What a reader need not see
 * stands in comments, `<!-- setup: … -->`, and is put in where it stands. A comment on the line of a
 * `console.log(…)`, or on the lines after it, is what it has to print.
 */
export interface CodeModule {
  readonly heading: string
  readonly source: string
  /** What the module's code prints, line by line. */
  readonly prints: readonly string[]
}

const PIECE =
  /^## (?<heading>.+)$|^<!-- setup:\n(?<setup>[\s\S]*?)^-->$|^```(?<language>\w+)\n(?<code>[\s\S]*?)^```$/gm

/** Modules of a document, by heading. */
export function modulesOf(markdown: string): CodeModule[] {
  const modules: { heading: string; parts: string[]; shown: string[] }[] = []
  for (const { groups = {} } of markdown.matchAll(PIECE)) {
    const { heading, setup, language, code } = groups
    if (heading !== undefined) modules.push({ heading, parts: [], shown: [] })
    const module = modules.at(-1)
    if (module === undefined) continue
    if (setup !== undefined) module.parts.push(setup)
    if (language === 'ts' && code !== undefined) {
      module.parts.push(code)
      module.shown.push(code)
    }
  }
  return modules
    .filter(({ shown }) => shown.length > 0)
    .map(({ heading, parts, shown }) => ({
      heading,
      // A module even where the block imports nothing.
      source: `${parts.join('\n')}\nexport {}\n`,
      prints: shown.flatMap(printed),
    }))
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
