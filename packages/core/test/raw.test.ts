import { createWatchman, defineCheck } from '@watchman/core'
import { expect, test } from 'vitest'

interface OwnRequest {
  readonly ip: string
}

declare module '@watchman/core' {
  interface RawRequests {
    readonly test: OwnRequest
  }
}

const watchman = createWatchman({
  checks: [defineCheck('caller', (_request, { raw }) => ({ ip: raw?.ip ?? 'unknown' }))],
})
const request = new Request('http://status.test/')

test("a check sees the framework's own request, each its own", async () => {
  const answers: readonly Response[] = await Promise.all([
    watchman.handle(request, { path: '/', raw: { ip: '10.0.0.1' } }),
    watchman.status(request, { raw: { ip: '10.0.0.2' } }),
    watchman.fetch(request),
  ])
  expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
    { ip: '10.0.0.1' },
    { ip: '10.0.0.2' },
    { ip: 'unknown' },
  ])
})
