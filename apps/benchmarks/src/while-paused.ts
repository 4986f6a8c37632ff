import { setTimeout as sleep } from 'node:timers/promises'
import { type Server, startRedis } from '@watchman/servers'
import { Redis } from 'ioredis'
import { commandsOf } from './backends.ts'
import { type Addresses, type Running, startContender } from './contender-process.ts'
import type { Contender } from './contenders.ts'
import { startLoad } from './load.ts'

/** What a contender did while its Redis was paused. */
export interface WhilePaused {
  readonly name: string
  /** The share that was answered, whatever the status, of what a deadline of 5 s would have answered. */
  readonly answered: number
  /** Milliseconds to the slowest answer; undefined where there was none. */
  readonly worst?: number
  /** Commands that Redis found when it went on. */
  readonly commands: number
  /** Connections to backends. */
  readonly sockets: number
  /** Mebibytes by which it has grown. */
  readonly growth: number
}

const CONNECTIONS = 256
const RATE = 4 // requests a second and connection: those that answer at once are not to starve the others
const DUE = 5.5 // seconds until each connection has its answer: the deadline, and time to send 256 of them
const SETTLE = 1000 // milliseconds in which Redis does what has piled up
const WARM_UP = 1.5 // seconds at full speed, after which a process holds what an app in service does

/** A contender with a Redis of its own. */
interface Prepared {
  readonly contender: Contender
  readonly redis: Server
  readonly running: Running
}

/** Asks all of `contenders` side by side for so many seconds, each with a Redis of its own that is paused. */
export async function whilePaused(
  contenders: readonly Contender[],
  seconds: number,
  addresses: Addresses,
  load: ReturnType<typeof startLoad>,
): Promise<readonly WhilePaused[]> {
  const prepared: Prepared[] = []
  for (const contender of contenders) {
    const redis = await startRedis()
    const running = await startContender(contender, { ...addresses, REDIS_URL: redis.url })
    await load.run({ url: running.url, connections: CONNECTIONS, warmUp: 0, duration: WARM_UP })
    running.hold()
    prepared.push({ contender, redis, running })
  }
  return Promise.all(prepared.map((one) => pauseOne(one, seconds)))
}

async function pauseOne({ contender, redis, running }: Prepared, duration: number): Promise<WhilePaused> {
  const load = startLoad()
  const watcher = new Redis(redis.url)
  try {
    const { url } = running
    running.release()
    const [before, began] = [await running.usage(), await commandsOf(watcher)]
    redis.pause()
    const outcome = await load.run({ url, connections: CONNECTIONS, warmUp: 0, duration, rate: RATE })
    const after = await running.usage()
    await running.stop()
    redis.resume()
    await sleep(SETTLE)
    return {
      name: contender.name,
      answered: Math.min(1, outcome.answered / (CONNECTIONS * Math.floor(duration / DUE))),
      ...(outcome.answered > 0 && { worst: outcome.worst }),
      commands: (await commandsOf(watcher)) - began,
      sockets: after.sockets,
      growth: after.rss - before.rss,
    }
  } finally {
    watcher.disconnect()
    load.stop()
    await redis.stop()
  }
}
