/** `node ace configure`, as far as this package uses it. */

/** What `configure` needs of AdonisJS' codemods. */
export interface Codemods {
  makeUsingStub(root: string, stub: string, state: Record<string, unknown>): Promise<unknown>
  updateRcFile(change: (rcFile: RcFile) => void): Promise<void>
  defineEnvVariables(variables: Record<string, string>): Promise<void>
  defineEnvValidations(validations: {
    leadingComment?: string
    variables: Record<string, string>
  }): Promise<void>
  registerMiddleware(
    stack: 'server' | 'router' | 'named',
    middleware: { name?: string; path: string }[],
  ): Promise<void>
  listPackagesToInstall(packages: { name: string; isDevDependency: boolean }[]): Promise<void>
  /** Not in the first releases of AdonisJS 6. */
  registerJapaPlugin?(
    call: string,
    imports: { isNamed: boolean; module: string; identifier: string }[],
  ): Promise<void>
}

interface RcFile {
  addProvider(file: string): unknown
  addCommand(file: string): unknown
}

/** The command of `node ace configure`, as far as this package uses it. */
export interface ConfigureCommand {
  readonly app: { makePath(...paths: string[]): string }
  readonly logger: {
    info(message: string): void
    warning(message: string): void
    action(message: string): { succeeded(): void }
  }
  readonly prompt: { confirm(question: string, options: { default: boolean }): Promise<boolean> }
  /** What follows the package's name on the command line. */
  readonly parsedFlags?: { readonly [name: string]: unknown }
  createCodemods(): Promise<Codemods>
}
