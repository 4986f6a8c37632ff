import { defineConfig } from 'tsup'
import base from '../../../tsup.base.ts'

/** As of every package, and the command beside it, which nothing imports. */
export default defineConfig(async (given) => {
  const shared = [typeof base === 'function' ? await base(given) : base].flat()
  const entries = { entry: ['src/index.ts', 'src/bin.ts'], dts: { entry: 'src/index.ts' } }
  return shared.map((options) => ({ ...options, ...entries }))
})
