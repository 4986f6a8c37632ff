import { createInterface } from 'node:readline'
import { discardFolder } from './folder.ts'
import { haveEnded, killTree } from './process-tree.ts'
import { until } from './until.ts'

// Each line is the whole of what is entrusted. Once the process that writes them is gone, the last one counts.
let last = '[]'
for await (const line of createInterface({ input: process.stdin })) last = line

const entrusted: readonly (readonly [string, number | undefined])[] = JSON.parse(last)
const ended = entrusted.flatMap(([, id]) => (id ? killTree(id) : []))
await until(() => haveEnded(ended), 10_000)
for (const [folder] of entrusted) await discardFolder(folder)
