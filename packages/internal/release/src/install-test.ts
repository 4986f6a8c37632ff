import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { tryCommand } from './command.ts'
import { tryConsumers } from './consumers.ts'
import { linkDependencies } from './link-dependencies.ts'
import { MAJORS } from './majors.ts'
import { outputOf } from './output-of.ts'
import type { Manifest, Packed } from './pack.ts'

/** The first Node on which `require()` of ES modules needs no flag, and the supported majors. */
const NODES = ['20.19.0', ...MAJORS]

/** How a TypeScript project may resolve modules, each with the kind of module that goes with it. */
const RESOLUTIONS = { node16: 'node16', nodenext: 'nodenext', bundler: 'esnext' }

/**
 * Installs the packages in the new folder `folder` as a user would, and uses them from there: loads them by `import` and
 * by `require()`, first without any client that is optional, then every entry on every supported Node; calls the command;
 * compiles the first example of each README. Returns what failed.
 */
export async function consume(packages: readonly Packed[], folder: string): Promise<readonly string[]> {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  // What is not in the tarballs comes from the workspace, so that no registry is asked.
  const tarballs = packages.map(({ tarball }) => tarball)
  const others = packages.flatMap(({ path, manifest }) =>
    dependenciesOf(join(path, 'node_modules'), manifest),
  )
  const install = [
    'install',
    '--offline',
    '--install-links',
    '--legacy-peer-deps',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]
  const failures = await attempt(folder, 'npm install', 'npm', [...install, ...tarballs, ...new Set(others)])
  if (failures.length > 0) return failures

  for (const { path, manifest } of packages) linkDependencies(folder, path, requiredPeers(manifest))
  const roots = packages.flatMap(entriesOf).filter((entry) => entry.split('/').length === 2)
  failures.push(...(await attempt(folder, 'Without clients', 'node', ['-e', loader(roots)])))

  for (const { path, manifest } of packages)
    linkDependencies(folder, path, Object.keys(manifest.devDependencies ?? {}))
  linkDependencies(folder, '.', ['@types/node'])
  writeFileSync(join(folder, 'load.cjs'), loader(packages.flatMap(entriesOf)))
  for (const node of NODES) {
    const parameters = ['--yes', '--loglevel=error', `--package=node@${node}`, '--', 'node', 'load.cjs']
    failures.push(...(await attempt(folder, `On Node ${node}`, 'npx', parameters)))
  }
  failures.push(...(await tryCommand(folder)))
  failures.push(...(await tryConsumers(folder)))
  const compiled = Object.entries(RESOLUTIONS).map((resolution) => compile(packages, folder, resolution))
  failures.push(...(await Promise.all(compiled)).flat())
  console.log(
    `Used as installed on Node ${NODES.join(', ')}, compiled as ${Object.keys(RESOLUTIONS).join(', ')}`,
  )
  return failures
}

/** The folders of what others publish and a package needs, and of what these need. */
function dependenciesOf(modules: string, { dependencies = {} }: Pick<Manifest, 'dependencies'>): string[] {
  const names = Object.keys(dependencies).filter((name) => !name.startsWith('@watchman/'))
  return names.flatMap((name) => {
    const folder = realpathSync(join(modules, name))
    const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return [folder, ...dependenciesOf(folder.slice(0, -name.length - 1), manifest)]
  })
}

function requiredPeers({ peerDependencies = {}, peerDependenciesMeta = {} }: Packed['manifest']): string[] {
  return Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
}

function entriesOf({ name, manifest }: Packed): string[] {
  const paths = Object.keys(manifest.exports ?? {}).filter((path) => path !== './package.json')
  return paths.map((path) => path.replace('.', name))
}

/** A script that fails where an entry cannot be loaded, exports nothing or a default, or has other names as CommonJS. */
function loader(entries: readonly string[]): string {
  return `
    const load = async (entry) => {
      const required = Object.keys(require(entry)).sort()
      const imported = Object.keys(await import(entry)).sort()
      if (required.length === 0) throw new Error('exports nothing')
      if (imported.includes('default')) throw new Error('has a default export')
      if (String(required) !== String(imported)) throw new Error('require() has ' + required + ', import has ' + imported)
    }
    for (const entry of ${JSON.stringify(entries)}) {
      load(entry).catch((error) => {
        console.error(entry + ': ' + error.message)
        process.exitCode = 1
      })
    }
  `
}

/** Compiles the examples, and a CommonJS module where TypeScript lets one require() an ES module. */
async function compile(
  packages: readonly Packed[],
  folder: string,
  [moduleResolution, module]: readonly [string, string],
): Promise<readonly string[]> {
  const project = join(folder, moduleResolution)
  mkdirSync(project)
  for (const { name, path } of [...packages, { name: 'watchman', path: '.' }]) {
    const [, example = ''] = /^```ts\n(.*?)^```/ms.exec(readFileSync(join(path, 'README.md'), 'utf8')) ?? []
    if (/ from '\.{1,2}\//.test(example)) continue // needs files of the reader's own
    writeFileSync(join(project, `${name.replace(/\W/g, '-')}.mts`), example)
  }
  const requires = packages
    .flatMap(entriesOf)
    .map((entry, index) => `import e${index} = require('${entry}')\n`)
  if (module === 'nodenext') writeFileSync(join(project, 'require.cts'), requires.join(''))
  const compilerOptions = {
    ...{ module, moduleResolution, target: 'ES2022', lib: ['ES2023'], types: ['node'] },
    ...{ strict: true, noEmit: true, skipLibCheck: false },
  }
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['.'] }))
  const [output = ''] = await attempt(folder, `With ${moduleResolution}`, 'tsc', ['-p', project])
  const errors = output
    .split('\n')
    .filter((line) => / error TS/.test(line) && !/node_modules\/\.pnpm/.test(line))
  return errors.length > 0 ? [`With ${moduleResolution}:\n${errors.join('\n')}`] : []
}

/** Runs a command that should end well; returns what it wrote if it does not. */
async function attempt(
  folder: string,
  name: string,
  command: string,
  parameters: readonly string[],
): Promise<string[]> {
  try {
    await promisify(execFile)(command, parameters, { cwd: folder })
    return []
  } catch (error) {
    const { stdout, stderr } = outputOf(error)
    return [`${name}:\n${stdout}${stderr}`]
  }
}
