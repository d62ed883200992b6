import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'

/** The files of an application, in a folder that goes with the test that asked for it. */
export interface Project {
  /** With a slash at its end. */
  url: URL
  read(name: string): Promise<string>
  write(name: string, text: string): Promise<void>
  /** Lets its modules import the package. */
  install(): Promise<void>
}

export async function makeProject(files: Record<string, string> = {}): Promise<Project> {
  const folder = await mkdtemp(path.join(await realpath(tmpdir()), 'lucent-adonis-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const project: Project = {
    url: pathToFileURL(`${folder}/`),
    read: (name) => readFile(path.join(folder, name), 'utf8'),
    async write(name, text) {
      const file = path.join(folder, name)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, text)
    },
    async install() {
      const root = fileURLToPath(new URL('../..', import.meta.url))
      await mkdir(path.join(folder, 'node_modules'))
      await symlink(root, path.join(folder, 'node_modules', 'lucent-odm'), 'junction')
    },
  }
  for (const [name, text] of Object.entries(files)) await project.write(name, text)
  return project
}
