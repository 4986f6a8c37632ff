import { createWatchman } from '@watchman/core'

const { handle } = createWatchman({
  views: [
    {
      path: 'failing',
      protected: false,
      render() {
        throw new Error('answered by core')
      },
    },
  ],
})

/** The 404 of core, for a path that no mount has. */
export function notFound(request: Request): Promise<Response> {
  return handle(request, { path: '/..' })
}

/** The 500 of core, for a response that cannot be sent. */
export function internalError(request: Request): Promise<Response> {
  return handle(request, { path: '/failing' })
}
