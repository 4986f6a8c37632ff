/** A kind of package that can be generated. */
export interface PackageKind {
  /** The text of its choice in the question. */
  readonly label: string
  /** The description in package.json. */
  readonly description: string
  /** The folders of templates it is made of. Where two files have the same path, the later one is used. */
  readonly templates: readonly string[]
  /** The keyword by which packages of this kind are found. */
  readonly keyword: 'watchman-adapter' | 'watchman-check' | 'watchman-plugin'
  /** What the tests of this kind need beside what all need. */
  readonly devDependencies: readonly string[]
  /** What a client package is to this kind; undefined where it cannot have one. */
  readonly client: string | undefined
}

const CLIENT = 'the client that applications already have'

/** Every kind, by the name that `--kind` accepts. */
export const kinds = {
  check: {
    label: 'a check: turns a request into an object for the JSON response',
    description: 'A check of Watchman.',
    templates: ['every', 'client', 'check'],
    keyword: 'watchman-check',
    devDependencies: [],
    client: CLIENT,
  },
  probe: {
    label: 'a probe: asks any backend one question',
    description: 'A probe for Watchman.',
    templates: ['every', 'client', 'probe'],
    keyword: 'watchman-check',
    devDependencies: [],
    client: CLIENT,
  },
  database: {
    label: 'a driver for the check databases',
    description: 'A driver for the check databases of Watchman.',
    templates: ['every', 'client', 'database'],
    keyword: 'watchman-check',
    devDependencies: ['@watchman/db'],
    client: CLIENT,
  },
  cache: {
    label: 'a driver for the check caches',
    description: 'A driver for the check caches of Watchman.',
    templates: ['every', 'client', 'store', 'cache'],
    keyword: 'watchman-check',
    devDependencies: ['@watchman/cache'],
    client: CLIENT,
  },
  storage: {
    label: 'a driver for the check storage',
    description: 'A driver for the check storage of Watchman.',
    templates: ['every', 'client', 'store', 'storage'],
    keyword: 'watchman-check',
    devDependencies: ['@watchman/storage'],
    client: CLIENT,
  },
  plugin: {
    label: 'a plugin: adds views and listens to results',
    description: 'A plugin for Watchman.',
    templates: ['every', 'plugin'],
    keyword: 'watchman-plugin',
    devDependencies: [],
    client: undefined,
  },
  adapter: {
    label: 'an adapter: mounts the endpoint in a framework',
    description: 'Mounts a Watchman status endpoint.',
    templates: ['every', 'adapter'],
    keyword: 'watchman-adapter',
    devDependencies: [],
    client: 'the framework',
  },
} as const satisfies Readonly<Record<string, PackageKind>>

/** The name of a kind. */
export type KindName = keyof typeof kinds

/** Whether `text` is the name of a kind. */
export function isKind(text: string): text is KindName {
  return Object.hasOwn(kinds, text)
}
