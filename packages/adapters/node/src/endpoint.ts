import { type Answered, type Framed, type Watchman, WatchmanError } from '@watchman/core'

/** One view at any path: `watchman.bare`. */
export type ViewFunction = <Reply = Response>(request: Request, framed: Framed<Reply>) => Answered<Reply>

/** What can be mounted: a whole watchman, or one of its views. */
export type Endpoint = Pick<Watchman, 'handle'> | ViewFunction

/**
 * The function that answers below a mount. A single view answers at every path.
 *
 * @throws WatchmanError `INVALID_OPTION` for what is no endpoint; the message names `owner`.
 */
export function handleOf(endpoint: Endpoint, owner: string): Watchman['handle'] {
  if (typeof endpoint === 'function') return endpoint
  const { handle }: Partial<Watchman> = Object(endpoint)
  if (typeof handle === 'function') return handle
  const message = `${owner} takes a watchman, or one of its views such as watchman.bare`
  throw new WatchmanError('INVALID_OPTION', message)
}
