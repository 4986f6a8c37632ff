import { describeBackend } from './describe-backend.ts'
import { sqliteSpec } from './sqlite.ts'

describeBackend(sqliteSpec)
