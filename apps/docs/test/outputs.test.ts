import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import type { Block } from '../src/blocks.ts'
import { allPages } from '../src/pages.ts'
import { FLAGS, writeExample } from './run-example.ts'

const OUTPUT = /^ *console\.log\(.+\)(?: |\n *)\/\/ (.+)$/gm

/** The output that the comments of a block promise. */
function promised({ code }: Block): readonly string[] {
  return [...code.matchAll(OUTPUT)].map(([, text = '']) => text)
}

test('every block prints what its comments say', { timeout: 120_000 }, async () => {
  const pages = allPages().map(({ path, blocks }) => ({
    path,
    blocks: blocks.filter(({ language }) => language === 'ts'),
  }))
  const talkative = pages.flatMap(({ path, blocks }) =>
    blocks.filter((block) => promised(block).length > 0).map((block) => ({ path, block, beside: blocks })),
  )
  expect(talkative.length).toBeGreaterThan(5)
  for (const { path, block, beside } of talkative) {
    const files = beside.flatMap(({ file, code }) => (file ? [[file, code]] : []))
    const name = block.file ?? 'example.ts'
    const folder = writeExample({ ...Object.fromEntries(files), [name]: block.code })
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, name], { cwd: folder })
      expect(stdout.trimEnd().split('\n'), `${path}:${block.line}`).toEqual(promised(block))
    } finally {
      rmSync(folder, { recursive: true })
    }
  }
})
