import { mongodbProbe } from '@watchman/db/mongodb'
import { driver } from './driver.ts'

/** MongoDB through mongodb. */
export const mongo = driver<typeof import('mongodb')>('mongodb', ({ MongoClient }, url) => {
  const client = new MongoClient(url)
  return { probe: mongodbProbe(client), close: () => client.close() }
})
