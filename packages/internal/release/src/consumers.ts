import { cpSync } from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execute } from './execute.ts'
import { linkDependencies } from './link-dependencies.ts'

const PROJECTS = fileURLToPath(new URL('../consumers', import.meta.url))
const WORKSPACE = fileURLToPath(new URL('../../../..', import.meta.url))
const RELEASE = join(WORKSPACE, 'packages/internal/release')
const NEST_11 = join(WORKSPACE, 'packages/internal/nest-11')

/** Tests of core that decide what is healthy: an error of Jest's realm is not an `instanceof` ours. */
const VERDICT_TESTS = ['to-plain', 'hostile-check', 'degraded', 'redaction', 'target-state']

/** A project that has installed the packages. */
interface Project {
  /** Compile, test and run it. */
  readonly commands: readonly string[]
  /** What the last command prints. */
  readonly prints: readonly string[]
}

const JEST = 'jest --ci --runInBand'

const projects: Readonly<Record<string, Project>> = {
  commonjs: {
    commands: ['tsc -p tsconfig.node16.json', 'tsc -p .', JEST, 'node dist/main.js'],
    prints: ['500 {"caches":[{"sessions":{"ok":true}}],"rejected":{"ok":false,"error":"out of stock"}}'],
  },
  esm: {
    commands: ['tsc -p tsconfig.bundler.json', 'tsc -p .', 'node dist/main.js'],
    prints: ['{"email":{"ok":true}} {"email":{"ok":true}} degraded'],
  },
  nest: {
    commands: ['tsc -p .', JEST, 'node dist/main.js'],
    prints: ['200 {"databases":[{"orders":{"ok":true}}]}'],
  },
  mixed: {
    commands: ['node main.mjs'],
    prints: [
      'CommonJS core, ES module adapter, CommonJS check: 200,500,200 degraded {"databases":[{"orders":{"ok":true}}',
      'ES module core, CommonJS adapter, ES module check: 200,500,200 degraded {"databases":[{"orders":{"ok":true}}',
    ],
  },
  'jest-realm': { commands: [JEST], prints: [] },
}

/**
 * Compiles, tests and runs the projects in `consumers`, copied into `folder`, where the packages are installed. Jest runs beside
 * the CLI, with the commands of both on the PATH. Returns what failed.
 */
export async function tryConsumers(folder: string): Promise<readonly string[]> {
  linkDependencies(folder, RELEASE, ['@jest/globals', '@types/jest', 'jest', 'ts-jest'])
  cpSync(PROJECTS, folder, { recursive: true })
  copyVerdictTests(join(folder, 'jest-realm'))
  installNest11(folder)
  const outcomes = await Promise.all(
    Object.entries(projects).map(([name, project]) => tryProject(folder, name, project)),
  )
  console.log(`Compiled, tested and run as installed: ${Object.keys(projects).join(', ')}`)
  return outcomes.flat()
}

async function tryProject(folder: string, name: string, project: Project): Promise<readonly string[]> {
  const bins = [folder, RELEASE, WORKSPACE].map((one) => join(one, 'node_modules/.bin'))
  const PATH = [...bins, process.env.PATH].join(delimiter)
  const path = join(folder, name)
  const printed: string[] = []
  for (const command of project.commands) {
    const [file = '', ...parameters] = command.split(' ')
    const { stdout, failures } = await execute(path, file, parameters, { PATH })
    if (failures.length > 0) return failures.map((failure) => `The project ${name}: ${failure}`)
    printed.push(stdout)
  }
  const last = printed.at(-1) ?? ''
  const missing = project.prints.filter((text) => !last.includes(text))
  return missing.map((text) => `The project ${name} should print ${text}\nbut printed ${last}`)
}

/** The tests, the files beside them, and the helpers that all packages share. */
function copyVerdictTests(project: string): void {
  const tests = join(WORKSPACE, 'packages/core/test')
  const isLeftOut = (file: string) =>
    file.endsWith('.test.ts') && !VERDICT_TESTS.includes(basename(file, '.test.ts'))
  cpSync(tests, join(project, 'test'), { recursive: true, filter: (file) => !isLeftOut(file) })
  cpSync(join(WORKSPACE, 'packages/internal/test-helpers/src'), join(project, 'test-helpers'), {
    recursive: true,
  })
}

/** The project `nest` has a copy of our packages, beside the Nest that they are to find. */
function installNest11(folder: string): void {
  const project = join(folder, 'nest')
  cpSync(join(folder, 'node_modules/@watchman'), join(project, 'node_modules/@watchman'), { recursive: true })
  linkDependencies(project, NEST_11, [
    '@nestjs/common',
    '@nestjs/core',
    '@nestjs/platform-express',
    '@nestjs/testing',
    'reflect-metadata',
    'rxjs',
  ])
}
