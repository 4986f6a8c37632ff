import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runnerErrors } from '../src/runner-errors.ts'

let folder = ''

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchman-runner-'))
  for (const visibility of ['public', 'private']) {
    writeFileSync(join(folder, visibility), JSON.stringify({ repository: { visibility } }))
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

function job(changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return {
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_PATH: join(folder, 'public'),
    ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example.com',
    RUNNER_ENVIRONMENT: 'github-hosted',
    ...changes,
  }
}

test.each(['11.5.1', '11.19.0', '12.0.0'])('accepts a job of a public repository with npm %s', (version) => {
  expect(runnerErrors(job(), version)).toEqual([])
})

test.each(['10.9.8', '11.4.9', '11.5.0'])('refuses npm %s, which cannot use the OIDC token', (version) => {
  expect(runnerErrors(job(), version)).toEqual([`npm is ${version}; it must be 11.5.1 or newer`])
})

test('refuses a private repository', () => {
  const errors = runnerErrors(job({ GITHUB_EVENT_PATH: join(folder, 'private') }), '11.5.1')
  expect(errors).toEqual(['The repository must be public; the event says private'])
})

test('refuses a job that gets no OIDC token', () => {
  const errors = runnerErrors(job({ ACTIONS_ID_TOKEN_REQUEST_URL: undefined }), '11.5.1')
  expect(errors).toEqual(['The job needs the permission `id-token: write`'])
})

test('refuses a self-hosted runner', () => {
  const errors = runnerErrors(job({ RUNNER_ENVIRONMENT: 'self-hosted' }), '11.5.1')
  expect(errors).toEqual([expect.stringContaining('GitHub-hosted')])
})

test('refuses provenance outside of GitHub Actions, and says how to publish without it', () => {
  expect(runnerErrors({}, '11.5.1')).toEqual([expect.stringContaining('--no-provenance')])
})
