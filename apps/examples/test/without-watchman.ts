import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A marked line, and a marked block of them. */
const LINE = /^.* \/\/ watchman\n/gm
const BLOCK = /^ *\/\/ watchman ↓[\s\S]*?^ *\/\/ watchman ↑\n/gm

/** Removes the lines that are marked as those of Watchman. */
function strip(code: string): string {
  return code.replace(BLOCK, '').replace(LINE, '')
}

/** Copies an example without Watchman to a folder where it finds its dependencies; returns that folder. */
export async function withoutWatchman(example: string): Promise<string> {
  const modules = join(example, 'node_modules')
  await mkdir(modules, { recursive: true })
  const copy = await mkdtemp(join(modules, 'without-watchman-'))
  await cp(join(example, 'package.json'), join(copy, 'package.json'))
  const config = { extends: join(example, 'tsconfig.json'), include: ['src'] }
  if (existsSync(config.extends)) await writeFile(join(copy, 'tsconfig.json'), JSON.stringify(config))
  await mkdir(join(copy, 'src'))
  for (const file of await readdir(join(example, 'src'))) {
    const code = await readFile(join(example, 'src', file), 'utf8')
    await writeFile(join(copy, 'src', file), strip(code))
  }
  return copy
}
