import { createWatchman } from '@watchman/core'
import type { ViewFunction } from './endpoint.ts'

/** Makes what answers the 404 of core, for paths that no mount has. */
export function nowhere(): ViewFunction {
  const { handle } = createWatchman()
  return (request, framed) => handle(request, { ...framed, path: '/..' })
}

/** The 500 of core, for a response that cannot be sent. */
export async function internalError(request: Request): Promise<Response> {
  const render = () => {
    throw new Error('answered by core')
  }
  const { handle } = createWatchman({ views: [{ path: 'failing', protected: false, render }] })
  return handle(request, { path: '/failing' })
}
