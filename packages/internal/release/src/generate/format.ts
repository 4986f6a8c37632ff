import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { ROOT } from './files.ts'

/** Formats TypeScript as `npm run format` does, so that a generated file is not reported as stale after it. */
export async function format(path: string, code: string): Promise<string> {
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome')
  const parameters = [biome, 'format', `--stdin-file-path=${path}`]
  const child = spawn(process.execPath, parameters, { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(code)
  const [formatted, [exitCode]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (exitCode !== 0) throw new Error(`biome cannot format what was generated for ${path}:\n${code}`)
  return formatted
}
