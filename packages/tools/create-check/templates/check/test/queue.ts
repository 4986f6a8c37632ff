import type { RequestListener } from 'node:http'

/** A queue that answers with the number of its jobs. */
export function queue(jobs: readonly string[]): RequestListener {
  return (_request, response) => response.end(`${jobs.length}`)
}
