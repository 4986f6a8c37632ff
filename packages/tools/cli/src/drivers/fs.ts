import { fsProbe } from '@watchman/storage/fs'
import type { BackendDriver } from './driver.ts'

/** A directory. */
export const fsDriver: BackendDriver = {
  client: '',
  open: async (path) => ({ probe: fsProbe(path), close: () => {} }),
}
