/** Options of every driver. */
export interface CacheOptions {
  /** What the key of a probe begins with; a random UUID follows. @default 'watchman:' */
  readonly prefix?: string | undefined
}

/** The prefix of keys where none is set. */
export const DEFAULT_PREFIX = 'watchman:'
