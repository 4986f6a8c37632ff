import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createPackage } from '../src/index.ts'
import { newFolder } from './generate.ts'

const answers = { name: 'own', kind: 'check' } as const

/** Gives a package up once its folder holds `path`, and looks that it was given up. */
async function giveUp(folder: string, path: string, before = async () => {}): Promise<void> {
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

test('what is given up midway is removed, with the folders that were made for it', async () => {
  const folder = await newFolder()
  await giveUp(join(folder, 'a/b/own'), 'package.json')
  expect(await readdir(folder)).toEqual([])
})

test('a folder that was empty is empty once the package is given up', async () => {
  const folder = await newFolder()
  await mkdir(join(folder, 'own'))
  await giveUp(join(folder, 'own'), 'package.json')
  expect(await readdir(join(folder, 'own'))).toEqual([])
  expect(await readdir(folder)).toEqual(['own'])
})

test("somebody else's file in the folder stays when the package is given up", async () => {
  const folder = await newFolder()
  await giveUp(folder, 'package.json', () => writeFile(join(folder, 'notes.txt'), 'mine'))
  expect(await readdir(folder)).toEqual(['notes.txt'])
})

test('of two that write to one folder, neither takes what is of the other', async () => {
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
