import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ROOT } from '../src/generate/files.ts'
import { publishedFolders } from '../src/published-folders.ts'

const CHANGESET = join(ROOT, 'node_modules/@changesets/cli/bin.js')

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watchman-versions-'))
  const manifests = publishedFolders(ROOT).map((path) => `${path}/package.json`)
  for (const file of ['package.json', 'pnpm-workspace.yaml', '.changeset/config.json', ...manifests]) {
    cpSync(join(ROOT, file), join(folder, file), { recursive: true })
  }
  git('init', '--quiet')
  git('add', '.')
  git('-c', 'user.name=test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message=test')
})

afterEach(() => rmSync(folder, { recursive: true }))

function git(...parameters: readonly string[]): void {
  execFileSync('git', parameters, { cwd: folder })
}

function versions(): readonly string[] {
  return publishedFolders(folder).map((path) => {
    const manifest: { readonly version: string } = JSON.parse(
      readFileSync(join(folder, path, 'package.json'), 'utf8'),
    )
    return manifest.version
  })
}

test('all packages have the same version', () => {
  expect(new Set(versions()).size).toBe(1)
})

// Changesets raises the dependents of a peer by a major, from 0.1.0 to 1.0.0, if it finds core's new version out of range.
test.each([
  ['core', 'minor'],
  ['cache', 'patch'],
] as const)('a change of %s that is %s raises all packages by that, and none by a major', (name, kind) => {
  const [before = ''] = versions()
  writeFileSync(join(folder, '.changeset/change.md'), `---\n'@watchman/${name}': ${kind}\n---\n\nA change.\n`)
  execFileSync(process.execPath, [CHANGESET, 'version'], { cwd: folder })
  expect(new Set(versions())).toEqual(new Set([raised(before, kind)]))
})

function raised(version: string, kind: 'minor' | 'patch'): string {
  const [major, minor, patch] = version.split('.').map(Number)
  return kind === 'minor' ? `${major}.${Number(minor) + 1}.0` : `${major}.${minor}.${Number(patch) + 1}`
}
