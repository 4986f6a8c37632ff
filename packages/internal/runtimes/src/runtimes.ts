/** A JavaScript runtime that serves `export default { fetch }`. */
export interface Runtime {
  readonly name: string
  /** The npm package with its binary. The version is fixed: what is in npm's cache is not asked for again. */
  readonly package: string
  /** Serves the file `worker.js` of the working directory on a free port of the loopback interface. */
  readonly command: readonly string[]
}

/** The runtimes in which the core is run. */
export const runtimes: readonly Runtime[] = [
  { name: 'Bun', package: 'bun@1.4.5', command: ['bun', 'worker.js'] },
  {
    name: 'Deno',
    package: 'deno@2.9.6',
    command: ['deno', 'serve', '--no-config', '--no-prompt', '--host=127.0.0.1', '--port=0', 'worker.js'],
  },
  {
    name: 'workerd',
    package: 'workerd@1.20261117.1',
    command: ['workerd', 'serve', 'workerd.capnp', '--control-fd=1'],
  },
]
