import { describeBackend } from './describe-backend.ts'
import { mongodbSpec } from './mongodb.ts'
import { mysqlSpec } from './mysql.ts'
import { postgresSpec } from './postgres.ts'

describeBackend(postgresSpec)
describeBackend(mysqlSpec)
describeBackend(mongodbSpec)
