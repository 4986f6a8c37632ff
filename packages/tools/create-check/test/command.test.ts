import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { delimiter, join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { command, createCheck, launch, start } from './command.ts'
import { newFolder } from './generate.ts'

const noTerminal = spawnSync('script', ['--version']).error
  ? ' (skipped: the command script, which provides a terminal, is missing)'
  : ''

/** An environment whose `npm` is this shell script. */
async function withNpm(script: string): Promise<NodeJS.ProcessEnv> {
  const bin = await newFolder()
  await writeFile(join(bin, 'npm'), `#!/bin/sh\n${script}\n`)
  await chmod(join(bin, 'npm'), 0o755)
  return { PATH: `${bin}${delimiter}${process.env.PATH}` }
}

test('flags are enough to write a package', async () => {
  const folder = await newFolder()
  const { code, stdout } = await createCheck(folder, ['@own/watchman-big-queue', '--kind', 'cache', '--yes'])
  expect(code).toBe(0)
  expect(stdout).toContain('cd watchman-big-queue && npm install && npm test')
  const target = join(folder, 'watchman-big-queue')
  const entries = await readdir(target, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  expect(files.map((file) => relative(target, file)).sort()).toEqual([
    ...['.github/workflows/ci.yml', '.gitignore', 'LICENSE', 'README.md', 'package.json'],
    ...['src/big-queue.ts', 'src/client.ts', 'src/index.ts', 'src/send.ts'],
    ...['test/backend.ts', 'test/big-queue.test.ts', 'test/store.ts', 'tsconfig.json', 'tsup.config.ts'],
    'vitest.config.ts',
  ])
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  expect(texts.join('\n')).not.toMatch(/acme|@alone|@client/i)
  const manifest = JSON.parse(await readFile(join(folder, 'watchman-big-queue/package.json'), 'utf8'))
  expect(manifest).toMatchObject({
    name: '@own/watchman-big-queue',
    keywords: ['watchman', 'watchman-check'],
  })
  expect(Object.keys(manifest.peerDependencies)).toEqual(['@watchman/core'])
})

test('the placeholders are listed at the end, the same that grep finds', async () => {
  const folder = await newFolder()
  const { stdout } = await createCheck(folder, ['own', '--kind', 'database', '--yes'])
  const listed = stdout.split('\n').flatMap((line) => /^ {2}(\S+:\d+) /.exec(line)?.[1] ?? [])
  const { stdout: found } = spawnSync('grep', ['-rn', 'TODO: ', 'src', 'test', 'README.md'], {
    cwd: join(folder, 'own'),
    encoding: 'utf8',
  })
  const grepped = found.match(/^[^:]+:\d+/gm) ?? []
  expect(grepped.length).toBeGreaterThan(5)
  expect(listed.sort()).toEqual([...grepped, 'package.json:4'].sort())
})

test('the generated tests have a longer timeout than a case waits', async () => {
  const folder = await newFolder()
  await createCheck(folder, ['own', '--yes'])
  const text = await readFile(join(folder, 'own/vitest.config.ts'), 'utf8')
  expect(text).toContain('testTimeout: 30_000')
})

test.each([
  ['nats@^2.0.0', 'nats'],
  ['@elastic/elasticsearch@^9.0.0', 'elasticsearch'],
])('a package for %s is found by the keyword %s', async (client, keyword) => {
  const folder = await newFolder()
  await createCheck(folder, ['own', '-k', 'probe', '-c', client])
  const { keywords } = JSON.parse(await readFile(join(folder, 'own/package.json'), 'utf8'))
  expect(keywords).toEqual(['watchman', 'watchman-check', keyword])
})

test('a client package becomes a peer, and its stand-in a part of the tests', async () => {
  const folder = await newFolder()
  const { code } = await createCheck(folder, ['watchman-nats', '-k', 'database', '-c', 'nats@>=2.8 <3'])
  expect(code).toBe(0)
  const { peerDependencies, devDependencies } = JSON.parse(
    await readFile(join(folder, 'watchman-nats/package.json'), 'utf8'),
  )
  expect([peerDependencies.nats, devDependencies.nats]).toEqual(['>=2.8 <3', '>=2.8 <3'])
  expect(await readdir(join(folder, 'watchman-nats/src'))).toEqual(['index.ts', 'nats.ts'])
  expect(await readFile(join(folder, 'watchman-nats/test/client.ts'), 'utf8')).toMatch(
    /^\/\/ TODO: .* nats\b/,
  )
  expect(await readFile(join(folder, 'watchman-nats/README.md'), 'utf8')).toContain('watchman-nats nats\n')
})

test.each([
  ['plugin', 'watchman-plugin'],
  ['adapter', 'watchman-adapter'],
  ['storage', 'watchman-check'],
])('a package with a %s is found by the keyword %s', async (kind, keyword) => {
  const folder = await newFolder()
  expect((await createCheck(folder, ['own', '-k', kind, '-y'])).code).toBe(0)
  expect(JSON.parse(await readFile(join(folder, 'own/package.json'), 'utf8')).keywords).toContain(keyword)
})

test.each([
  ['Upper', 'capital letters'],
  ['with space', 'URL-friendly'],
  ['node_modules', 'not a valid package name'],
  ['favicon.ico', 'not a valid package name'],
  ['.hidden', 'cannot start with a period'],
  ['../outside', 'cannot start with a period'],
  ['@scope/', 'URL-friendly'],
  ['@scope', 'URL-friendly'],
  ['a/b', 'URL-friendly'],
  ['http', 'core module name'],
  ['', 'greater than zero'],
  ['a'.repeat(215), 'more than 214'],
])('the name %j is refused', async (name, reason) => {
  const folder = await newFolder()
  const { code, stderr } = await createCheck(folder, [name, '--yes'])
  expect([code, stderr]).toEqual([
    2,
    expect.stringMatching(/^create-check: .* is not a valid package name: .*\n$/),
  ])
  expect(stderr).toContain(reason)
  expect(await readdir(folder)).toEqual([])
})

test.each([
  [['own', '--kind', 'driver'], 'It must be one of check, probe, database, cache, storage, plugin, adapter.'],
  [['own', '--kind', 'toString'], 'It must be one of check, probe'],
  [['own', '--kind', 'view'], 'It must be one of check, probe'],
  [['own', '--kind', 'plugin', '--client', 'react@^19'], 'a plugin has no client: leave --client out'],
  [['own', '--yes', '--client', 'a b'], '"a b" is not a package name'],
  [['own', '--yes', '--client', 'nats@latest'], '"latest" is not a range of versions, as in nats@^1.2.3'],
  [['own', '--yes', '--client', 'nats@*'], '"*" is not a range of versions'],
  [['own', '--yes', '--client', 'own@^1'], 'own cannot be its own client'],
  [['own', '--colour'], "unknown option '--colour'"],
  [
    ['own', 'other'],
    'too many arguments. Expected 1 argument but got 2. npm needs -- before flags: npm create',
  ],
  [['--yes'], 'the package has no name'],
  [['own'], 'there is no terminal to ask on'],
])('%j is refused: %s', async (parameters, reason) => {
  const folder = await newFolder()
  const { code, stderr } = await createCheck(folder, parameters)
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^create-check: [^\n]*\n$/)])
  expect(stderr).toContain(reason)
  expect(await readdir(folder)).toEqual([])
})

test('a folder that is not empty is left as it is', async () => {
  const folder = await newFolder()
  await mkdir(join(folder, 'own'))
  await writeFile(join(folder, 'own/notes.txt'), 'mine')
  const { code, stderr } = await createCheck(folder, ['own', '--yes'])
  expect([code, stderr]).toEqual([1, 'create-check: the folder own is not empty: nothing was written\n'])
  expect(await readdir(join(folder, 'own'))).toEqual(['notes.txt'])
})

test('a file in place of the folder is left as it is', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'own'), 'mine')
  const { code, stderr } = await createCheck(folder, ['own', '--yes'])
  expect([code, stderr]).toEqual([1, 'create-check: own is not a folder: nothing was written\n'])
  expect(await readFile(join(folder, 'own'), 'utf8')).toBe('mine')
})

test('an empty folder is taken, wherever it is', async () => {
  const folder = await newFolder()
  const { code, stdout } = await createCheck(folder, ['own', '--yes', '--folder', '.'])
  expect([code, stdout]).toEqual([0, expect.stringContaining('Wrote own to .')])
  expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).name).toBe('own')
})

test('npm is asked for the version of a client that comes without one', async () => {
  const folder = await newFolder()
  const npm = await withNpm('[ "$1 $2 $3" = "view nats version" ] && echo \'"2.29.3"\'')
  const { code } = await createCheck(folder, ['own', '-k', 'database', '-c', 'nats'], npm)
  expect(code).toBe(0)
  const { peerDependencies } = JSON.parse(await readFile(join(folder, 'own/package.json'), 'utf8'))
  expect(peerDependencies.nats).toBe('^2.29.3')
})

test('a client that npm does not know is an error that says what to do', async () => {
  const folder = await newFolder()
  const npm = await withNpm('echo "npm error code E404" >&2; exit 1')
  const { code, stderr } = await createCheck(folder, ['own', '-k', 'database', '-c', 'nats'], npm)
  expect([code, stderr]).toEqual([
    1,
    'create-check: npm cannot find the version of nats (E404): add it yourself, as in --client nats@^1.2.3\n',
  ])
  expect(await readdir(folder)).toEqual([])
})

test.each(['SIGINT', 'SIGTERM'] as const)('%s while npm is asked leaves nothing', async (signal) => {
  const folder = await newFolder()
  const asked = join(folder, 'asked')
  const npm = await withNpm(`touch '${asked}'; exec sleep 60`)
  const { child, ended } = start(folder, ['own', '-k', 'database', '-c', 'nats'], npm)
  await expect.poll(() => readdir(folder), { timeout: 10_000 }).toEqual(['asked'])
  child.kill(signal)
  const { code, stderr } = await ended
  expect([code, stderr]).toEqual([130, 'create-check: interrupted: what was written is removed\n'])
  expect(await readdir(folder)).toEqual(['asked'])
})

test('Ctrl-C at whatever moment leaves the whole package or nothing', { timeout: 60_000 }, async () => {
  const folder = await newFolder()
  const codes: number[] = []
  for (let count = 0; count < 8; count += 1) {
    const { child, ended } = start(folder, [`own-${count}`, '--yes'])
    const target = join(folder, `own-${count}`)
    const poll = setInterval(() => {
      void stat(target).then(
        () => child.kill('SIGINT'),
        () => {},
      )
    }, 0)
    const { code } = await ended
    clearInterval(poll)
    codes.push(code)
    const isThere = (await readdir(folder)).includes(`own-${count}`)
    if (code === 0) expect(isThere).toBe(true)
    if (code === 130) expect(isThere).toBe(false)
    if (isThere) expect(await readdir(target)).toContain('tsup.config.ts')
  }
  expect(codes.every((code) => [0, 130, -1].includes(code))).toBe(true)
})

test('a full disk leaves nothing, except the folder around it', async () => {
  const folder = await newFolder()
  const { ended } = launch(folder, ['sh', '-c', 'ulimit -f 2; exec "$0" "$@"', ...command, 'own', '--yes'])
  const { code, stderr } = await ended
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^create-check: EFBIG: /)])
  expect(await readdir(folder)).toEqual([])
})

describe.skipIf(noTerminal)(`on a terminal${noTerminal}`, () => {
  /** Types each text once the one before it has been shown. */
  async function type(folder: string, keys: Readonly<Record<string, string>>, parameters: string[] = []) {
    const words = [...command, ...parameters].map((word) => `'${word}'`)
    const line = `stty cols 100 rows 40; exec ${words.join(' ')}`
    const { child, ended, written } = launch(folder, ['script', '-qec', line, '/dev/null'], {
      ...(await withNpm('echo \'"2.29.3"\'')),
    })
    for (const [shown, text] of Object.entries(keys)) {
      await expect.poll(() => stripVTControlCharacters(written.stdout), { timeout: 10_000 }).toContain(shown)
      child.stdin.write(text)
    }
    return ended
  }

  test('it asks for the name, the kind and the client', async () => {
    const folder = await newFolder()
    const { code } = await type(folder, {
      'What is the name of the package?': 'watchman-nats\r',
      'What should it contain?': '\x1b[B\x1b[B\r',
      'Which package contains': 'nats\r',
    })
    expect(code).toBe(0)
    const manifest = JSON.parse(await readFile(join(folder, 'watchman-nats/package.json'), 'utf8'))
    expect(manifest.description).toBe('A driver for the check databases of Watchman.')
    expect(manifest.peerDependencies.nats).toBe('^2.29.3')
  })

  test('it does not ask for what flags contain, and a plugin has no client', async () => {
    const folder = await newFolder()
    const { code, stdout } = await type(folder, { 'What is the name of the package?': 'own\r' }, [
      '-k',
      'plugin',
    ])
    expect([code, stdout]).toEqual([0, expect.not.stringMatching(/What should it contain|Which package/)])
    expect(await readdir(folder)).toEqual(['own'])
  })

  test('it shows why a name is invalid, and accepts another', async () => {
    const folder = await newFolder()
    const keys = {
      'What is the name of the package?': 'A b\r',
      'is not a valid package name': '\x7f\x7f\x7fown\r',
    }
    const { code } = await type(folder, keys, ['-k', 'plugin'])
    expect(code).toBe(0)
    expect(await readdir(folder)).toEqual(['own'])
  })

  test('Ctrl-C at a question leaves nothing', async () => {
    const folder = await newFolder()
    const { code, stdout } = await type(folder, {
      'What is the name of the package?': 'own\r',
      'What should it contain?': '\x03',
    })
    expect([code, stdout]).toEqual([130, expect.stringContaining('cancelled: nothing was written')])
    expect(await readdir(folder)).toEqual([])
  })
})
