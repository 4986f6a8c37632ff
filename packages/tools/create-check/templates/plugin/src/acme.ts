import type { Host, Plugin, Report } from '@watchman/core'

/**
 * Adds the view `acme`: a line for each target, which starts with its state. Its HTTP status is 200 while no target fails or
 * is pending and readiness is not held, else 503.
 *
 * @example
 * createWatchman({ checks, plugins: [acme()] })
 */
export function acme(): Plugin {
  return {
    name: 'acme',
    setup(host: Host) {
      host.view('acme', async ({ selected }) => {
        const report = await selected.report()
        // TODO: answer what your plugin is for; host.onResult(listener) calls a listener for each result.
        return new Response(`${linesOf(report).join('\n')}\n`, {
          status: isReady(report) ? 200 : 503,
          headers: { 'Content-Type': 'text/plain; charset=utf-8' },
        })
      })
    },
  }
}

function isReady({ state, held }: Report): boolean {
  return held === undefined && (state === 'ok' || state === 'degraded')
}

/** Returns lines such as `failing databases.default 12 ms`; without a target, the reason. */
function linesOf({ results, body }: Report): readonly string[] {
  if (results.length === 0) return [`${body.message}`]
  return results.map(({ id, state, duration }) => {
    const name = id.replace(/\p{C}/gu, '?') // a name may contain line breaks
    return `${state} ${name} ${Math.round(duration)} ms`
  })
}
