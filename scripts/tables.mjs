// Tables of methods and functions in Markdown, from which source files are written.

/** @typedef {{ title: string, code: string[], text: string[] }} Section */

/**
 * The sections of a table: a heading with the code block and the text under it. Those of the third
 * level belong to the one of the second level before them.
 *
 * @param {string} table
 */
export function sectionsOf(table) {
  /** @type {(Section & { level: number })[]} */
  const sections = []
  let inCode = false
  for (const line of table.split('\n')) {
    const [, hashes = '', title = ''] = (!inCode && line.match(/^(#+) (.*)$/)) || []
    const section = sections.at(-1)
    if (title !== '') sections.push({ level: hashes.length, title, code: [], text: [] })
    else if (line.startsWith('```')) inCode = !inCode
    else if (inCode) section?.code.push(line)
    else section?.text.push(line)
  }
  return sections
}

/** @param {string[]} lines */
export function trimmed(lines) {
  return lines.join('\n').trim().split('\n')
}

/**
 * @param {string[]} lines
 * @param {string} indent
 */
export function comment(lines, indent) {
  const [first = ''] = lines
  if (lines.length === 1 && `${indent}/** ${first} */`.length <= 100) {
    return [`${indent}/** ${first} */`]
  }
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`]
}
