import { harmlessTexts, redactionCases, secretTexts } from '@watchman/testing'
import { describe, expect, test } from 'vitest'
import { failingCases } from './failing-cases.ts'

describe('the report and the log', () => {
  for (const { name, run } of redactionCases()) test(name, run)
})

describe('the cases of redaction', () => {
  const own = { secretTexts: [{ text: 'key abc', secret: 'abc', shown: 'key ***' }], harmlessTexts: ['key'] }

  test('fail where every text is shown whole, or none', async () => {
    expect(await failingCases(redactionCases({ show: (text) => text }))).toHaveLength(secretTexts.length)
    expect(await failingCases(redactionCases({ show: () => '' }))).toHaveLength(
      secretTexts.length + harmlessTexts.length,
    )
  })

  test('take texts of others', async () => {
    expect(
      await failingCases(redactionCases({ ...own, show: (text) => text.replace('abc', '***') })),
    ).toEqual([])
    expect(await failingCases(redactionCases({ ...own, show: (text) => text }))).toHaveLength(1)
  })

  test('are at least sixty of either kind, of which none is there twice', () => {
    expect(new Set(secretTexts.map(({ text }) => text)).size).toBeGreaterThan(60)
    expect(new Set(harmlessTexts).size).toBeGreaterThan(60)
    expect(new Set(redactionCases().map(({ name }) => name)).size).toBe(
      secretTexts.length + harmlessTexts.length,
    )
  })
})
