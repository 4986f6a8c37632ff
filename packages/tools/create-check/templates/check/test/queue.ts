import type { RequestListener } from 'node:http'

/** A queue that tells how many jobs wait in it. */
export function queue(jobs: readonly string[]): RequestListener {
  return (_request, response) => response.end(`${jobs.length}`)
}
