import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createWatchman, defineProbeCheck } from '@watchman/core'
import { dashboard } from '@watchman/dashboard'
import { kubernetes } from '@watchman/kubernetes'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { allPages } from '../src/pages.ts'
import { ROOT } from '../src/root.ts'
import { parsers } from './parsers.ts'
import { FLAGS } from './run-example.ts'

const pages = allPages()
const blocks = pages.flatMap(({ path, blocks }) => blocks.map((block) => ({ ...block, path })))
const folders = [
  'packages/core',
  ...inFolders('packages/checks', 'packages/adapters', 'packages/plugins', 'packages/tools'),
]

/** What each package of the repository exports. */
const specifiers = folders.flatMap((folder) => {
  const { name, private: isPrivate, exports = {}, bin }: Manifest = readManifest(folder)
  const paths = bin ? ['.', ...Object.keys(exports)] : Object.keys(exports)
  return isPrivate ? [] : paths.map((path) => path.replace(/^\./, name))
})

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly bin?: object
  readonly exports?: object
}

function inFolders(...parents: readonly string[]): readonly string[] {
  return parents.flatMap((parent) => readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`))
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'))
}

function matches(pattern: RegExp, texts: readonly string[]): readonly string[] {
  return [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, match = '']) => match)))]
}

describe('a block', () => {
  test('is of a language that is checked', () => {
    const checked = ['ts', 'json', 'console', ...parsers.keys()]
    expect(
      blocks.filter(({ language }) => !checked.includes(language)).map(({ path, line }) => `${path}:${line}`),
    ).toEqual([])
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(checked))
  })

  test.each([...parsers])('of %s can be read', (language, parse) => {
    for (const { code, path, line } of blocks.filter((block) => block.language === language)) {
      expect(() => parse(code), `${path}:${line}`).not.toThrow()
    }
  })
})

test('every package and path of one that a page names is there', () => {
  const named = matches(
    /(?<![\w/])(@watchman\/[\w-]+(?:\/[\w-]+)?)/g,
    pages.map(({ text }) => text),
  )
  expect(named.length).toBeGreaterThan(30)
  // `npm create @watchman/check` installs this one.
  const known = [...specifiers, '@watchman/check']
  expect(named.filter((name) => !known.includes(name))).toEqual([])
  expect(specifiers).toContain('@watchman/create-check')
})

test('every path of the endpoint that a page names is answered', async () => {
  const kinds = ['databases', 'caches', 'email', 'storage', 'services', 'system']
  const checks = kinds.map((kind) => defineProbeCheck(kind, () => 'fine'))
  const watchman = createWatchman({ checks, plugins: [dashboard(), kubernetes()] })
  const texts = pages.flatMap(({ text }) => text)
  const paths = matches(/(?<=[\s"'`]|:\d+|\.example)(\/watchman\/[\w/?=&-]*)(?=[\s"'`,)}<]|$)/gm, texts)
  expect(paths).toEqual(expect.arrayContaining(['/watchman/ping', '/watchman/bare?check=databases']))
  for (const path of paths) {
    const below = path.replace('/watchman', '')
    const { status } = await watchman.fetch(new Request(`http://localhost${below}`))
    expect([path, status]).toEqual([path, 200])
  }
})

test('every command that a page calls is known, with its options', { timeout: 60_000 }, async () => {
  const calls = blocks.flatMap(({ code }) => [
    ...code
      .replaceAll(/[",[\]]/g, '')
      .matchAll(/(?:npx |\.bin\/|^)watchman-health (check|serve|probe|init)\b([^\n#]*)/gm),
  ])
  expect(new Set(calls.map(([, command]) => command))).toEqual(new Set(['check', 'serve', 'probe']))
  const bin = join(ROOT, 'packages/tools/cli/src/bin.ts')
  for (const command of ['check', 'serve', 'probe']) {
    const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, bin, 'help', command])
    const options = matches(
      / (--?[a-z]+)/g,
      calls.filter(([, name]) => name === command).map(([, , rest = '']) => rest),
    )
    for (const option of options) expect(stdout).toMatch(new RegExp(`(^|\\s)${option}\\b`, 'm'))
  }
})

test('every flag of npm create that a page uses is known', () => {
  const program = readFileSync(join(ROOT, 'packages/tools/create-check/src/program.ts'), 'utf8')
  const calls = matches(
    /npm create @watchman\/check [\w-]+ -- (.*)/g,
    blocks.map(({ code }) => code),
  )
  expect(calls.length).toBeGreaterThan(0)
  for (const flag of matches(/(--\w+)/g, calls)) expect(program).toContain(`${flag} <`)
})

test('everything that is installed for the pages is used by one, or by what builds and tests them', () => {
  const own = ['.vitepress', '.vitepress/theme', 'src', 'test'].flatMap((folder) =>
    readdirSync(join(import.meta.dirname, '..', folder))
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(import.meta.dirname, '..', folder, file), 'utf8')),
  )
  const texts = [...own, ...blocks.map(({ code }) => code)]
  const imported = matches(/(?:from|import) '((?:@[\w-]+\/)?[\w.-]+)/g, texts)
  const installed = matches(/^npm install (.*)$/gm, texts).flatMap((line) => line.split(' '))
  const used = new Set([...imported, ...installed, 'tsx'])
  const typed = (name: string) => name.startsWith('@types/') && used.has(name.slice('@types/'.length))
  const unused = Object.keys(manifest.devDependencies).filter((name) => !used.has(name) && !typed(name))
  expect(unused).toEqual([])
})
