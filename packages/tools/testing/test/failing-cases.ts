import { AssertionError } from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Case } from '@watchman/testing'
import { expect } from 'vitest'
import { uncaughtErrors } from '../src/uncaught-errors.ts'

/** Makes cases that share nothing: `makeCases` is called again for each of them. */
export function separateCases(makeCases: () => readonly Case[]): readonly Case[] {
  return makeCases().map(({ name }, index) => ({ name, run: async () => makeCases()[index]?.run() }))
}

/** Runs the cases, and returns the names of those that fail. Uncaught errors are ignored. */
export async function failingCases(cases: readonly Case[]): Promise<readonly string[]> {
  const failed: string[] = []
  for (const { name, run } of cases) {
    await uncaughtErrors(async () => {
      await run().catch((error: unknown) => {
        expect(error).toBeInstanceOf(AssertionError)
        failed.push(name)
      })
      await setTimeout(5)
    })
  }
  return failed
}
