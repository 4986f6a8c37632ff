#!/usr/bin/env node
import { run } from './program.ts'

const controller = new AbortController()
// A second signal is ignored, so that what was written is always removed.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => controller.abort())
process.exitCode = await run(process.argv.slice(2), controller.signal)
