import { readdirSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Answers } from './answers.ts'
import { kinds, type PackageKind } from './kinds.ts'
import { manifestOf } from './manifest.ts'
import { capital, identifierOf } from './names.ts'

/** A file of a new package. */
export interface File {
  /** Its path in the package, with slashes. */
  readonly path: string
  readonly text: string
}

const TEMPLATES = fileURLToPath(new URL('../templates', import.meta.url))

/** The names in the templates: of the package, its client, the main file, and what the package exports. */
const NAMES = /watchman-acme|acme-client|\/acme(?=(?:-handler)?\.ts')|Acme|acme/g

/** Marks a line that is used only with a client package, or only without one. */
const ONLY = / *(?:\/\/|<!--) @(alone|client)(?: -->)?$/

/** The client in the templates. With a client package it is a stand-in, which belongs to the tests. */
const CLIENT_FILES = /^src\/(?=(?:client|send)\.ts$)/

const SUFFIXES = {
  check: 'Check',
  probe: 'Probe',
  database: 'Probe',
  cache: 'Probe',
  storage: 'Probe',
  plugin: 'Plugin',
  adapter: 'Adapter',
} as const

/** Returns all files of the package that the answers describe. */
export function render(answers: Answers): readonly File[] {
  const { templates }: PackageKind = kinds[answers.kind]
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
    path: (variant === 'client' ? path.replace(CLIENT_FILES, 'test/') : path).replace(
      '/acme',
      `/${fileName}`,
    ),
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
      // npm leaves out every .gitignore, and takes any LICENSE for that of the package: the templates have other names.
      const parts = path.slice(folder.length + 1).split(sep)
      const inPackage = parts
        .join('/')
        .replace(/^_mit$/, 'LICENSE')
        .replace(/^_/, '.')
      return { path: inPackage, text: readFileSync(path, 'utf8') }
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Returns the lines of this variant, without the marks. */
function linesFor(variant: 'alone' | 'client', text: string): string {
  return text
    .split('\n')
    .filter((line) => (ONLY.exec(line)?.[1] ?? variant) === variant)
    .map((line) => line.replace(ONLY, ''))
    .join('\n')
}

/** Returns the words that the templates use, so that the new identifier is none of them. */
function wordsOf(files: readonly File[]): ReadonlySet<string> {
  const words = files
    .filter(({ path }) => path.endsWith('.ts'))
    .flatMap(({ text }) => text.match(/\w+/g) ?? [])
  return new Set(words.filter((word) => word !== 'acme'))
}

function fileNameOf(identifier: string): string {
  return identifier.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
