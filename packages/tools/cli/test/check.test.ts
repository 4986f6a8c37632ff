import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { missing, startRedis } from '@watchman/servers'
import { describe, expect, onTestFinished, test } from 'vitest'
import { commandOf, folderWith, launch, start, watchman } from './watchman.ts'

const OK = 'function app() { return { app: { ok: true, users: 3 } } }'
const QUEUE = "{ name: 'queue', aliases: ['jobs'], run() { throw new Error('no\\n\\u001b[31mworker') } }"
const MINOR = "{ name: 'minor', critical: false, run() { return { minor: { ok: false } } } }"

const DATABASES =
  "{ name: 'databases', targets: { default: () => 1, orders: () => Promise.reject(new Error('gone')) } }"

const configured = (...checks: readonly string[]) => ({
  'watchman.config.js': `export default { checks: [${checks.join(', ')}] }`,
})

/** Output without the durations. */
const plain = (text: string) => text.replace(/ {2}\d+ ms/g, '')

describe('check', () => {
  test('prints nothing and exits with 0 if everything is ok', async () => {
    const folder = await folderWith(configured(OK))
    expect(await watchman(['check'], { folder })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('prints a line for each failure and exits with 1', async () => {
    const folder = await folderWith(configured(OK, QUEUE))
    const { code, stdout, stderr } = await watchman(['check'], { folder })
    expect({ code, stdout: plain(stdout), stderr }).toEqual({
      code: 1,
      stdout: 'failing  queue  no \\u001b[31mworker\n',
      stderr: '',
    })
  })

  test.each([['check'], ['check', '-v'], ['check', '--json']])(
    'escapes what could change a terminal, in names, errors and values: %s %s',
    async (...parameters) => {
      const text = 'a\\u001b[2J\\u009b31m\\u202e\\u2066\\u0007z'
      const folder = await folderWith(
        configured(
          `{ name: 'x', targets: { '${text}': () => Promise.reject(new Error('${text}')) } }`,
          `{ name: 'y', run: () => ({ y: { ok: false, note: '${text}' } }) }`,
        ),
      )
      const { stdout } = await watchman(parameters, { folder })
      expect(stdout.split(text)).toHaveLength(4)
      expect(stdout).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u)
    },
  )

  test('prints what is degraded and exits with 0', async () => {
    const folder = await folderWith(configured(OK, MINOR))
    const { code, stdout } = await watchman(['check'], { folder })
    expect([code, plain(stdout)]).toEqual([0, 'degraded minor  ok is false\n'])
  })

  test('prints every target as soon as it finishes with -v', async () => {
    const slow =
      '{ name: "slow", run: () => new Promise((resolve) => setTimeout(resolve, 500, { slow: { ok: true } })) }'
    const folder = await folderWith(configured(slow, OK, QUEUE))
    const { code, stdout } = await watchman(['check', '-v'], { folder })
    const [last, ...first] = plain(stdout).trim().split('\n').reverse()
    expect([code, last]).toEqual([1, 'ok       slow'])
    expect(first.sort()).toEqual([
      'failing  queue  no \\u001b[31mworker',
      'ok       app  {"ok":true,"users":3}',
    ])
  })

  test('prints the JSON of the endpoint with --json, in the order of the checks', async () => {
    const folder = await folderWith(configured(QUEUE, OK))
    const { code, stdout } = await watchman(['check', '--json'], { folder })
    expect([code, JSON.parse(stdout)]).toEqual([
      1,
      { queue: { ok: false, error: 'no\n\u001b[31mworker' }, app: { ok: true, users: 3 } },
    ])
    expect(stdout.indexOf('queue')).toBeLessThan(stdout.indexOf('app'))
  })

  test('runs only the checks of -c, without those of -s, by name and by alias', async () => {
    const folder = await folderWith(configured(OK, QUEUE, MINOR))
    const selected = async (...parameters: string[]) =>
      plain((await watchman(['check', '-v', ...parameters], { folder })).stdout)
        .match(/^\S+ +\S+/gm)
        ?.sort()
    expect(await selected('-c', 'app,jobs')).toEqual(['failing  queue', 'ok       app'])
    expect(await selected('-c', 'app', '-c', 'minor', '-s', 'app')).toEqual(['degraded minor'])
    expect(await selected('-s', 'jobs')).toEqual(['degraded minor', 'ok       app'])
  })

  test('selects single targets', async () => {
    const folder = await folderWith(configured(DATABASES, OK))
    const selected = async (...parameters: string[]) => {
      const { code, stdout } = await watchman(['check', ...parameters], { folder })
      return [code, ...plain(stdout).trim().split('\n').sort()]
    }
    expect(await selected('-v', '-c', 'databases.orders')).toEqual([1, 'failing  databases.orders  gone'])
    expect(await selected('-v', '-c', 'databases.default')).toEqual([0, 'ok       databases.default'])
    expect(await selected('-v', '-c', 'databases,app', '-s', 'databases.orders')).toEqual([
      0,
      'ok       app  {"ok":true,"users":3}',
      'ok       databases.default',
    ])
    expect(await selected('--json', '-c', 'databases.orders')).toEqual([
      1,
      '{"databases":[{"orders":{"ok":false,"error":"gone"}}]}',
    ])
  })

  test('prints the error and the details of a target, but nothing twice', async () => {
    const checks = [
      "{ name: 'pool', targets: () => ({ ok: false, error: 'exhausted', details: { size: 10 } }) }",
      "{ name: 'disk', targets: () => ({ ok: true, details: { free: '8 %' } }) }",
      "{ name: 'lag', run: () => ({ lag: { ok: false, seconds: 9 } }) }",
      "{ name: 'mail', run: () => ({ mail: { ok: false, error: 'refused' } }) }",
      "{ name: 'slow', slowAfter: 0, run: () => new Promise((resolve) => setTimeout(resolve, 20, { slow: { ok: true } })) }",
    ]
    const folder = await folderWith(configured(...checks))
    const { code, stdout } = await watchman(['check', '-v'], { folder })
    expect([code, ...plain(stdout).trim().split('\n').sort()]).toEqual([
      1,
      expect.stringMatching(/^degraded slow {2}took \d+ ms, more than 0 ms$/),
      'failing  lag  ok is false  {"ok":false,"seconds":9}',
      'failing  mail  refused',
      'failing  pool  exhausted  {"size":10}',
      'ok       disk  {"free":"8 %"}',
    ])
  })

  test('exits with 1 if a target has no result by the deadline', async () => {
    const stuck = "{ name: 'stuck', run: () => new Promise(() => {}) }"
    const text = `export default { deadline: 50, checks: [${OK}, ${stuck}] }`
    const folder = await folderWith({ 'watchman.config.mjs': text })
    const { code, stdout } = await watchman(['check'], { folder })
    expect([code, plain(stdout)]).toEqual([1, 'pending  stuck  no result yet\n'])
  })

  test('exits with 2 for an unknown name beside a known one, and if no check is left', async () => {
    const folder = await folderWith(configured(OK, QUEUE))
    expect(await watchman(['check', '-c', 'app', '-s', 'quue'], { folder })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'watchman-health: there is no check quue: there is app, queue\n',
    })
    expect(await watchman(['check', '--json', '-c', 'app,app.orders'], { folder })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'watchman-health: there is no check app.orders: there is app, queue\n',
    })
    expect(await watchman(['check', '-c', 'app', '-s', 'app'], { folder })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'watchman-health: no check is left to run\n',
    })
  })

  test('accepts a Watchman instance', async () => {
    const folder = await folderWith({
      'watchman.config.ts': `
        import { createWatchman } from '@watchman/core'
        const answer: number = 42
        export default createWatchman({ checks: [function app() { return { app: { answer } } }, ${QUEUE}] })
      `,
    })
    const { code, stdout } = await watchman(['check', '-v'], { folder })
    expect([code, plain(stdout)]).toEqual([
      1,
      'ok       app  {"answer":42}\nfailing  queue  no \\u001b[31mworker\n',
    ])
    expect(await watchman(['check', '-c', 'app'], { folder })).toMatchObject({ code: 0 })
    expect(await watchman(['check', '-c', 'app,other'], { folder })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'watchman-health: there is no check other: there is app, queue\n',
    })
  })

  test('exits with 1 for a Watchman instance that is closed', async () => {
    const folder = await folderWith({
      'watchman.config.mjs': `
        import { createWatchman } from '@watchman/core'
        const watchman = createWatchman({ checks: [${OK}] })
        await watchman.close()
        export default watchman
      `,
    })
    expect(await watchman(['check'], { folder })).toEqual({
      code: 1,
      stdout: '',
      stderr: 'watchman-health: the Watchman instance of the configuration is closed\n',
    })
  })

  test('sets up the plugins of the configuration once, and closes them', async () => {
    const plugin = `{ name: 'mine', setup(host) { console.log('set up'); host.onClose(() => console.log('closed')) } }`
    const text = `export default { checks: [${OK}], plugins: [${plugin}] }`
    const folder = await folderWith({ 'watchman.config.mjs': text })
    expect(await watchman(['check'], { folder })).toEqual({ code: 0, stdout: 'set up\nclosed\n', stderr: '' })
  })

  test.each<[state: string, checks: readonly string[], code: number, output: RegExp]>([
    ['ok', [OK], 0, /^WATCHMAN OK - 1 ok \| 'app'=\d+ms\n$/],
    [
      'degraded',
      [OK, MINOR],
      1,
      /^WATCHMAN WARNING - minor \| 'app'=\d+ms 'minor'=\d+ms\nWARNING minor: ok is false\n$/,
    ],
    [
      'failing',
      ["{ name: 'a|b\\'=c', run() { throw new Error('x | y\\nz') } }", OK],
      2,
      /^WATCHMAN CRITICAL - a\/b'=c \| 'a\/b''_c'=\d+ms 'app'=\d+ms\nCRITICAL a\/b'=c: x \/ y z\n$/,
    ],
  ])('prints and exits as a plugin of Nagios does: %s', async (_state, checks, code, output) => {
    const folder = await folderWith(configured(...checks))
    const ended = await watchman(['check', '--format', 'nagios'], { folder })
    expect([ended.code, ended.stderr]).toEqual([code, ''])
    expect(ended.stdout).toMatch(output)
  })

  test('is unknown to Nagios where nothing can be checked', async () => {
    const folder = await folderWith({ 'watchman.config.js': 'export default { checks: 1 }' })
    expect(await watchman(['check', '--format', 'nagios'], { folder })).toEqual({
      code: 3,
      stdout:
        'WATCHMAN UNKNOWN - watchman.config.js: option checks of createWatchman must be an array, not 1\n',
      stderr: '',
    })
    const wrong = await watchman(['check', '--format', 'xml'], { folder })
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('Allowed choices are nagios')])
  })

  test.each([
    ['has a package.json', 'package.json'],
    ['is a repository of Git', '.git'],
    ['is no project at all', undefined],
  ])("loads no configuration above a folder that %s: it may be somebody else's", async (_what, mark) => {
    const folder = await folderWith({ 'watchman.config.js': 'throw new Error("loaded")' })
    const below = join(folder, 'project')
    await mkdir(below)
    if (mark) await writeFile(join(below, mark), '{}')
    const { code, stderr } = await watchman(['check'], { folder: below })
    expect(code).not.toBe(0)
    expect(stderr).not.toContain('loaded')
  })

  test('finds the configuration of a repository from one of its packages', async () => {
    const folder = await folderWith({ ...configured(OK), '.git': '' })
    const below = join(folder, 'packages/app')
    await mkdir(below, { recursive: true })
    await writeFile(join(below, 'package.json'), '{}')
    expect(await watchman(['check'], { folder: below })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test.each(['ts', 'mts', 'js', 'mjs', 'cjs', 'json'])(
    'finds watchman.config.%s in a folder above, in the same project; the environment sets what it leaves unset',
    async (extension) => {
      const exported =
        extension === 'json' ? '' : extension === 'cjs' ? 'module.exports = ' : 'export default '
      const folder = await folderWith({
        [`watchman.config.${extension}`]: `${exported}{ "details": "none" }`,
        'package.json': '{}',
      })
      const below = join(folder, 'a/b')
      await mkdir(below, { recursive: true })
      const environment = { STORAGE_PATH: '/nowhere', WATCHMAN_DETAILS: 'full' }
      expect(await watchman(['check', '--json'], { folder: below, environment })).toEqual({
        code: 1,
        stdout: '{"storage":{"ok":false}}\n',
        stderr: '',
      })
    },
  )

  const broken: readonly (readonly [file: string, text: string, message: string])[] = [
    ['watchman.config.ts', 'const a = 1\nconst = 2\n', 'watchman.config.ts:2 Unexpected token'],
    ['watchman.config.mjs', 'export default {\n', 'watchman.config.mjs:2 Unexpected token'],
    ['watchman.config.json', '{\n  "tokens": x\n}', "watchman.config.json:2 Unexpected character 'x' found."],
    ['watchman.config.json', '{\n  "tokens": 1', 'watchman.config.json:2 Unexpected end of input found.'],
    [
      'watchman.config.ts',
      '\nthrow new Error("no postgres://me:secret@db/app")',
      'watchman.config.ts:2 no postgres://***@db/app\n',
    ],
    ['watchman.config.ts', "import 'not-there'", "watchman.config.ts:1 Cannot find module 'not-there'\n"],
    [
      'watchman.config.ts',
      'export const checks = []',
      'watchman.config.ts has no default export: export the options of createWatchman, or a Watchman instance, by default\n',
    ],
    [
      'watchman.config.ts',
      'export default "databases"',
      'watchman.config.ts exports a string by default: export the options of createWatchman, or a Watchman instance, by default\n',
    ],
    [
      'watchman.config.ts',
      '  \n',
      'watchman.config.ts is empty: export the options of createWatchman, or a Watchman instance, by default\n',
    ],
    [
      'watchman.config.ts',
      'export default { chekcs: [] }',
      'watchman.config.ts: createWatchman has no option "chekcs": its options are checks, plugins, ',
    ],
    [
      'watchman.config.ts',
      'export default { checks: "databases" }',
      'watchman.config.ts: option checks of createWatchman must be an array, not a string\n',
    ],
    [
      'watchman.config.ts',
      'export default { views: [] }',
      'watchman.config.ts: createWatchman has no option "views": its options are checks, plugins, ',
    ],
    [
      'watchman.config.ts',
      'export default { plugins: "dashboard" }',
      'watchman.config.ts: option plugins of createWatchman must be an array, not a string\n',
    ],
    [
      'watchman.config.ts',
      'export default Promise.resolve({ checks: [] })',
      'watchman.config.ts exports a Promise by default: export the options of createWatchman, or a Watchman instance, by default\n',
    ],
    [
      'watchman.config.ts',
      'export default { checks: [] }',
      'nothing to check: watchman.config.ts has no checks',
    ],
  ]
  test.each(broken)('exits with 3 and one line for a %s with %j', async (file, text, message) => {
    const ended = await watchman(['check'], { folder: await folderWith({ [file]: text }) })
    expect(ended).toMatchObject({ code: 3, stdout: '' })
    expect(ended.stderr).toMatch(/^watchman-health: .*\n$/)
    expect(ended.stderr).toContain(`watchman-health: ${message}`)
  })

  test('exits without waiting for timers of the configuration, after it was closed', async () => {
    const folder = await folderWith({
      'watchman.config.ts': `
        const timer = setInterval(() => {}, 1000)
        export const close = () => console.log('closed')
        export default { checks: [${OK}] }
      `,
    })
    expect(await watchman(['check'], { folder })).toEqual({ code: 0, stdout: 'closed\n', stderr: '' })
  })

  test('does not wait for a close that hangs or fails', async () => {
    for (const close of ['new Promise(() => setInterval(() => {}, 1000))', 'Promise.reject(1)']) {
      const text = `export const close = () => ${close}\nexport default { checks: [${OK}] }`
      const folder = await folderWith({ 'watchman.config.mjs': text })
      expect(await watchman(['check'], { folder })).toEqual({ code: 0, stdout: '', stderr: '' })
    }
  })

  test('aborts what runs on SIGTERM, and exits with 143 whatever the outcome', async () => {
    const stuck = `{ name: 'stuck', timeout: 600_000, run: (request, { signal }) => new Promise((resolve) => {
      signal.addEventListener('abort', () => { console.log('gave up'); resolve({ stuck: { ok: false } }) })
    }) }`
    const close = 'export const close = () => new Promise((resolve) => setTimeout(resolve, 300))'
    const text = `${close}\nexport default { checks: [${OK}, ${stuck}] }`
    const running = start(['check', '-v'], { folder: await folderWith({ 'watchman.config.mjs': text }) })
    await running.written(/app/)
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({
      code: 143,
      stdout: expect.stringMatching(/gave up\n$/),
      stderr: '',
    })
  })

  test('exits at once on the second SIGTERM', async () => {
    const close = "export const close = () => { console.log('closing'); return new Promise(() => {}) }"
    const text = `${close}\nexport default { checks: [{ name: 'stuck', run: () => new Promise(() => {}) }, ${OK}] }`
    const running = start(['check', '-v'], { folder: await folderWith({ 'watchman.config.mjs': text }) })
    await running.written(/app/)
    running.child.kill('SIGTERM')
    await running.written(/closing/)
    const second = performance.now()
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 143, stderr: '' })
    expect(performance.now() - second).toBeLessThan(900) // a second is what closing may take
  })

  const reason = missing('redis')
  test.skipIf(reason)(`exits on SIGTERM while a Redis server hangs ${reason ?? ''}`, async () => {
    const redis = await startRedis()
    onTestFinished(() => redis.stop())
    redis.pause()
    const environment = { REDIS_URL: redis.url, WATCHMAN_TIMEOUT: '600000', STORAGE_PATH: '.' }
    const running = start(['check', '-v'], { folder: await folderWith(), environment })
    await running.written(/storage/)
    running.child.kill('SIGTERM')
    expect(await running.ended).toMatchObject({ code: 143, stderr: '' })
  })

  const noTerminal = spawnSync('script', ['--version']).error
    ? ' (skipped: the command script, which provides a terminal, is missing)'
    : ''
  describe(`on a terminal${noTerminal}`, () => {
    const onTerminal = async (environment: Readonly<Record<string, string>>) => {
      const folder = await folderWith(configured(OK, QUEUE))
      const command = commandOf(['check', '-v']).join(' ')
      const call = { folder, environment: { TERM: 'xterm-256color', ...environment } }
      return (await launch(['script', '-qec', command, '/dev/null'], call).ended).stdout
    }

    test.skipIf(noTerminal)('shows what is running, and states in color', async () => {
      const stdout = await onTerminal({})
      expect(stdout).toContain('app, queue')
      expect(stdout).toContain('\u001b[32mok      \u001b[39m')
      expect(stdout).toContain('\u001b[31mfailing \u001b[39m')
      expect(stdout.lastIndexOf('\u001b[?25h')).toBeGreaterThan(stdout.lastIndexOf('\u001b[?25l'))
    })

    test.skipIf(noTerminal)('shows no color if NO_COLOR is set', async () => {
      const stdout = await onTerminal({ NO_COLOR: '1' })
      expect(stdout).toMatch(/failing {2}queue/)
      expect(stdout.split('\u001b').filter((part) => /^\[\d+m/.test(part))).toEqual([])
    })
  })
})
