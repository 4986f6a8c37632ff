import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CHECKS = fileURLToPath(new URL('../../../checks', import.meta.url))

/** The check of each package below `packages/checks` that has drivers. */
export const kinds = {
  db: 'databases',
  cache: 'caches',
  email: 'email',
  storage: 'storage',
  http: 'services',
} as const

/** A folder of `packages/checks` that has drivers. */
export type Kind = keyof typeof kinds

/** A driver as `packages/checks/<kind>/drivers.json` describes it. Texts are Markdown. */
interface DriverEntry {
  /** What it asks, as the sidebar of the docs says it: `PostgreSQL`. */
  readonly backend: string
  /** The npm package of the client, and the versions of it that are tested. A driver without a client has neither. */
  readonly client?: string
  readonly versions?: string
  /** `.` where the package exports it beside the check. @default its own subpath */
  readonly entry?: '.'
  /** What its factory accepts. `{client}` stands for the client and its versions. */
  readonly accepts: string
  /** What one run does. */
  readonly run: string
  /** What happens when the run times out. */
  readonly timeout: string
  /** Its page in `apps/docs/checks`. @default the name of the driver */
  readonly page?: string
  /** The section of `apps/docs/fault-matrix.md` that has its column. */
  readonly matrix?: string
  /** How an environment variable of the command line names such a backend. */
  readonly environment?: EnvironmentEntry
  /** The code that creates a client, in the configuration that `watchman-health init` writes, and in the command line. */
  readonly create?: CreateEntry
}

/** An environment variable that names a backend. The first driver of a variable has `text` and `target`. */
interface EnvironmentEntry {
  readonly variable: string
  /** The schemes of its URLs. Without any, each value fits. */
  readonly schemes?: readonly string[]
  /** The name of the target. @default 'default' */
  readonly target?: string
  /** What the variable contains. */
  readonly text?: string
}

/** The code that creates and closes a client. It is used where the URL is read from `process.env`. */
export interface CreateEntry {
  /** What is imported from the client: `{ Pool }`. */
  readonly import: string
  /** The variable that holds the client. */
  readonly variable: string
  /** The value of that variable; further statements follow in lines of their own. */
  readonly code: string
  /** What the factory is called with. @default the variable */
  readonly arguments?: string
  readonly close: string
}

/** A driver, with its names. */
export interface Driver extends DriverEntry {
  readonly kind: Kind
  /** The name of its file, of its subpath and of its entry: `pg`. */
  readonly name: string
  /** Both of them: `db/pg`. */
  readonly id: string
  /** The module that exports it: `@watchman/db/pg`. */
  readonly module: string
  /** The function that makes its probe: `pgProbe`. */
  readonly factory: string
  readonly page: string
  /** Its title in the docs: the backend, with the client where several drivers ask the same. */
  readonly title: string
}

const required = ['backend', 'accepts', 'run', 'timeout']
const optional = ['client', 'versions', 'entry', 'page', 'matrix']

/** Returns the drivers of all checks, or of one, in the order of their tables. Throws an error that names what is wrong. */
export function readDrivers(only?: Kind): readonly Driver[] {
  return Object.keys(kinds)
    .filter(isKind)
    .filter((kind) => only === undefined || kind === only)
    .flatMap((kind) => {
      const file = `packages/checks/${kind}/drivers.json`
      const table: unknown = JSON.parse(readFileSync(join(CHECKS, kind, 'drivers.json'), 'utf8'))
      return parseDrivers(kind, table, file)
    })
}

/** Returns the drivers of a table. Throws an error that names the file, the driver and the field that is wrong. */
export function parseDrivers(kind: Kind, table: unknown, file: string): readonly Driver[] {
  if (!isRecord(table)) throw new Error(`${file} must be an object whose keys are drivers`)
  const entries = Object.entries(table).map(([name, entry]) => {
    assertEntry(entry, `${file}, ${name}`)
    return { page: name, ...entry, name }
  })
  return entries.map((entry) => {
    const { name, backend, client } = entry
    const isOnly = entries.every((other) => other === entry || other.backend !== backend)
    const title = isOnly || client === undefined ? backend : `${backend} with ${client}`
    const module = entry.entry === '.' ? `@watchman/${kind}` : `@watchman/${kind}/${name}`
    return { ...entry, kind, id: `${kind}/${name}`, module, factory: `${name}Probe`, title }
  })
}

/** Whether `text` is a folder of `packages/checks` that has drivers. */
export function isKind(text: string): text is Kind {
  return Object.hasOwn(kinds, text)
}

function assertEntry(entry: unknown, where: string): asserts entry is DriverEntry {
  assertFields(entry, where, { required, optional, others: ['environment', 'create'] })
  const { client, versions, accepts, environment, create } = entry
  if ((client === undefined) !== (versions === undefined)) {
    throw new Error(`${where} must have both client and versions, or neither`)
  }
  if (client !== undefined && !`${accepts}`.includes('{client}')) {
    throw new Error(`${where}: accepts must contain {client}`)
  }
  if (environment !== undefined) {
    const place = `${where}: environment`
    assertFields(environment, place, {
      required: ['variable'],
      optional: ['target', 'text'],
      others: ['schemes'],
    })
    const { schemes = [] } = environment
    const isList = Array.isArray(schemes) && schemes.every((scheme) => typeof scheme === 'string')
    if (!isList) throw new Error(`${place}.schemes must be an array of strings`)
  }
  if (create !== undefined) {
    const fields = ['import', 'variable', 'code', 'close']
    assertFields(create, `${where}: create`, { required: fields, optional: ['arguments'], others: [] })
    if (client === undefined) throw new Error(`${where} has create, so it must have client and versions`)
  }
}

interface Fields {
  readonly required: readonly string[]
  readonly optional: readonly string[]
  /** Those that are not strings. */
  readonly others: readonly string[]
}

function assertFields(
  value: unknown,
  where: string,
  { required, optional, others }: Fields,
): asserts value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`${where} must be an object`)
  const texts = [...required, ...optional]
  const known = [...texts, ...others]
  const missing = required.find((field) => !Object.hasOwn(value, field))
  if (missing !== undefined) throw new Error(`${where} must have the field ${missing}`)
  const unknown = Object.keys(value).find((field) => !known.includes(field))
  if (unknown !== undefined) {
    throw new Error(`${where} has the unknown field ${unknown}: its fields are ${known.join(', ')}`)
  }
  const wrong = texts.find((field) => Object.hasOwn(value, field) && !isText(value[field]))
  if (wrong !== undefined) throw new Error(`${where}.${wrong} must be a non-empty string`)
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
