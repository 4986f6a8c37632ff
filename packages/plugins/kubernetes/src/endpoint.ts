import type { Host, Report } from '@watchman/core'
import { byPath, reportsInTime, type Target } from './targets.ts'
import { type Line, lineOf, plainText, writeLine } from './text.ts'

/** What an endpoint says of the reports of its targets. */
interface Verdict {
  readonly isOk: boolean
  /** Lines for targets that are shown in another way than by their state. */
  readonly lines?: ReadonlyMap<string, Line>
  /** A line that is no target's. */
  readonly extra?: Line | undefined
}

/** An endpoint for the probes of Kubernetes. */
export interface Endpoint {
  /** Its path below the mount: `readyz`. */
  readonly name: string
  readonly targets: readonly Target[]
  /** Milliseconds until it answers with the latest results. */
  readonly deadline: number
  /** Decides by one report a target. `isWhole` is false where the request asks for some of the targets only. */
  readonly judge: (reports: readonly Report[], isWhole: boolean) => Verdict
}

/**
 * Adds an endpoint that answers as the API server of Kubernetes does: `ok`, or a line for each target where one fails or where the
 * request has `?verbose`. `/readyz/databases/default` asks one target, and `?exclude=databases` all but some.
 */
export function addEndpoint(host: Host, { name, targets, deadline, judge }: Endpoint): void {
  const paths = byPath(targets)
  host.view(
    `${name}/*`,
    async ({ below, url, authorized }) => {
      const selected = paths.get(below)
      if (!selected) return plainText(404, `${name}/${below} does not exist`)
      const excluded = new Set(url.searchParams.getAll('exclude'))
      const isExcluded = ({ id, check }: Target) => excluded.has(id) || excluded.has(check)
      const asked = selected.filter((target) => !isExcluded(target))
      const reports = await reportsInTime(asked, deadline)
      const { isOk, lines, extra } = judge(reports, asked.length === targets.length)
      if (isOk && !url.searchParams.has('verbose')) return plainText(200, 'ok')

      const results = new Map(
        reports.flatMap((report) => report.results).map((result) => [result.id, result]),
      )
      const line = (target: Target): Line | undefined => {
        if (isExcluded(target)) return { id: target.id, outcome: 'excluded' }
        const result = results.get(target.id)
        return lines?.get(target.id) ?? (result && lineOf(result))
      }
      const areReasonsShown = await authorized()
      const written = [...selected.map(line), extra].flatMap((one) =>
        one ? writeLine(one, areReasonsShown) : [],
      )
      const unknown = [...excluded].filter(
        (one) => !selected.some(({ id, check }) => id === one || check === one),
      )
      const warning = `warn: some health checks cannot be excluded: no matches for ${unknown.map((one) => JSON.stringify(one)).join(', ')}`
      const end = `${name} check ${isOk ? 'passed' : 'failed'}`
      return plainText(
        isOk ? 200 : 503,
        [...written, ...(unknown.length > 0 ? [warning] : []), end, ''].join('\n'),
      )
    },
    { open: true },
  )
}
