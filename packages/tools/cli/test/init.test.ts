import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { clientTemplates } from '../src/generated/client-templates.ts'
import { commandOf, folderWith, launch, watchman } from './watchman.ts'

const project = (...packages: readonly string[]) => ({
  'package.json': JSON.stringify({ dependencies: Object.fromEntries(packages.map((name) => [name, '*'])) }),
})

const read = (folder: string) => readFile(join(folder, 'watchman.config.ts'), 'utf8')

describe('init', () => {
  test('writes a configuration for the clients that the project depends on', async () => {
    const folder = await folderWith(project('pg', 'ioredis', 'nodemailer', 'express', 'left-pad'))
    const { code, stdout, stderr } = await watchman(['init', '--yes'], { folder })
    expect([code, stderr]).toEqual([0, ''])
    const text = await read(folder)
    expect(text).toBe(`import type { WatchmanOptions } from '@watchman/core'
import { databases } from '@watchman/db'
import { caches } from '@watchman/cache'
import { email } from '@watchman/email'
import { pgProbe } from '@watchman/db/pg'
import { Pool } from 'pg'
import { ioredisProbe } from '@watchman/cache/ioredis'
import { Redis } from 'ioredis'
import { nodemailerProbe } from '@watchman/email/nodemailer'
import { createTransport } from 'nodemailer'

const pool = new Pool({ connectionString: process.env.DATABASE_URL }).on('error', console.error)
const ioRedis = new Redis(\`\${process.env.REDIS_URL}\`).on('error', console.error)
const transporter = createTransport(process.env.SMTP_URL)

/** Closes the clients. The command line calls it at the end. */
export const close = () => Promise.all([pool.end(), ioRedis.disconnect(), transporter.close()])

export default {
  checks: [
    databases({ default: pgProbe(pool) }),
    caches({ default: ioredisProbe(ioRedis) }),
    email(nodemailerProbe(transporter)),
  ],
  tokens: process.env.WATCHMAN_TOKENS, // while it is not set, only /bare and /ping answer
} satisfies WatchmanOptions
`)
    expect(stdout).toBe(`${text}
Wrote watchman.config.ts.
Install its imports:  npm install @watchman/core @watchman/db @watchman/cache @watchman/email
Run it:  npx watchman-health check -v
Mount it in your app:  npm install @watchman/express
  app.use('/watchman', expressHandler(createWatchman(config)))
`)
  })

  test('writes a configuration that TypeScript accepts, with every client that it knows', {
    timeout: 120_000,
  }, async () => {
    const base = new URL('../../../../tsconfig.base.json', import.meta.url).pathname
    const folder = await folderWith({
      ...project(...clientTemplates.map(({ client }) => client)),
      'tsconfig.json': JSON.stringify({ extends: base, include: ['watchman.config.ts'] }),
    })
    expect(await watchman(['init', '--yes'], { folder })).toMatchObject({ code: 0 })
    const tsc = createRequire(base).resolve('typescript/bin/tsc')
    const { stdout, status } = spawnSync(process.execPath, [tsc], { cwd: folder, encoding: 'utf8' })
    expect([status, stdout]).toEqual([0, ''])
  })

  test.each(['watchman.config.ts', 'watchman.config.json'])('overwrites nothing: %s', async (file) => {
    const folder = await folderWith({ ...project('pg'), [file]: '{}' })
    expect(await watchman(['init', '--yes'], { folder })).toEqual({
      code: 1,
      stdout: '',
      stderr: `watchman-health: ${file} already exists: nothing was written\n`,
    })
    expect(await readFile(join(folder, file), 'utf8')).toBe('{}')
  })

  test('says what is missing', async () => {
    const without = await folderWith(project('left-pad'))
    expect(await watchman(['init', '--yes'], { folder: without })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        'the project depends on none of the known clients: pg, postgres, mysql2, ',
      ),
    })
    const broken = await folderWith({ 'package.json': '{' })
    expect(await watchman(['init', '--yes'], { folder: broken })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('watchman-health: package.json cannot be read: '),
    })
    expect(await watchman(['init', '--yes'], { folder: '/' })).toMatchObject({
      code: 1,
      stderr: 'watchman-health: there is no package.json here or in a folder above: run this in a project\n',
    })
  })

  test('shows what it would write where there is no terminal to ask on', async () => {
    const folder = await folderWith(project('pg'))
    expect(await watchman(['init'], { folder })).toEqual({
      code: 2,
      stdout: expect.stringContaining('databases({ default: pgProbe(pool) })'),
      stderr: 'watchman-health: there is no terminal to ask on: pass --yes to write it without asking\n',
    })
    await expect(read(folder)).rejects.toThrow('ENOENT')
  })

  const noTerminal = spawnSync('script', ['--version']).error
    ? ' (skipped: the command script, which provides a terminal, is missing)'
    : ''
  test.skipIf(noTerminal)(`asks on a terminal, and writes only after a yes${noTerminal}`, async () => {
    const answer = async (text: string) => {
      const folder = await folderWith(project('pg'))
      const command = `printf '${text}' | script -qec '${commandOf(['init']).join(' ')}' /dev/null`
      const { code, stdout } = await launch(['sh', '-c', command], { folder }).ended
      expect(stdout).toContain('Write this to watchman.config.ts? [Y/n]')
      return { code, text: await read(folder).catch(() => undefined) }
    }
    expect(await answer('n\\n')).toEqual({ code: 1, text: undefined })
    expect(await answer('\\n')).toEqual({ code: 0, text: expect.stringContaining('pgProbe(pool)') })
  })
})
