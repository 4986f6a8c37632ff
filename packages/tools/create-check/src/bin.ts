#!/usr/bin/env node
import { run } from './program.ts'

const controller = new AbortController()
// However often it is told, it ends once what it has written is removed.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => controller.abort())
process.exitCode = await run(process.argv.slice(2), controller.signal)
