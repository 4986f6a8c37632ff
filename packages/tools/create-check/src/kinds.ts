/** What can be made. */
export interface Kind {
  /** What the question for it shows. */
  readonly label: string
  /** What package.json says of it. */
  readonly description: string
  /** The folders of templates it is made of; of two files with one path the later holds. */
  readonly templates: readonly string[]
  /** What packages of this kind are found by. */
  readonly keyword: 'watchman-adapter' | 'watchman-check' | 'watchman-view'
  /** What the package needs at run time, beside the core which the application has. */
  readonly dependencies: readonly string[]
  /** What its tests need beside what all need. */
  readonly devDependencies: readonly string[]
  /** What a client package is to it; undefined where it can have none. */
  readonly client: string | undefined
}

const CLIENT = 'the client that applications hold'

/** Every kind, by the name that `--kind` takes. */
export const kinds = {
  check: {
    label: 'a check of its own: request in, dict out',
    description: 'A check of Watchman.',
    templates: ['every', 'client', 'check'],
    keyword: 'watchman-check',
    dependencies: [],
    devDependencies: [],
    client: CLIENT,
  },
  probe: {
    label: 'a probe: asks any backend one question',
    description: 'A probe for Watchman.',
    templates: ['every', 'client', 'probe'],
    keyword: 'watchman-check',
    dependencies: [],
    devDependencies: [],
    client: CLIENT,
  },
  database: {
    label: 'a driver for the check databases',
    description: 'A driver for the check databases of Watchman.',
    templates: ['every', 'client', 'database'],
    keyword: 'watchman-check',
    dependencies: [],
    devDependencies: ['@watchman/db'],
    client: CLIENT,
  },
  cache: {
    label: 'a driver for the check caches',
    description: 'A driver for the check caches of Watchman.',
    templates: ['every', 'client', 'store', 'cache'],
    keyword: 'watchman-check',
    dependencies: [],
    devDependencies: ['@watchman/cache'],
    client: CLIENT,
  },
  storage: {
    label: 'a driver for the check storage',
    description: 'A driver for the check storage of Watchman.',
    templates: ['every', 'client', 'store', 'storage'],
    keyword: 'watchman-check',
    dependencies: [],
    devDependencies: ['@watchman/storage'],
    client: CLIENT,
  },
  view: {
    label: 'a view: another page of the report',
    description: 'A view of Watchman.',
    templates: ['every', 'view'],
    keyword: 'watchman-view',
    dependencies: [],
    devDependencies: [],
    client: undefined,
  },
  adapter: {
    label: 'an adapter: mounts the endpoint in a framework',
    description: 'Mounts a Watchman status endpoint.',
    templates: ['every', 'adapter'],
    keyword: 'watchman-adapter',
    dependencies: ['@watchman/node'],
    devDependencies: [],
    client: 'the framework',
  },
} as const satisfies Readonly<Record<string, Kind>>

/** The name of a kind. */
export type KindName = keyof typeof kinds

/** Whether `text` names a kind. */
export function isKind(text: string): text is KindName {
  return Object.hasOwn(kinds, text)
}
