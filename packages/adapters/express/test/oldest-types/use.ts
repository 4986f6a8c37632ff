// Compiled, not run: what is mounted, and what a check is handed, fit the oldest types of Express.
import { createWatchman, defineCheck } from '@watchman/core'
import express from 'express'
import { expressHandler } from '../../src/index.ts'

const watchman = createWatchman({
  checks: [defineCheck('url', (_, { raw }) => ({ url: raw && 'originalUrl' in raw && raw.originalUrl }))],
})
express().use('/watchman', expressHandler(watchman)).use('/status', expressHandler(watchman.bare))
express.Router().use('/watchman', expressHandler(watchman))
