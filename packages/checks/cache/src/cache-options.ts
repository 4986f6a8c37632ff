import { aBoolean, aString, type Rules } from '@watchman/core/driver'

/** Options of every driver. */
export interface CacheOptions {
  /** What the key of a probe begins with; a random UUID follows. @default 'watchman:' */
  readonly prefix?: string | undefined
}

/** Options of the drivers for Redis. */
export interface RedisOptions extends CacheOptions {
  /**
   * Whether nothing is written, as for a replica: a run reads a key that does not exist and asks for `INFO replication`. It fails
   * while the link of a replica to its master is down. Not for a cluster, which sends writes to its masters. @default false
   */
  readonly readOnly?: boolean | undefined
}

/** The prefix of keys where none is set. */
export const DEFAULT_PREFIX = 'watchman:'

/** What the options of a driver for Redis may contain. */
export const REDIS_RULES: Rules<RedisOptions> = { prefix: aString, readOnly: aBoolean }
