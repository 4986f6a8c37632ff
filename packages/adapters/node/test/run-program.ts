import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A program that runs in a process of its own. */
export interface Program {
  /** What it has written so far. */
  readonly output: () => string
  /** Resolves with the rest of its first line that begins with `${name} `. Rejects where the program ends without it. */
  readonly line: (name: string) => Promise<string>
  readonly kill: (signal: NodeJS.Signals) => void
  /** Resolves with the exit code, or the signal that has ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** What each program can use. */
const PRELUDE = `
import http from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { createWatchman } from '@watchman/core'
import { gracefulShutdown, nodeHandler } from './src/index.ts'
const watchman = createWatchman()
const listen = (server) => server.listen(0, '127.0.0.1', () => console.log('port', server.address().port))
`

/** Runs JavaScript in the folder of this package. Its standard input and output are no terminal. */
export function runProgram(code: string): Program {
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const flags = ['--import', loader, '--conditions=@watchman/source', '--input-type=module', '--eval']
  const child = spawn(process.execPath, [...flags, PRELUDE + code], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let written = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      written += text
    })
  }
  const ended = once(child, 'close').then(([exitCode, signal]) => exitCode ?? signal)
  return {
    output: () => written,
    ended,
    kill: (signal) => void child.kill(signal),
    line: (name) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = new RegExp(`^${name} (.*)\n`, 'm').exec(written)?.[1]
          if (found !== undefined) resolve(found)
        }
        child.stdout.on('data', look)
        look()
        void ended.then(() => reject(new Error(`the program has ended without a line ${name}: ${written}`)))
      }),
  }
}
