// Compiled, not run: the handler and the request of check functions fit the oldest types of Express.
import { createWatchman, defineCheck } from '@watchman/core'
import express from 'express'
import { expressHandler, expressRequest } from '../../src/index.ts'

const watchman = createWatchman({
  checks: [defineCheck('url', (_, context) => ({ url: expressRequest(context)?.originalUrl }))],
})
express().use('/watchman', expressHandler(watchman)).use('/status', expressHandler(watchman.bare))
express.Router().use('/watchman', expressHandler(watchman))
