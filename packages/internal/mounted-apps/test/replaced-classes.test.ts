import { afterEach, describe, test, vi } from 'vitest'
import { apps } from '../src/apps.ts'
import { expectAnswers } from './expect-answers.ts'

/** A class that is no `Request` and no `Headers`. */
class Other {
  constructor() {
    throw new TypeError('takes other parameters')
  }
}

const replacements = {
  'Request by a class that extends it': () => vi.stubGlobal('Request', class extends Request {}),
  'Request and Headers by classes of its own': () => {
    vi.stubGlobal('Request', Other)
    vi.stubGlobal('Headers', Other)
  },
  'Response by a class that extends it': () => vi.stubGlobal('Response', class extends Response {}),
  fetch: () => vi.stubGlobal('fetch', () => Promise.reject(new Error('no network here'))),
}

afterEach(() => void vi.unstubAllGlobals())

describe.each(Object.entries(replacements))('beside a library that replaces %s', (_what, replace) => {
  test.each(apps.filter(({ parsesUrls }) => !parsesUrls).map((app) => [app.name, app] as const))(
    '%s answers',
    async (_name, app) => {
      replace()
      await expectAnswers(app)
    },
  )
})
