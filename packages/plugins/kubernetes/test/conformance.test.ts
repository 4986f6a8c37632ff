import { pluginCases } from '@watchman/testing'
import { describe, test } from 'vitest'
import { kubernetes } from '../src/index.ts'

describe.each(['readyz', 'livez', 'startupz'])('the endpoint %s', (view) => {
  const subject = {
    plugin: () => kubernetes(),
    view,
    open: true,
  }
  for (const { name, run } of pluginCases(subject)) test(name, run)
})
