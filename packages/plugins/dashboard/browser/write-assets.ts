import { writeFileSync } from 'node:fs'
import { makeAssets } from './make-assets.ts'

writeFileSync(new URL('../src/assets.ts', import.meta.url), await makeAssets())
