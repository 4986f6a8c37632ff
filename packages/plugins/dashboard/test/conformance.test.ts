import { type HttpResponse, pluginCases } from '@watchman/testing'
import { describe, test } from 'vitest'
import { dashboard } from '../src/index.ts'

describe('the dashboard', () => {
  const subject = {
    plugin: () => dashboard(),
    view: 'dashboard',
    showsFailure: ({ text }: HttpResponse) => /<title>\d+ failing/.test(text),
  }
  for (const { name, run } of pluginCases(subject)) test(name, run)
})
