import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answers } from './answers.ts'
import { type Kind, kinds } from './kinds.ts'
import { manifestOf } from './manifest.ts'
import { capital, identifierOf } from './names.ts'

/** A file of a new package. */
export interface File {
  /** Its path in the package, with slashes. */
  readonly path: string
  readonly text: string
}

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url))

/** What the templates call the package, its client, the file with the thing in it, and the thing. */
const NAMES = /watchman-acme|acme-client|\/acme(?=(?:-handler)?\.ts')|Acme|acme/g

/** The end of a line which stands only in a package with a client package, or only in one without. */
const ONLY = / *(?:\/\/|<!--) @(alone|client)(?: -->)?$/

/** Of what speaks to the backend: with a client package that is a stand-in, and so a part of the tests. */
const SPOKEN = /^src\/(?=(?:client|send)\.ts$)/

const SUFFIXES = {
  check: 'Check',
  probe: 'Probe',
  database: 'Probe',
  cache: 'Probe',
  storage: 'Probe',
  view: 'View',
  adapter: 'Adapter',
} as const

/** All files of the package that the answers describe. */
export function render(answers: Answers): readonly File[] {
  const { templates }: Kind = kinds[answers.kind]
  const files = templates.flatMap((template) => filesBelow(join(TEMPLATES, template)))
  const identifier = identifierOf(answers.name, SUFFIXES[answers.kind], wordsOf(files))
  const fileName = fileNameOf(identifier)
  const names = new Map([
    ['watchman-acme', answers.name],
    ['acme-client', answers.client?.name ?? ''],
    ['/acme', `/${fileName}`],
    ['Acme', capital(identifier)],
    ['acme', identifier],
  ])
  const variant = answers.client ? 'client' : 'alone'
  const rendered = files.map(({ path, text }) => ({
    path: (variant === 'client' ? path.replace(SPOKEN, 'test/') : path).replace('/acme', `/${fileName}`),
    text: linesFor(variant, text)
      .replaceAll('../src/client.ts', variant === 'client' ? './client.ts' : '../src/client.ts')
      .replace('2000 the authors', `${new Date().getFullYear()} the authors`)
      .replace(NAMES, (name) => names.get(name) ?? name),
  }))
  return [{ path: 'package.json', text: manifestOf(answers) }, ...rendered]
}

function filesBelow(folder: string): readonly File[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name)
      // Packers leave out a .gitignore, and take any license for that of the package: until written they have other names.
      const parts = path.slice(folder.length + 1).split(sep)
      const inPackage = parts
        .join('/')
        .replace(/^_mit$/, 'LICENSE')
        .replace(/^_/, '.')
      return { path: inPackage, text: readFileSync(path, 'utf8') }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The lines that stand in this variant, without the marks. */
function linesFor(variant: 'alone' | 'client', text: string): string {
  return text
    .split('\n')
    .filter((line) => (ONLY.exec(line)?.[1] ?? variant) === variant)
    .map((line) => line.replace(ONLY, ''))
    .join('\n')
}

/** The words that the templates use, so that the new thing is called by none of them. */
function wordsOf(files: readonly File[]): ReadonlySet<string> {
  const words = files
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap(({ text }) => text.match(/\w+/g) ?? [])
  return new Set(words.filter((word) => word !== 'acme'))
}

function fileNameOf(identifier: string): string {
  return identifier.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
