import type { KnipConfig } from 'knip'

/** The packages that a page imports in its blocks of code: knip takes the page for a module that imports them. */
function importsOf(page: string): string {
  const imports = page.matchAll(/^(?:import|\} from|import .* from) '([^'.][^']*)'/gm)
  return [...imports].map(([, name]) => `import '${name}'`).join('\n')
}

const config: KnipConfig = {
  compilers: { md: importsOf },
  ignoreFiles: ['**/*.md'],
  vitest: { config: ['vitest.config.ts', 'vitest.slow.config.ts'] },
  workspaces: {
    '.': {
      ignoreDependencies: ['@arethetypeswrong/cli', 'publint'],
    },
    'packages/tools/cli': {
      ignoreBinaries: ['script'],
    },
    'packages/tools/create-check': {
      entry: ['templates/*/{src,test}/**/*.ts', 'templates/every/*.config.ts'],
      ignoreBinaries: ['script'],
    },
    'packages/internal/servers': {
      entry: ['src/*-script.ts', 'test/*.ts'],
      ignoreDependencies: ['tsx'],
      ignoreBinaries: ['ipcrm'],
    },
    'packages/internal/runtimes': {
      entry: ['src/worker.ts', 'test/bun/cases.js'],
    },
    'packages/tools/testing': {
      ignoreDependencies: ['tsx'],
    },
    'packages/internal/fault-matrix': {
      entry: ['test/soak/app.ts', 'test/soak/chaos-app.ts'],
      ignoreBinaries: ['fsfreeze', 'mkfs.ext4', 'mount', 'umount'],
    },
    'packages/checks/storage': {
      ignoreBinaries: ['mount'],
    },
    'packages/plugins/dashboard': {
      entry: ['browser/live.ts'],
    },
    'packages/adapters/express': {
      entry: ['test/oldest-types/use.ts'],
      ignoreDependencies: ['express-types-oldest'],
    },
    'packages/adapters/koa': {
      entry: ['test/oldest-types/use.ts'],
      ignoreDependencies: ['koa-types-oldest'],
    },
    'packages/*/*': {},
    'packages/core': {},
    'apps/*': {},
    'apps/docs': {
      entry: ['**/*.md'],
    },
    'apps/benchmarks': {
      entry: ['src/load-process.ts', 'contenders/*.ts', 'probes/*.ts'],
      ignoreDependencies: ['tsx'],
    },
    'apps/examples': {
      ignoreDependencies: ['tsx'],
    },
    'apps/examples/*': {
      entry: ['src/main.*'],
    },
    'apps/examples/next': {
      entry: ['app/**/route.ts'],
    },
    'packages/internal/release': {
      entry: [
        'src/{inspect-packages,use-packages,pack-release,publish-release,generate,check-types,other-majors,flaky-reporter,sequencer}.ts',
        'consumers/jest-realm/*.cjs',
      ],
      ignoreDependencies: ['jest', 'ts-jest'], // run by the tests in consumers/jest-realm
      ignore: ['consumers/{commonjs,esm,mixed,nest}/**'], // projects with their own dependencies
    },
    'packages/internal/nest-11': {
      ignoreDependencies: ['@nestjs/testing'], // linked into the project consumers/nest
    },
    'packages/internal/test-helpers': {
      ignoreBinaries: ['mount', 'umount'],
    },
  },
}

export default config
