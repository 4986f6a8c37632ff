import type { Backends } from './backends.ts'
import { type Running, startContender } from './contender-process.ts'
import { CONNECTIONS, type Contender } from './contenders.ts'
import type { Outcome, startLoad } from './load.ts'

/** How long and how often to measure. */
export interface Pace {
  readonly repetitions: number
  /** Seconds that each contender is under load, in each repetition and for each number of connections. */
  readonly slice: number
  /** Seconds that each is under load before anything counts, for the compiler of its process. */
  readonly first: number
}

/** What was measured of one contender in one repetition. */
export interface Sample extends Outcome {
  readonly name: string
  readonly repetition: number
  readonly connections: number
  /** CPU seconds by 1,000 requests. */
  readonly cpu: number
  /** Round trips by 1,000 requests. */
  readonly roundTrips: number
}

/** What a contender holds, in mebibytes, after all the load. */
export interface Loaded {
  readonly name: string
  readonly rss: number
}

/** Seconds of each load before anything counts. */
const WARM_UP = 0.1

/** Puts all of `contenders` under load in turn, over and over. Those that are not are held. */
export async function measure(
  contenders: readonly Contender[],
  pace: Pace,
  backends: Backends,
  load: ReturnType<typeof startLoad>,
  tell: (text: string) => void,
): Promise<{ readonly samples: readonly Sample[]; readonly loaded: readonly Loaded[] }> {
  const all: (readonly [Contender, Running])[] = []
  for (const contender of contenders) {
    const running = await startContender(contender, backends.addresses)
    await load.run({ url: running.url, connections: 32, warmUp: 0, duration: pace.first })
    running.hold()
    all.push([contender, running])
  }

  const samples: Sample[] = []
  for (let repetition = 0; repetition < pace.repetitions; repetition += 1) {
    for (const connections of CONNECTIONS) {
      tell(`repetition ${repetition + 1} of ${pace.repetitions}, ${connections} connections`)
      const asked = all.filter(([contender]) => (contender.connections ?? CONNECTIONS).includes(connections))
      // Back and forth, so that none is always the first of a pair.
      for (const [{ name }, running] of repetition % 2 === 0 ? asked : asked.toReversed()) {
        running.release()
        const before = await running.usage()
        const asked = await backends.roundTrips()
        const { url } = running
        const outcome = await load.run({ url, connections, warmUp: WARM_UP, duration: pace.slice })
        const after = await running.usage()
        const thousands = outcome.answered / 1000
        const roundTrips = ((await backends.roundTrips()) - asked) / thousands
        samples.push({
          ...outcome,
          name,
          repetition,
          connections,
          roundTrips,
          cpu: (after.cpu - before.cpu) / thousands,
        })
        running.hold()
      }
    }
  }

  const loaded: Loaded[] = []
  for (const [{ name }, running] of all) {
    running.release()
    loaded.push({ name, rss: (await running.usage()).rss })
    await running.stop()
  }
  return { samples, loaded }
}
