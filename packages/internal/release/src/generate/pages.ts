import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { settings } from '../../../../tools/cli/src/settings.ts'
import { type Driver, isKind, kinds, readDrivers } from '../drivers.ts'
import { type Block, fillBlocks } from './blocks.ts'
import { backendVariables } from './cli-sources.ts'
import { type Files, ROOT, read } from './files.ts'
import { table } from './table.ts'

/** The READMEs and the pages of the docs whose blocks follow from the drivers. */
export function pages(): Files {
  const drivers = readDrivers()
  const blocks: Readonly<Record<string, Block>> = {
    drivers: (kind) => driversTable(drivers.filter((driver) => driver.kind === kind)),
    driver: (id) => install(drivers, id),
    kinds: () => kindsTable(drivers),
    variables: () => variablesTable({ ...backendVariables(drivers), ...settings }),
  }
  const docs = readdirSync(join(ROOT, 'apps/docs/checks')).filter((name) => name.endsWith('.md'))
  const paths = [
    ...Object.keys(kinds).map((kind) => `packages/checks/${kind}/README.md`),
    'packages/tools/cli/README.md',
    ...docs.map((name) => `apps/docs/checks/${name}`),
  ]
  return new Map(paths.map((path) => [join(ROOT, path), fillBlocks(read(path), blocks)]))
}

/** What a driver accepts, with the versions of its client. */
function acceptedBy({ accepts, client, versions }: Driver): string {
  return accepts.replace('{client}', `${client} \`${versions}\``)
}

function driversTable(drivers: readonly Driver[]): string {
  return table(
    ['driver', 'accepts', 'a run', 'at the timeout'],
    drivers.map((driver) => [
      `\`${driver.factory}\` of \`${driver.module}\``,
      acceptedBy(driver),
      driver.run,
      driver.timeout,
    ]),
  )
}

/** How a driver is installed, and what it accepts. */
function install(drivers: readonly Driver[], id: string): string {
  const driver = drivers.find((one) => one.id === id)
  if (!driver) throw new Error(`no driver ${id} in packages/checks/*/drivers.json`)
  const packages = ['@watchman/core', `@watchman/${driver.kind}`, driver.client].filter(Boolean)
  const code = `\`\`\`sh\nnpm install ${packages.join(' ')}\n\`\`\``
  return `${code}\n\n\`${driver.factory}\` of \`${driver.module}\` accepts ${acceptedBy(driver)}.`
}

/** The kinds of checks and their drivers. */
function kindsTable(drivers: readonly Driver[]): string {
  const rows = Object.entries(kinds).map(([kind, check]) => {
    const own = drivers.filter((driver) => isKind(kind) && driver.kind === kind)
    return [check, own.map(({ title, page }) => `[${title}](./${page})`).join(', ')] as const
  })
  return table(
    ['kind', 'answers to `?check=`', 'drivers'],
    [...rows, ['system', '[CPU, memory, disk](./system)'] as const].map(([check, links]) => [
      `\`${check}\``,
      `\`${check}\`, \`watchman.checks.${check}\``,
      links,
    ]),
  )
}

function variablesTable(variables: Readonly<Record<string, string>>): string {
  return table(
    ['variable', 'what it sets'],
    Object.entries(variables).map(([name, text]) => [`\`${name}\``, text]),
  )
}
