import { mkdirSync } from 'node:fs'
import Keyv from 'keyv'

/** Where uploads are kept. */
export const folder = process.env.UPLOADS ?? 'uploads'
mkdirSync(folder, { recursive: true })

/** Caches the names of the uploads for a second. */
export const cache = new Keyv<string[]>({ ttl: 1000 })
