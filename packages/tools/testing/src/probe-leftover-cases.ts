import type { Awaitable, Probe } from '@watchman/core'
import type { Case } from './case.ts'
import { eventuallyNone } from './eventually.ts'
import { ended, gaveUp } from './given-up.ts'
import { ASKED, patienceOf } from './patience.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { recovered, upAgain } from './recovery.ts'
import { runFor, runOf } from './run-of-probe.ts'
import { within } from './within.ts'

type Look = () => Awaitable<readonly string[]>

/** What is left in the backend, and kept from the application, once a probe has settled. */
export function probeLeftoverCases(subject: ProbeSubject): readonly Case[] {
  const { up, down, hung, residue, held } = subject
  const patience = patienceOf(subject)
  const { answer, deadline } = patience

  const resolved = async () => {
    await runFor(await upAgain(subject), answer)
  }
  const rejected = async () => {
    await runFor(await down(), deadline)
  }
  /** Gives up at each step of its work, as far as one can hit them from outside. */
  const abortedMidway = async () => {
    const probe = await upAgain(subject)
    for (let turns = 0; turns < 12; turns += 1) {
      const run = runOf(probe)
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      run.abort()
      await within(run.ended, answer, 'the probe did not settle after an abort midway')
    }
  }
  const nothingHeld = (look: Look) => eventuallyNone(look, 'the probe still holds', answer)
  const nothingLeft = (look: Look) => eventuallyNone(look, 'the probe left behind', answer)

  /** Lets the backend come back, and the probe with it: what could not be removed meanwhile is removed then. */
  const backUp = async (probe: Probe) => {
    await up()
    await recovered(probe, 'was away', patience)
  }

  return [
    ...(held
      ? [
          holding('when it has resolved', resolved),
          holding('when it has rejected', rejected),
          holding('when it was aborted midway', abortedMidway),
        ]
      : []),
    ...(residue
      ? [
          leaving('when it has resolved', resolved),
          leaving('when it was aborted midway', abortedMidway),
          leaving('once the backend is back that went down', async () => {
            const probe = await down()
            await runFor(probe, deadline)
            await backUp(probe)
          }),
        ]
      : []),
    ...(residue && hung
      ? [
          leaving('once the backend is back that hung', async () => {
            const run = runOf(await hung())
            await new Promise((resolve) => setTimeout(resolve, ASKED))
            run.abort()
            await gaveUp(run, subject, 'after its signal aborted while the backend hangs')
            await ended(run, subject)
            await backUp(run.probe)
          }),
        ]
      : []),
  ]

  function holding(when: string, act: () => Promise<void>): Case {
    const run = async () => {
      await act()
      if (held) await nothingHeld(held)
    }
    return { name: `the probe holds nothing ${when}`, run }
  }

  function leaving(when: string, act: () => Promise<void>): Case {
    const run = async () => {
      await act()
      if (residue) await nothingLeft(residue)
    }
    return { name: `the probe leaves nothing behind ${when}`, run }
  }
}
