import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { variables } from '../../../packages/tools/cli/src/variables.ts'
import { membersOf } from './members-of.ts'
import { ROOT } from './root.ts'
import { table } from './table.ts'

/** Returns the text that replaces a mark, given its words. */
type Filler = (...words: readonly string[]) => string

const fillers: ReadonlyMap<string, Filler> = new Map<string, Filler>([
  ['options', optionsTable],
  ['members', membersTable],
  ['variables', variablesTable],
  ['benchmarks', benchmarks],
])

const MARK = /^<!-- (\w+)((?: \S+)*) -->$/gm

/**
 * Replaces the marks on a page, such as `<!-- options Policy packages/core -->`, by tables made of the sources.
 *
 * @throws Error for a mark that is unknown, or names an interface that does not exist.
 */
export function fillMarks(text: string): string {
  return text.replace(MARK, (mark, name: string, words: string) => {
    const filler = fillers.get(name)
    if (!filler) throw new Error(`no such mark: ${mark}`)
    return filler(...words.trim().split(' '))
  })
}

/** A table of the options of an interface. */
function optionsTable(name = '', folder = ''): string {
  const rows = membersOf(name, folder).map(({ name, type, text, preset }) => [
    `${code(name)}<br>${code(type)}`,
    text,
    preset,
  ])
  return `<div class="options">\n\n${table(['option', 'what it does', 'default'], rows)}\n\n</div>`
}

/** A table of the functions and other members of an interface. */
function membersTable(name = '', folder = ''): string {
  const rows = membersOf(name, folder).map(({ name, type, isMethod, text }) => [
    code(isMethod ? `${name}${type}` : `${name}: ${type}`),
    text,
  ])
  return table(['member', 'what it is'], rows)
}

/** A table of the environment variables that the command reads. */
function variablesTable(): string {
  return table(
    ['variable', 'what it sets'],
    Object.entries(variables).map(([name, text]) => [code(name), text]),
  )
}

/** The latest results of the benchmarks. */
function benchmarks(): string {
  const folder = join(ROOT, 'apps/benchmarks')
  if (!existsSync(join(folder, 'RESULTS.md'))) return 'They have not been run yet.'
  const text = readFileSync(join(folder, 'RESULTS.md'), 'utf8')
  return text
    .replace(/^# .*\n+/, '')
    .replaceAll('](./', '](../benchmarks/')
    .replace(/\]\((?=[\w-]+\.svg\))/g, '](../benchmarks/')
}

function code(text: string): string {
  return `\`${text}\``
}
