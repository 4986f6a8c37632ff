import { describeKind } from './describe-kind.ts'
import { mongodbKind } from './mongo.ts'
import { mysqlKind } from './mysql.ts'
import { postgresKind } from './postgres.ts'

describeKind(postgresKind)
describeKind(mysqlKind)
describeKind(mongodbKind)
