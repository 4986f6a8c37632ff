import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type CreateEntry, type Driver, kinds, readDrivers } from '../drivers.ts'
import { type Files, ROOT } from './files.ts'
import { format } from './format.ts'

const CLI = 'packages/tools/cli/src'

const HEAD = '// Generated from packages/checks/*/drivers.json. Do not edit it: run `npm run generate`.\n'

/** Matches where the code that creates a client reads a variable, as a template too: clients differ in their types. */
const READ_VARIABLE = /`\$\{process\.env\.\w+\}`|process\.env\.\w+/g

/** A driver that a variable of the environment names, or that `init` knows. */
type With<Field extends keyof Driver> = Driver & Required<Pick<Driver, Field>>

/** The parts of the command line that follow from the drivers: its variables, its backends, and what `init` writes. */
export async function cliSources(): Promise<Files> {
  const drivers = readDrivers()
  const sources = {
    'backend-variables.ts': backendVariablesSource(drivers),
    'backends.ts': backendsSource(drivers),
    'client-templates.ts': clientTemplatesSource(drivers),
  }
  const files = Object.entries(sources).map(async ([name, code]) => {
    const path = join(ROOT, CLI, 'generated', name)
    return [path, await format(path, HEAD + code)] as const
  })
  return new Map(await Promise.all(files))
}

/** What each variable contains that names a backend. Throws an error for a variable that no driver describes. */
export function backendVariables(drivers: readonly Driver[]): Readonly<Record<string, string>> {
  const variables = byVariable(drivers)
  const texts = [...variables].map(([variable, named]) => {
    const text = named.map(({ environment }) => environment.text).find((one) => one !== undefined)
    if (text === undefined) {
      throw new Error(`the first driver of ${variable} in drivers.json must have environment.text`)
    }
    const schemes = schemesOf(named).map((scheme) => `\`${scheme}:\``)
    const list = [schemes.slice(0, -1).join(', '), ...schemes.slice(-1)].filter((part) => part !== '')
    return [variable, schemes.length > 0 ? `${text}: ${list.join(' or ')}` : text] as const
  })
  return Object.fromEntries(texts)
}

function backendVariablesSource(drivers: readonly Driver[]): string {
  return `
/** The variables that name a backend, and what each sets. */
export const backendVariables = ${JSON.stringify(backendVariables(drivers))} as const
`
}

function backendsSource(drivers: readonly Driver[]): string {
  const named = drivers.filter(hasEnvironment)
  const own = named.filter(hasOwnFile)
  const others = named.filter((driver) => !hasOwnFile(driver))
  const isDefaultImport = ({ create }: Driver) => create !== undefined && !create.import.startsWith('{')
  const typeImports = others
    .filter(isDefaultImport)
    .map(({ create, client }) => `import type ${create?.import} from '${client}'\n`)
  const imports = own.map(({ name }) => `import { ${name}Driver } from '../drivers/${name}.ts'\n`)
  return `
${typeImports.sort().join('')}import type { Backend } from '../backend.ts'
${["import { driver } from '../drivers/driver.ts'\n", ...imports].sort(byModule).join('')}
${others.map(openerOf).join('\n')}
/** The backends that the environment can name, in the order of the response. */
export const backends: readonly Backend[] = [
${[...byVariable(drivers)].map(([variable, group]) => backendOf(variable, group)).join('\n')}
]
`
}

function byModule(a: string, b: string): number {
  const moduleOf = (line: string) => line.slice(line.indexOf(" from '"))
  return moduleOf(a) < moduleOf(b) ? -1 : 1
}

/** The code that opens a backend by its URL, made of the code that a configuration file would have. */
function openerOf(driver: Driver): string {
  const { name, client, module, factory, create } = driver
  if (!create) {
    throw new Error(`${driver.id} has environment, so it must have create or ${CLI}/drivers/${name}.ts`)
  }
  const type = create.import.startsWith('{') ? `typeof import('${client}')` : `typeof ${create.import}`
  const [first, ...statements] = create.code.replace(READ_VARIABLE, 'url').split('\n')
  const quiet = (code: string) => code.replaceAll('console.error', '() => {}') // the next run reports it
  return `
const ${name}Driver = driver<${type}>('${client}', async (${create.import}, url) => {
  const { ${factory} } = await import('${module}')
  ${[`const ${create.variable} = ${first}`, ...statements].map(quiet).join('\n')}
  return { probe: ${factory}(${argumentsOf(create).replace(READ_VARIABLE, 'url')}), close: () => ${create.close} }
})
`
}

function backendOf(variable: string, named: readonly With<'environment'>[]): string {
  const [first] = named
  const schemes = schemesOf(named).map((scheme) => {
    const names = named.filter(({ environment }) => environment.schemes?.includes(scheme))
    return `${JSON.stringify(scheme)}: [${names.map(({ name }) => `${name}Driver`).join(', ')}]`
  })
  const list = `[${named.map(({ name }) => `${name}Driver`).join(', ')}]`
  return `{
    variable: '${variable}',
    kind: '${first && kinds[first.kind]}',
    target: '${first?.environment.target ?? 'default'}',
    drivers: ${schemes.length > 0 ? `{ ${schemes.join(', ')} }` : list},
  },`
}

function clientTemplatesSource(drivers: readonly Driver[]): string {
  const templates = drivers.filter(hasCreate).map(({ client, kind, name, create }) => ({
    client,
    kind: kinds[kind],
    driver: name,
    importClause: create.import,
    variable: create.variable,
    createCode: create.code,
    driverArguments: argumentsOf(create),
    closeCode: create.close,
  }))
  return `
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the code of a configuration file is text here
import type { ClientTemplate } from '../client-template.ts'

/** The clients that \`init\` knows, in the order of the response. */
export const clientTemplates: readonly ClientTemplate[] = ${JSON.stringify(templates)}
`
}

function argumentsOf(create: CreateEntry): string {
  return create.arguments ?? create.variable
}

/** The drivers of each variable, in the order of the tables. */
function byVariable(drivers: readonly Driver[]): ReadonlyMap<string, readonly With<'environment'>[]> {
  const variables = new Map<string, readonly With<'environment'>[]>()
  for (const driver of drivers.filter(hasEnvironment)) {
    const { variable } = driver.environment
    variables.set(variable, [...(variables.get(variable) ?? []), driver])
  }
  return variables
}

function schemesOf(named: readonly With<'environment'>[]): readonly string[] {
  return [...new Set(named.flatMap(({ environment }) => environment.schemes ?? []))]
}

function hasEnvironment(driver: Driver): driver is With<'environment'> {
  return driver.environment !== undefined
}

function hasCreate(driver: Driver): driver is With<'create'> {
  return driver.create !== undefined
}

/** Whether the command line has a file for the client, which needs more than a URL. */
function hasOwnFile({ name }: Driver): boolean {
  return existsSync(join(ROOT, CLI, 'drivers', `${name}.ts`))
}
