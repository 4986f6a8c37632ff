import { existsSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Driver } from './drivers.ts'
import { ROOT, read } from './generate/files.ts'

/** Returns what a driver lacks beside its entry in the table, each as a sentence that says what to do. */
export function missingForDriver(driver: Driver): readonly string[] {
  return [inPackage, ofClient, inDocs, inCommandLine].flatMap((missing) => missing(driver))
}

function inPackage({ kind, name, factory }: Driver): readonly string[] {
  const folder = `packages/checks/${kind}`
  return [
    ...(textOf(`${folder}/src/${name}.ts`).includes(`export function ${factory}(`)
      ? []
      : [`write ${folder}/src/${name}.ts, which exports the function ${factory}`]),
    ...(existsSync(join(ROOT, folder, 'test', `${name}.test.ts`))
      ? []
      : [`write ${folder}/test/${name}.test.ts`]),
    ...(filesIn(`${folder}/test`).some((file) => isConformanceTest(file, name))
      ? []
      : [`run the cases of probeCases for ${factory} in ${folder}/test/conformance.test.ts`]),
    ...(textOf(`${folder}/README.md`).includes(`<!-- generated: drivers ${kind} -->`)
      ? []
      : [`add the block "generated: drivers ${kind}" to ${folder}/README.md`]),
  ]
}

/** The oldest and the newest version of the client are installed, and both are tested. */
function ofClient({ kind, client, versions = '' }: Driver): readonly string[] {
  if (client === undefined) return []
  const folder = `packages/checks/${kind}`
  const [, lowest, end] = /^>=(\d+\.\d+\.\d+) <(\d+)$/.exec(versions) ?? []
  if (lowest === undefined) return [`write its versions as ">=1.2.3 <5", not "${versions}"`]
  const newest = installedVersion(folder, client)
  const oldest = installedVersion(folder, `${client}-oldest`)
  return [
    ...(newest !== undefined && Number.parseInt(newest, 10) === Number(end) - 1
      ? []
      : [`install ${client} ${Number(end) - 1} in ${folder}, the newest that "${versions}" allows`]),
    ...(oldest === lowest
      ? []
      : [`install ${client}-oldest in ${folder}: "npm:${client}@${lowest}" in pnpm-workspace.yaml`]),
    ...(isImported(`${folder}/test`, `${client}-oldest`) ? [] : [`test ${client}-oldest in ${folder}/test`]),
  ]
}

function inDocs({ id, kind, name, client, backend, page, matrix }: Driver): readonly string[] {
  const names = [name, client, backend].flatMap((one) => (one === undefined ? [] : [one.toLowerCase()]))
  const row = textOf('README.md')
    .split('\n')
    .find((line) => line.startsWith(`| [@watchman/${kind}]`))
  return [
    ...(textOf(`apps/docs/checks/${page}.md`).includes(`<!-- generated: driver ${id} -->`)
      ? []
      : [`write apps/docs/checks/${page}.md with the block "generated: driver ${id}"`]),
    ...(names.some((one) => row?.toLowerCase().includes(one))
      ? []
      : [`name it in the row of @watchman/${kind} in README.md`]),
    ...(client === undefined || matrix !== undefined
      ? []
      : ['add "matrix" to its entry: its section of the fault matrix']),
    ...(matrix === undefined || columnsOf(matrix).some((column) => names.includes(column))
      ? []
      : [`add its column to the section ${matrix} of the fault matrix, in packages/internal/fault-matrix`]),
  ]
}

function inCommandLine({ client, environment, create }: Driver): readonly string[] {
  if (client === undefined || !(environment || create)) return []
  const folder = 'packages/tools/cli'
  return installedVersion(folder, client) === undefined ? [`install ${client} in ${folder}`] : []
}

/** The first words of the columns in a section of the fault matrix, in lower case: `pg`. */
function columnsOf(section: string): readonly string[] {
  const [, text = ''] = textOf('apps/docs/fault-matrix.md').split(`\n## ${section}\n`)
  const head = text.split('\n').find((line) => line.startsWith('| what happens |')) ?? ''
  return head
    .toLowerCase()
    .split(' | ')
    .map((column) => column.replace(/,? .*/, ''))
}

function installedVersion(folder: string, name: string): string | undefined {
  const text = textOf(`${folder}/node_modules/${name}/package.json`)
  const { version }: { readonly version?: string } = text === '' ? {} : JSON.parse(text)
  return version
}

function isConformanceTest(file: string, name: string): boolean {
  return file.includes('conformance') && new RegExp(`\\b${name}(Probe)?\\b`).test(textOf(file))
}

function isImported(folder: string, module: string): boolean {
  return filesIn(folder).some((file) => file.endsWith('.ts') && textOf(file).includes(`'${module}`))
}

/** The paths of the files in a folder, and in those below it. */
function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
}

/** The text of a file; empty where there is none. */
function textOf(path: string): string {
  return existsSync(join(ROOT, path)) ? read(path) : ''
}
