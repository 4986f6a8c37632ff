import { deepEqual, equal } from 'node:assert/strict'
import type { Watchman } from '@watchman/core'
import { type Answer, ask, type Question } from './ask.ts'
import { serve } from './serve.ts'
import type { AdapterSubject } from './subject.ts'

/** What the headers of an answer hold, without what differs from run to run. */
function headersOf({ headers }: Pick<Answer, 'headers'>, names: readonly string[]): readonly unknown[] {
  return names.map((name) => [name, headers.get(name)?.replace(/dur=\d+\.\d/g, 'dur=')])
}

/** These say what somebody else than the watchman has to say. */
const ABSENT = ['etag', 'x-content-type-options', 'content-type', 'allow', 'location', 'x-watchman-version']

/** Asserts that the mounted watchman answers what `watchman.fetch` answers: status, headers and bytes. */
export function same(
  { mount }: AdapterSubject,
  create: () => Watchman,
  path: string,
  question: Question = {},
): Promise<void> {
  return serve(mount(create()), async ({ url }) => {
    const { method = 'GET', headers = [] } = question
    const pairs = headers.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name, headers[index + 1] ?? '']] : [],
    )
    const href = `http://status.test${path.replace(/^(?!\/)/, '/')}`
    const expected = await create().fetch(new Request(href, { method, headers: pairs }))
    const answer = await ask(`${url}${path}`, question)
    const names = [...new Set([...expected.headers.keys(), ...ABSENT])]
    const text = method === 'HEAD' ? '' : await expected.text()
    deepEqual([answer.status, answer.text], [expected.status, text])
    deepEqual(headersOf(answer, names), headersOf(expected, names))
    const length = answer.headers.get('content-length')
    if (length !== null && method !== 'HEAD') equal(length, `${Buffer.byteLength(text)}`)
  })
}
