import type { Report, View } from '@watchman/core'

/**
 * Makes the view `acme`: a line for each target, with its state first. Its HTTP status is that of the report.
 *
 * @example
 * createWatchman({ checks, views: [acme()] })
 */
export function acme(): View {
  return {
    path: 'acme',
    async render({ report }) {
      const told = await report()
      // TODO: answer what your view is for.
      return new Response(`${linesOf(told).join('\n')}\n`, {
        status: told.status,
        headers: { 'Content-Type': 'text/plain; charset=utf-8' },
      })
    },
  }
}

/** `failing databases.default 12 ms`; without a check, why there is none. */
function linesOf({ results, body }: Report): readonly string[] {
  if (results.length === 0) return [`${body.message}`]
  return results.flatMap(({ name: check, targets }) =>
    targets.map(({ name, state, duration }) => {
      const path = name ? `${check}.${name}` : check
      // A name is what the application calls it: it breaks no line.
      return `${state} ${path.replace(/\p{C}/gu, '?')} ${Math.round(duration)} ms`
    }),
  )
}
