// Starts servers, one of them paused, and ends in the way it is told without stopping any.
import { missing, startPostgres, startSmtp } from '../src/index.ts'

const way = process.argv[2]
await startSmtp()
if (!missing('postgres')) (await startPostgres()).pause()

process.once('message', () => {
  if (way === 'exit') process.exit()
  throw new Error('out of order')
})
process.send?.('started')
