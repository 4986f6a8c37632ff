import { fs } from '@watchman/storage/fs'
import type { Driver } from './driver.ts'

/** A directory. */
export const directory: Driver = {
  client: '',
  open: async (path) => ({ probe: fs(path), close: () => {} }),
}
