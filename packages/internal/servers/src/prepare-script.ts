import { prepareServers } from './setup.ts'

await prepareServers()
