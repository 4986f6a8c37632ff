import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@watchman/servers'

/** A registry on the loopback interface, for nothing but our own packages. */
export interface Registry {
  /** Makes a project in which npm finds our packages there, and all others where it always does. */
  readonly project: (folder: string, manifest?: object) => void
  /** Ends it. */
  readonly stop: () => Promise<void>
}

/** Starts a registry that keeps what it has in `folder`. */
export async function startRegistry(folder: string): Promise<Registry> {
  mkdirSync(folder)
  const port = await freePort()
  const config = {
    storage: join(folder, 'storage'),
    uplinks: {}, // it asks nobody
    packages: { '@watchman/*': { access: '$all', publish: '$all' } },
    web: { enable: false },
    log: { type: 'stdout', format: 'json', level: 'warn' },
  }
  writeFileSync(join(folder, 'config.yaml'), JSON.stringify(config))
  const npmrc = [`@watchman:registry=http://127.0.0.1:${port}/`, `//127.0.0.1:${port}/:_authToken=rehearsal`]

  const parameters = ['--config', join(folder, 'config.yaml'), '--listen', `127.0.0.1:${port}`]
  const child = spawn('verdaccio', parameters, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' }, // as root it warns twice
  })
  const ended = once(child, 'close')
  await Promise.race([
    answering(port),
    ended.then(() => Promise.reject(new Error('verdaccio ended at once'))),
  ])
  return {
    project(path, manifest = {}) {
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, 'package.json'), JSON.stringify({ private: true, ...manifest }))
      writeFileSync(join(path, '.npmrc'), `${npmrc.join('\n')}\n`)
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function answering(port: number): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    const response = await fetch(`http://127.0.0.1:${port}/-/ping`).catch(() => undefined)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('verdaccio did not answer within 60 s')
}
