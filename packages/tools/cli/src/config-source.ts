import type { CheckKind } from './backend.ts'
import type { ClientTemplate } from './client-template.ts'
import { clientTemplates } from './generated/client-templates.ts'

/** The package of each kind of check, and whether its targets always have names. */
const kinds: Readonly<Record<CheckKind, { readonly from: string; readonly named: boolean }>> = {
  databases: { from: '@watchman/db', named: true },
  caches: { from: '@watchman/cache', named: true },
  email: { from: '@watchman/email', named: false },
  storage: { from: '@watchman/storage', named: false },
}

/** The source of a configuration file. */
export interface ConfigSource {
  readonly text: string
  /** The packages that it imports, apart from the clients. */
  readonly packages: readonly string[]
}

/** Returns the configuration of a project that depends on the packages `dependencies`. */
export function configSource(dependencies: ReadonlySet<string>): ConfigSource {
  const used = clientTemplates.filter(({ client }) => dependencies.has(client))
  const checks = Object.entries(kinds).flatMap(([kind, { from, named }]) => {
    const own = used.filter((template) => template.kind === kind)
    return own.length > 0 ? [{ kind, from, line: checkOf(kind, named, own) }] : []
  })
  const imports = [
    "import type { WatchmanOptions } from '@watchman/core'",
    ...checks.map(({ kind, from }) => `import { ${kind} } from '${from}'`),
    ...used.flatMap(({ kind, driver, importClause, client }) => [
      `import { ${driver}Probe } from '${kinds[kind].from}/${driver}'`,
      `import ${importClause} from '${client}'`,
    ]),
  ]
  const text = `${imports.join('\n')}

${used.map(({ variable, createCode }) => `const ${variable} = ${createCode}\n`).join('')}
/** Closes the clients. The command line calls it at the end. */
export const close = () => Promise.all([${used.map(({ closeCode }) => closeCode).join(', ')}])

export default {
  checks: [
${checks.map(({ line }) => `    ${line},\n`).join('')}  ],
  tokens: process.env.WATCHMAN_TOKENS, // while it is not set, only /bare and /ping answer
} satisfies WatchmanOptions
`
  return { text, packages: ['@watchman/core', ...checks.map(({ from }) => from)] }
}

function checkOf(kind: string, named: boolean, own: readonly ClientTemplate[]): string {
  const probes = own.map(({ driver, driverArguments }) => `${driver}Probe(${driverArguments})`)
  if (!named && probes.length === 1) return `${kind}(${probes[0]})`
  const targets = own.map(({ driver }, index) => `${index ? driver : 'default'}: ${probes[index]}`)
  return `${kind}({ ${targets.join(', ')} })`
}
