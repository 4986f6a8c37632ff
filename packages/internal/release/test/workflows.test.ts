import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from '../src/generate/files.ts'

const FOLDER = join(ROOT, '.github/workflows')

/** An action at a commit, with its version for people and for Dependabot; or a workflow of this repository. */
const PINNED = /^(?:[\w-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+|\.\/\.github\/workflows\/[\w-]+\.yml)$/

describe.each(readdirSync(FOLDER))('%s', (file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8')
  const lines = text.split('\n')

  test('pins every action by its commit, with the version in a comment', () => {
    const used = lines.flatMap((line) => line.match(/^\s*(?:- )?uses: (.*)$/)?.[1] ?? [])
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((action) => !PINNED.test(action))).toEqual([])
  })

  test('gives a job no permission but those that it lists', () => {
    const jobs = text.slice(text.indexOf('\njobs:')).split(/^ {2}(?=[\w-]+:$)/m)
    expect(lines).toContain('permissions: {}')
    expect(jobs.slice(1).filter((job) => !/^ {4}permissions:/m.test(job))).toEqual([])
  })

  test('leaves no credentials of git behind', () => {
    const checkouts = lines.flatMap((line, index) => (line.includes('actions/checkout@') ? [index] : []))
    const next = checkouts.map((index) => lines[index + 1]?.trim())
    expect(next).toEqual(checkouts.map(() => 'with: { persist-credentials: false }'))
  })

  test('needs no secret but the token of the run', () => {
    const secrets = [...text.matchAll(/secrets\.(\w+)/g)].map(([, name]) => name)
    expect(secrets.filter((name) => name !== 'GITHUB_TOKEN')).toEqual([])
  })
})

test('only the job that publishes can get an OIDC token, and it installs nothing', () => {
  const text = readFileSync(join(FOLDER, 'release.yml'), 'utf8')
  const [before = '', ...after] = text.split('\n  publish:\n')
  const [publish = '', rest = ''] = after.join('').split('\n  tag:\n')
  expect(publish).toContain('id-token: write')
  expect(before + rest).not.toContain('id-token')
  expect(publish).not.toMatch(/run: (?:npm|npx)/)
})
