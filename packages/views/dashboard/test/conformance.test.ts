import { type Answer, viewCases } from '@watchman/testing'
import { describe, test } from 'vitest'
import { dashboard } from '../src/index.ts'

describe('the dashboard', () => {
  const subject = {
    view: () => dashboard(),
    tellsFailure: ({ text }: Answer) => /<title>\d+ failing/.test(text),
  }
  for (const { name, run } of viewCases(subject)) test(name, run)
})
