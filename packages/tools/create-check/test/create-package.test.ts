import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { untyped } from '@watchman/test-helpers'
import { expect, test } from 'vitest'
import { createPackage } from '../src/create-package.ts'
import { newFolder } from './generate.ts'

const answers = { name: 'own', kind: 'check' } as const

/** Aborts the writing of a package once its folder contains `path`, and asserts that it was aborted. */
async function abortAt(folder: string, path: string, before = async () => {}): Promise<void> {
  const controller = new AbortController()
  const created = createPackage(answers, { folder, signal: controller.signal })
  const settled = created.then(
    () => 'written',
    (error: Error) => error.name,
  )
  const entries = () => readdir(folder, { recursive: true }).catch((): string[] => [])
  while (!(await entries()).includes(path)) await turn()
  await before()
  controller.abort()
  expect(await settled).toBe('AbortError')
}

test('what was written before an abort is removed, with the folders that were made for it', async () => {
  const folder = await newFolder()
  await abortAt(join(folder, 'a/b/own'), 'package.json')
  expect(await readdir(folder)).toEqual([])
})

test('a folder that was empty is empty after an abort', async () => {
  const folder = await newFolder()
  await mkdir(join(folder, 'own'))
  await abortAt(join(folder, 'own'), 'package.json')
  expect(await readdir(join(folder, 'own'))).toEqual([])
  expect(await readdir(folder)).toEqual(['own'])
})

test('a file of another program in the folder stays after an abort', async () => {
  const folder = await newFolder()
  await abortAt(folder, 'package.json', () => writeFile(join(folder, 'notes.txt'), 'mine'))
  expect(await readdir(folder)).toEqual(['notes.txt'])
})

test('of two that write to one folder, neither removes the files of the other', async () => {
  const folder = await newFolder()
  const both = await Promise.allSettled([
    createPackage(answers, { folder }),
    createPackage({ ...answers, name: 'other' }, { folder }),
  ])
  const written = both.filter(({ status }) => status === 'fulfilled').length
  expect(written).toBeLessThan(2)
  expect((await readdir(folder)).length > 0).toBe(written === 1)
})

test('a signal that has aborted before writes nothing', async () => {
  const folder = await newFolder()
  await expect(createPackage(answers, { folder, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  expect(await readdir(folder)).toEqual([])
})

test.each<[string, object, object, string]>([
  ['no name', { kind: 'check' }, {}, 'option name of createPackage must be a string, not undefined'],
  ['no kind', { name: 'own' }, {}, "option kind of createPackage must be 'check' or 'probe' or"],
  ['an unknown kind', { ...answers, kind: 'view' }, {}, "option kind of createPackage must be 'check' or"],
  ['a client without a range', { ...answers, client: { name: 'nats' } }, {}, 'an object such as { name:'],
  ['an unknown option', { ...answers, clients: [] }, {}, 'createPackage has no option "clients"'],
  ['an unknown option of the destination', answers, { force: true }, 'createPackage has no option "force"'],
  ['an empty folder name', answers, { folder: '' }, 'option folder of createPackage must be a non-empty'],
])('%s is refused', async (_what, invalidAnswers, destination, message) => {
  const folder = await newFolder()
  const writing = createPackage(untyped(invalidAnswers), untyped({ folder, ...destination }))
  await expect(writing).rejects.toMatchObject({
    code: 'INVALID_OPTION',
    message: expect.stringContaining(message),
  })
  expect(await readdir(folder)).toEqual([])
})
