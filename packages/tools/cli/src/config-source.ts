import type { Kind } from './backends.ts'
import { type Recipe, recipes } from './recipes.ts'

/** The package of each kind of check, and the function that makes it. */
const kinds: Readonly<Record<Kind, { readonly from: string; readonly named: boolean }>> = {
  databases: { from: '@watchman/db', named: true },
  caches: { from: '@watchman/cache', named: true },
  email: { from: '@watchman/email', named: false },
  storage: { from: '@watchman/storage', named: false },
}

/** A configuration file that is to be written. */
export interface ConfigSource {
  readonly text: string
  /** The packages that it imports beside the clients. */
  readonly packages: readonly string[]
}

/** Writes the configuration of a project that has the packages `dependencies`. */
export function configSource(dependencies: ReadonlySet<string>): ConfigSource {
  const used = recipes.filter(({ client }) => dependencies.has(client))
  const checks = Object.entries(kinds).flatMap(([kind, { from, named }]) => {
    const own = used.filter((recipe) => recipe.kind === kind)
    return own.length > 0 ? [{ kind, from, line: checkOf(kind, named, own) }] : []
  })
  const imports = [
    "import type { WatchmanOptions } from '@watchman/core'",
    ...checks.map(({ kind, from }) => `import { ${kind} } from '${from}'`),
    ...used.flatMap(({ kind, driver, imported, client }) => [
      `import { ${driver} } from '${kinds[kind].from}/${driver}'`,
      `import ${imported} from '${client}'`,
    ]),
  ]
  const text = `${imports.join('\n')}

${used.map(({ name, made }) => `const ${name} = ${made}\n`).join('')}
/** Ends what was begun here: called at the end by the command line. */
export const close = () => Promise.all([${used.map(({ closed }) => closed).join(', ')}])

export default {
  checks: [
${checks.map(({ line }) => `    ${line},\n`).join('')}  ],
  tokens: process.env.WATCHMAN_TOKENS, // without any the endpoint is open to all
} satisfies WatchmanOptions
`
  return { text, packages: ['@watchman/core', ...checks.map(({ from }) => from)] }
}

function checkOf(kind: string, named: boolean, own: readonly Recipe[]): string {
  const probes = own.map(({ driver, taken, name }) => `${driver}(${taken ?? name})`)
  if (!named && probes.length === 1) return `${kind}(${probes[0]})`
  const targets = own.map(({ driver }, index) => `${index ? driver : 'default'}: ${probes[index]}`)
  return `${kind}({ ${targets.join(', ')} })`
}
