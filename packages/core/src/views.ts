import type { View } from './contract.ts'
import type { Report } from './report.ts'

/** So many timings are told: proxies refuse headers of more than some kilobytes. */
const TIMINGS = 25

/** The JSON of every check. */
export const statusView: View = {
  path: '',
  render: async ({ headers, report }) => jsonResponse(await report(), headers),
}

/** The status code of the report, without a body. */
export const bareView: View = {
  path: 'bare',
  protected: false,
  async render({ headers, report }) {
    const told = await report()
    return new Response(null, { status: told.status, headers: { ...headers, ...stateOf(told) } })
  },
}

/** A sign of life that asks no backend. */
export const pingView: View = {
  path: 'ping',
  protected: false,
  render: ({ headers }) => new Response('pong', { headers: { ...headers, 'Content-Type': 'text/plain' } }),
}

/** A report as JSON. */
export function jsonResponse(report: Report, headers: Readonly<Record<string, string>>): Response {
  const { status, json, results } = report
  const timings = results.flatMap((check) =>
    check.targets.map(({ name, duration }) => {
      const metric = `${check.name}.${name}`.slice(0, 60).replace(/\.$|[^\w.-]/g, '')
      return `${metric};dur=${duration.toFixed(1)}`
    }),
  )
  const timing = timings[0] && { 'Server-Timing': timings.slice(0, TIMINGS).join(', ') }
  return new Response(json, {
    status,
    headers: { ...headers, ...stateOf(report), 'Content-Type': 'application/json', ...timing },
  })
}

/** Tells degraded from well, which share a status. */
function stateOf({ results, state }: Report): Readonly<Record<string, string>> {
  return results[0] ? { 'X-Watchman-Status': state } : {}
}
