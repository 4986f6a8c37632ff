import { mongodb } from '@watchman/db/mongodb'
import { driver } from './driver.ts'

/** MongoDB through mongodb. */
export const mongo = driver<typeof import('mongodb')>('mongodb', ({ MongoClient }, url) => {
  const client = new MongoClient(url)
  return { probe: mongodb(client), close: () => client.close() }
})
