import type { Probe } from '@watchman/core'
import { assertRecovers, bringUp } from './assert-recovers.ts'
import { assertCleanupEnds, assertSettles } from './assert-settles.ts'
import type { Case } from './case.ts'
import type { ProbeSubject } from './probe-subject.ts'
import { runToEnd, startRun } from './run-probe.ts'
import { SEND_TIME, timeLimitsOf } from './time-limits.ts'
import { waitForNone } from './wait-for.ts'
import { within } from './within.ts'

/** How many turns of the event loop after its start a run is aborted, at most. */
const MAX_TURNS = 12

/** What is left in the backend, and kept from the application, once a probe has settled. */
export function probeLeftoverCases(subject: ProbeSubject): readonly Case[] {
  const { up, down, hung, leftovers, heldResources } = subject
  const limits = timeLimitsOf(subject)
  const { answer, deadline } = limits

  async function resolve(): Promise<void> {
    await runToEnd(await bringUp(subject), answer)
  }

  async function reject(): Promise<void> {
    await runToEnd(await down(), deadline)
  }

  /** Aborts runs after each number of turns of the event loop, so as to hit each step of the probe. */
  async function abortMidway(): Promise<void> {
    const probe = await bringUp(subject)
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      const run = startRun(probe)
      for (let turn = 0; turn < turns; turn += 1) await new Promise((done) => setImmediate(done))
      run.abort()
      await within(run.cleanedUp, answer, 'the probe did not settle after an abort midway')
    }
  }

  /** Brings the backend back, and the probe with it, which then removes what it could not remove before. */
  async function bringBack(probe: Probe): Promise<void> {
    await up()
    await assertRecovers(probe, 'was away', limits)
  }

  async function goDown(): Promise<void> {
    const probe = await down()
    await runToEnd(probe, deadline)
    await bringBack(probe)
  }

  return [
    ...(heldResources
      ? [
          holding('when it has resolved', resolve),
          holding('when it has rejected', reject),
          holding('when it was aborted midway', abortMidway),
        ]
      : []),
    ...(leftovers
      ? [
          leaving('when it has resolved', resolve),
          leaving('when it was aborted midway', abortMidway),
          leaving('once a backend that went down is up again', goDown),
        ]
      : []),
    ...(leftovers && hung
      ? [
          leaving('once a backend that hung is up again', async () => {
            const run = startRun(await hung())
            await new Promise((done) => setTimeout(done, SEND_TIME))
            run.abort()
            await assertSettles(run, 'after its signal aborted while the backend hangs')
            await assertCleanupEnds(run, subject)
            await bringBack(run.probe)
          }),
        ]
      : []),
  ]

  function holding(when: string, act: () => Promise<void>): Case {
    const run = async () => {
      await act()
      if (heldResources) await waitForNone(heldResources, 'the probe still holds', answer)
    }
    return { name: `the probe holds nothing ${when}`, run }
  }

  function leaving(when: string, act: () => Promise<void>): Case {
    const run = async () => {
      await act()
      if (leftovers) await waitForNone(leftovers, 'the probe left behind', answer)
    }
    return { name: `the probe leaves nothing behind ${when}`, run }
  }
}
